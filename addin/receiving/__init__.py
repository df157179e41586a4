"""Returns of many units: found in folders and archives, matched to the roster, one of several chosen."""
