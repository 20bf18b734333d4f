"""Parts of the Profile dock: pictures that fit, and zones drawn on the film."""
