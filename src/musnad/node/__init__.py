"""One node: its configuration, its Django settings, and ``assemble``, the one place that knows every adapter."""
