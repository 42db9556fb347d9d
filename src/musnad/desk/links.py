"""One-time links into the desk, as the desk and its process know them; the store is an adapter."""

from musnad.adapters.files.links import make_link, use_link

__all__ = ["make_link", "use_link"]
