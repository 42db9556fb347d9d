"""Figures: how much, how fast, with what outcome."""
