"""The register of Parties: who signed, joined, declared or left, each fact with its day, source and certainty."""
