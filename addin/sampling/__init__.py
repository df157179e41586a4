"""Spot checks (复核): which units are drawn, the sheet for whoever checks them, and what comes of it."""
