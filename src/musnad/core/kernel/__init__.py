"""Names, digests, times, canonical bytes and errors: the words every other part is written in."""
