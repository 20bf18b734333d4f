"""Trains mousegpt-tiny from rendered mice: ``python -m training.tiny --help``. Not in the wheel."""
