"""Judge a directory's metadata: who is who, with which keys, when. Fetching and keeping are left to adapters."""
