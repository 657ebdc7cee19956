"""Live edits of a coding: what a coder should look at, each with its source."""
