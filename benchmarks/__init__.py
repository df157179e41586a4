"""Benchmarks: costs with ratios, never assertions on time."""
