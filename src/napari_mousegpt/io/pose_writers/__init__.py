"""Poses written as other tools read them, one module per format.

Each ``write`` returns sentences on what the format cannot hold and was left out or changed.
"""
