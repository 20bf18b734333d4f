"""Clusters of windows, their names, and what is new among them."""
