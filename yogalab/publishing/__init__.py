"""Versions on disk, their card, the Hub and the Space."""
