"""Encodings and labels to a head: features, priors, the ladder, calibration, evaluation, the gate."""
