"""Where evidence comes from, lies and goes to: a vault in files or in memory, sources, targets."""
