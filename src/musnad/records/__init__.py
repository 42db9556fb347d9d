"""The node's durable records: the journal with its blind log and outbox, on Django's ORM, for SQLite and PostgreSQL."""
