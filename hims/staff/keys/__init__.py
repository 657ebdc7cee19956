"""The keys of each person."""
