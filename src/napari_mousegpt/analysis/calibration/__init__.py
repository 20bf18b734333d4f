"""Whether a confidence can be believed, and how to mend it. Knows numbers, no captioner."""
