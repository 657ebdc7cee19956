"""Code search: an index in memory, built at load time, kept in Postgres and shared by all processes."""
