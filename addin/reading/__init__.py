"""A file into a submission: what kind of file it is, what its cells mean, what was odd about them."""
