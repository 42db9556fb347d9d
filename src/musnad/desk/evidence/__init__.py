"""Evidence at the desk: bring in, seal, offer, fetch, open."""
