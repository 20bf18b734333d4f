"""Films in the window: pictures shown as they become ready, scrub copies made beside it."""
