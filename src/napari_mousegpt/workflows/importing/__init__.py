"""Import in steps: what is recognised, guessed, asked and carried out."""
