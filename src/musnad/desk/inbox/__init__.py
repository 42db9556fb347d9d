"""What needs us now."""
