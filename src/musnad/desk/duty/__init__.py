"""The watch: who is on call, what rings, what is handed over."""
