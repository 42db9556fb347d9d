"""One case, and its exhibits, to read."""
