"""The survey, declared: what is asked, of whom, and what must hold. Knows no Excel library and no pandas."""
