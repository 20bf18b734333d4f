"""Language models that answer in words only: no pictures go to them."""
