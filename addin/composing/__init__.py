"""Parts and their parent: the workbooks of departments become the one 本级 return, with a trace of who gave what."""
