"""Parts of the Search dock: filters, hits, and what is new."""
