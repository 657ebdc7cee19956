"""House rules: what a facility asks of its abstracts beyond the edits everybody has, written without code."""
