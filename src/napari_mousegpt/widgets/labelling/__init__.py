"""Labelling by hand: what all docks of a viewer share about it, the Label dock and its parts."""
