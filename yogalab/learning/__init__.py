"""Encodings and labels to a head: features, priors, the ladder of learners, calibration, evaluation, the gate."""
