"""What goes up: a version that is locked, and the package that an official signs for."""
