"""Cities full of every disorder that arrives in a post box, planted on purpose."""
