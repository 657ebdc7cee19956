"""The abstract: what a coder states of a stay beside its codes, with what registration recorded below it."""
