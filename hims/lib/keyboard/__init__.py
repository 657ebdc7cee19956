"""Keys: how they are written, which commands have them, which may not meet."""
