"""Groups of animals: comparison and prediction, with the animal as the unit."""
