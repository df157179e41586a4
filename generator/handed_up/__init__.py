"""Pages and lists of what goes up."""
