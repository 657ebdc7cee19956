"""Aids for reading a stay's documents: what is new, what is repeated, what changed, and what earlier stays said."""
