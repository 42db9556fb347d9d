"""The programming interface: what a State's own case system may do with its node over HTTPS, by a token with scopes."""
