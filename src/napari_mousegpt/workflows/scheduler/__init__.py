"""Captioning on dask workers: many GPUs of one machine, or many machines."""
