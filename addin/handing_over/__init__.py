"""What one officer leaves to the next, in one folder with a list of it, and the proof that it can be restored."""
