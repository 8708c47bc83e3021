"""Answer sheets: read, normalised, compared with the answer key."""
