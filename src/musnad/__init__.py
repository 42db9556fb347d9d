"""Musnad: cooperation requests and electronic evidence between States, provable offline."""

__version__ = "0.1.0"
