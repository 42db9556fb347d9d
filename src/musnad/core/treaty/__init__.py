"""The treaty as data: files a lawyer can read, a strict reader, and an engine that asks the data.

Code here knows measures, rules and grounds by name and never by number; ``docs/treaty.md`` tells a lawyer how to read
and correct the files under ``data/``.
"""
