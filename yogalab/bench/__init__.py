"""Measurements anyone can run on a folder per pose."""
