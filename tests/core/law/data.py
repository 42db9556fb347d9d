"""A small law profile that is right until a test breaks it, and the packaged samples."""

from __future__ import annotations

from musnad.adapters.law_files import load_law_data, load_samples, read_samples
from musnad.adapters.treaty_files import load_treaties, load_treaty
from musnad.core.kernel.names import PartyCode, Slug
from musnad.core.law.reader import parse_profile, vocabulary
from musnad.core.law.values import Profile, Vocabulary

TREATY = load_treaty()
DATA = load_law_data()
KNOWN: Vocabulary = vocabulary(DATA, load_treaties().values())
SAMPLES = load_samples(KNOWN)
FILES = read_samples()
FILE = "zz.toml"

SMALL = """\
state = "QA"
as_of = 2026-11-01

[sources]
G1 = "Official gazette, read on 1 November 2026"

[languages]
accepted = ["ar", "en"]
source = "G1"
status = "certain"

[dual_criminality]
policy = "required"
measures.expedited-preservation = "no-condition"
source = "G1"
status = "reported"

[data_protection]
transfer = "with-conditions"
conditions = ["Only under safeguards."]
source = "G1"
status = "certain"

[bases.another-treaty]
accepted = true
partners = ["VN"]
source = "G1"
status = "certain"

[offences.illegal-access]
statute = "Act 1"
provision = "s. 2"
maximum = { number = 5, unit = "years" }
source = "G1"
status = "certain"

[offences.illegal-interception]
missing = true
note = "Looked for in all acts."
source = "G1"
status = "certain"

[powers.preservation-order]
covers = "partly"
note = "Of subscriber information only."
statute = "Act 2"
provision = "s. 9"
ordered_by = ["judge"]
from_maximum = { number = 1, unit = "years" }
source = "G1"
status = "certain"
"""


def profile(state: str) -> Profile:
    """A packaged sample."""
    return SAMPLES[PartyCode(state)]


def small(*changes: tuple[str, str]) -> bytes:
    """The small profile with each first old text changed to the new."""
    text = SMALL
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text.encode()


def read(*changes: tuple[str, str]) -> Profile:
    return parse_profile(FILE, small(*changes), KNOWN)


def offence(name: str) -> Slug:
    assert name in KNOWN.offences
    return Slug(name)
