"""The desk: the pages that an officer reads, on loopback only, entered by a one-time link. It only reads."""
