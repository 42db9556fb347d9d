"""Close one signed message for its recipients, and open it again."""
