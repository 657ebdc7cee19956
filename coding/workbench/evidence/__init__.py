"""Evidence: where in the documents of a stay each code stands, pinned to one version of the text."""
