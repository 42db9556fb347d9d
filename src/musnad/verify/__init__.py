"""The court's door: judge a dossier offline. Needs the core, the report and the sentences; no node, no Django."""
