"""Returns of many units: collected, matched to the roster, rolled up."""
