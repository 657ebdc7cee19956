"""Browsing the code sets as the books are read: index, tabular list, tables of ICD-10-PCS, guidelines in reach."""
