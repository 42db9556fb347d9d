"""The interface's operations: read the request, call the use case, shape the answer. No rule stands here."""
