"""The house: health, keys, deliveries, records."""
