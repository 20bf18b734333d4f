"""Poses to numbers, numpy only. Knows no file and no model."""
