"""The rules over many returns at once, and the structural checks that any survey has."""
