"""Municipalities and regions side by side: ranks, spread, change over time, a composite with weights of one's own."""
