"""Every port in memory, with faults to switch on: whole nodes in one process, for tests and for trying things out."""
