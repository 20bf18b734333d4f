"""Parts of the Train dock: the request, the process that trains, the curve."""
