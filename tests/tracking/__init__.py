"""Tests of what people decide about units."""
