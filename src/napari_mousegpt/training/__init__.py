"""From what people labelled to a captioner of their own: grammar, records, and the training."""
