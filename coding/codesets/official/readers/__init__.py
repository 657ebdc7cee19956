"""Readers of official files, one module a form. Pure: bytes in, rows out, or a refusal with line or element."""
