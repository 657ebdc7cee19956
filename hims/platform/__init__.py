"""Everything between a bare machine and a running HIMS: installing, the embedded servers, roles, supervision.

Standard library, psycopg and redis-py only; no module here imports Django or the rest of HIMS.
"""
