"""The desk's views: a use case, then a template."""
