"""Parts of the caption dock: the form, the job, the preview, the descriptions."""
