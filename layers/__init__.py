"""Measures per place and indicators per municipality and region; the access engine lives in :mod:`layers.access`."""
