"""Writes of claims: built, completed, sent."""
