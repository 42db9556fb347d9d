"""National law profiles: what a State punishes and what its authorities may order, as data that a lawyer writes.

One TOML file for each State, each fact with its source and how sure it is; ``docs/law-profiles.md`` tells how to write
one. Offences and powers are known by name: which article of the Convention asks for one stands in ``data/``.
"""
