"""The sheet that a roster is written on, and the page on which a unit checks its own line."""
