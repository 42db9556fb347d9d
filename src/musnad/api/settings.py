"""Django's settings of an interface process: the node's, and over them the interface's own."""

from musnad.node.settings import *  # noqa: F403, I001 - a settings module is the sum of two; the second wins
from musnad.api.configuration import *  # noqa: F403
