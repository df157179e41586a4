"""Foreign files are read in programs of their own: one that dies, hangs or eats memory costs its file and no more."""
