"""The embedded memory of a city: one DuckDB file that keeps what was received, and never overwrites any of it."""
