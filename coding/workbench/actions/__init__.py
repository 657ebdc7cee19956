"""Writes of the coding workbench, by noun."""
