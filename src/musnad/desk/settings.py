"""Django's settings of a desk process: the node's, and over them the desk's own."""

from musnad.node.settings import *  # noqa: F403, I001 - a settings module is the sum of two; the second wins
from musnad.desk.configuration import *  # noqa: F403
