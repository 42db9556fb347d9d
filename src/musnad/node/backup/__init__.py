"""A node's backup: made while it runs, added to and never written over, read back and compared when asked."""
