"""Official files of code sets: read, compared, loaded with effective dates, and taken back."""
