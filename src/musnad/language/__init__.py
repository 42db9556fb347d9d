"""What Musnad says to people: one catalogue, two languages, sentences for codes.

The core carries codes and facts; every sentence outside it is an English msgid of the one catalogue in
``locale/`` (domain ``django``, so that templates, terminal and verifier share each word). Needs no Django and no
setting, since the verifier speaks too. A door says once which language it speaks (``use``) and marks its sentences:

    from musnad.language import gettext as _, ngettext
    print(_("Sent to %(authority)s") % {"authority": isolate(name)})

Rules kept here: whole sentences, named placeholders, six plural forms in Arabic, western digits everywhere (a
digest, a date and a size must compare equal in both languages), identifiers isolated from the line's direction.
Left to others: translating templates (Django does, from the same catalogue) and choosing what to say.
"""

from musnad.language.speech import (
    LANGUAGES,
    Speech,
    choose_language,
    current,
    gettext,
    mark,
    ngettext,
    npgettext,
    pgettext,
    speak,
    use,
)
from musnad.language.usage import speak_usage
from musnad.language.wording import (
    duration,
    embed,
    isolate,
    number,
    penalty,
    rate,
    size,
    write_date,
    write_month,
    write_time,
)

__all__ = [
    "LANGUAGES",
    "Speech",
    "choose_language",
    "current",
    "duration",
    "embed",
    "gettext",
    "isolate",
    "mark",
    "ngettext",
    "npgettext",
    "number",
    "penalty",
    "pgettext",
    "rate",
    "size",
    "speak",
    "speak_usage",
    "use",
    "write_date",
    "write_month",
    "write_time",
]
