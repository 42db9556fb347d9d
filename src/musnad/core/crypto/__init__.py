"""The only place that speaks to the ``cryptography`` package, and that lets a library draw randomness of its own."""
