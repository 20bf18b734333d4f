"""What is worth a look: review queue, similar bouts, corrected examples."""
