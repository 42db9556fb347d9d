"""A node's small files: its keys, its officers' key files; written whole, durably, readable by their owner alone."""
