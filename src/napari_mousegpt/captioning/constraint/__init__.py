"""Answers that are valid by construction: which tokens may come next. Knows no model."""
