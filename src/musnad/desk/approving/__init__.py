"""Approving: an officer signs exactly what is shown."""
