"""argparse's own words (usage, options, what it did not understand) in the reader's language.

argparse asks GNU gettext for them, which is told here to look in our catalogue. Which language that is, GNU gettext
takes from the environment variable LANGUAGE and from nowhere else, so this is for a program that has just begun.
"""

from __future__ import annotations

import gettext as gnu
import os

from musnad.language.speech import DOMAIN, LOCALE_DIR, current, mark

WORDS = (
    mark("usage: "),
    mark("positional arguments"),
    mark("options"),
    mark("show this help message and exit"),
    mark("show program's version number and exit"),
    mark("%(prog)s: error: %(message)s\n"),
    mark("argument %(argument_name)s: %(message)s"),
    mark("the following arguments are required: %s"),
    mark("unrecognized arguments: %s"),
    mark("invalid choice: %(value)r (choose from %(choices)s)"),
    mark("invalid %(type)s value: %(value)r"),
    mark("expected one argument"),
    mark("expected at least one argument"),
    mark("ignored explicit argument %r"),
    mark("ambiguous option: %(option)s could match %(matches)s"),
)
"""What a reader can come to see of argparse; the rest is said to programmers."""


def speak_usage() -> None:
    """From now on argparse speaks the current language."""
    gnu.bindtextdomain(DOMAIN, str(LOCALE_DIR))
    gnu.textdomain(DOMAIN)
    os.environ["LANGUAGE"] = current().language
