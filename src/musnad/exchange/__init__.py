"""Use cases over ports: compose, admit, deliver, witness, export. What the doors call and the adapters serve."""
