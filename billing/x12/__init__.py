"""X12 837 claims: what a claim holds, what is wrong with it, its segments, its file, and reading it back.

Pure: standard library only, except `referee`, which asks pyx12 for a second opinion.
"""
