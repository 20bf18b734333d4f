"""A recording as an NWB file, with pynwb, ndx-pose and ndx-ethogram of the extra ``[formats]``."""
