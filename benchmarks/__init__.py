"""Benchmarks: what things cost in processor time, each beside what others take for the same. ``make bench``."""
