"""The terminal: an officer's commands, the Registrar's, the operator's, and the demo."""
