"""How fast the engine captions here, beside what the machine could do. Downloads nothing."""
