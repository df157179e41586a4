"""What others take for the same work: libraries called as their documentation calls them."""
