"""The directory made real: a node's verified sets on disk, fetching over HTTPS, and the Registrar's repository."""
