"""node.toml: one typed file that says what a node is. Nothing else is read from the environment but its place.

party = "QA"
exercise = true            # every message this node makes is marked as an exercise

[gate]                     # other nodes, over HTTPS
url = "https://127.0.0.1:9443"
listen = "127.0.0.1:9443"

[desk]                     # officers, loopback only
listen = "127.0.0.1:9080"
url = "http://localhost:9080"   # optional: what browsers reach the desk by; passkeys are bound to its host name

[api]                      # optional: the State's own case systems, over HTTPS with the gate's certificate
listen = "127.0.0.1:9300"

[directory]                # where the Registrar's files are served
url = "https://127.0.0.1:9000"
grace_days = 30

[journal]
database = "journal.sqlite3"    # or postgresql://...

[worker]
pause_seconds = 0.05       # between two looks at the outbox
checkpoint_seconds = 2     # at most this old is a signed head of a log that grew
directory_seconds = 300
back_off_limit_seconds = 300
abandoned_hours = 72       # uploads nobody goes on with, and dossiers nobody removes, rest as long
ring_again_minutes = 30    # after which a request rings again that was silenced and that nobody acknowledged

[mail]                     # optional: rings who is on call, with no content
host = "mail.example"
port = 465
security = "tls"           # or "starttls"; "none" on loopback only
sender = "desk@authority.example"
user = "desk"              # with password_file, a file in the node's folder
password_file = "keys/mail.password"

[backup]                   # optional: when the administration page and the doctor warn
warn_days = 7              # since the last backup
check_days = 30            # since one was last read back

[stamps]                   # optional: authorities (RFC 3161) that stamp the log's heads
every_seconds = 3600       # at most this often one is asked

[[stamps.authorities]]     # up to eight
url = "http://stamps.example/"
trust = "trust/stamps.pem" # its root's certificate, a file in the node's folder

[register]
trusted = ["UN/registry"]  # whose signed updates of the register are accepted, beside this node's own authorities'
"""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StrictBool, ValidationError, model_validator

from musnad.core.kernel.errors import BadForm
from musnad.core.kernel.names import AuthorityId, PartyCode, parse_authority, parse_party
from musnad.node.errors import BadConfiguration, NotANode

FILE = "node.toml"


def _is_party(text: str) -> str:
    try:
        return parse_party(text)
    except BadForm as error:
        raise ValueError(error.why) from error


def _has_port(listen: str) -> str:
    if not 0 < int(listen.rpartition(":")[2]) < 65536:
        raise ValueError("no port from 1 to 65535")
    return listen


def _is_authority(text: str) -> str:
    try:
        return parse_authority(text)
    except BadForm as error:
        raise ValueError(error.why) from error


Authority = Annotated[str, AfterValidator(_is_authority)]
Party = Annotated[str, AfterValidator(_is_party)]
Listen = Annotated[str, Field(pattern=r"^[A-Za-z0-9.-]+:[0-9]{1,5}$"), AfterValidator(_has_port)]
Loopback = Annotated[str, Field(pattern=r"^(127\.0\.0\.1|localhost):[0-9]{1,5}$"), AfterValidator(_has_port)]
Https = Annotated[str, Field(pattern=r"^https://[A-Za-z0-9.-]+(:[0-9]{1,5})?$")]
DeskUrl = Annotated[str, Field(pattern=r"^(https://[a-z0-9.-]+|http://localhost)(:[0-9]{1,5})?$")]
"""Without encryption a browser keeps passkeys for this machine alone."""
Seconds = Annotated[float, Field(gt=0, le=86_400)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Gate(_Part):
    url: Https
    listen: Listen


class Desk(_Part):
    listen: Loopback
    url: DeskUrl | None = None

    @property
    def address(self) -> str:
        """What browsers reach the desk by: a host name, since a passkey belongs to one."""
        return self.url or f"http://localhost:{self.listen.rpartition(':')[2]}"


class Api(_Part):
    listen: Listen


class DirectorySource(_Part):
    url: Https
    grace_days: Annotated[int, Field(ge=0, le=365)] = 30


class JournalPlace(_Part):
    database: str = "journal.sqlite3"


class Mail(_Part):
    host: Annotated[str, Field(pattern=r"^[A-Za-z0-9.-]+$", max_length=253)]
    port: Annotated[int, Field(gt=0, lt=65536)]
    sender: Annotated[str, Field(pattern=r"^[^@\s]+@[^@\s]+$", max_length=254)]
    security: Literal["tls", "starttls", "none"] = "tls"
    user: Annotated[str, Field(max_length=254)] = ""
    password_file: Annotated[str, Field(pattern=r"^[A-Za-z0-9._/-]+$", max_length=200)] | None = None

    @model_validator(mode="after")
    def _keeps_to_itself(self) -> Mail:
        if self.security == "none" and self.host not in {"127.0.0.1", "localhost"}:
            raise ValueError("without encryption only on loopback")
        return self


class Worker(_Part):
    pause_seconds: Seconds = 0.05
    checkpoint_seconds: Seconds = 2
    directory_seconds: Seconds = 300
    back_off_limit_seconds: Seconds = 300
    abandoned_hours: Annotated[float, Field(gt=0, le=8_760)] = 72
    ring_again_minutes: Annotated[float, Field(ge=1, le=1_440)] = 30


class Backups(_Part):
    warn_days: Annotated[int, Field(ge=1, le=365)] = 7
    check_days: Annotated[int, Field(ge=1, le=365)] = 30


class StampSource(_Part):
    url: Annotated[str, Field(pattern=r"^https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?(/[!#-\[\]-~]*)?$", max_length=400)]
    trust: Annotated[
        str, Field(pattern=r"^[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*$", max_length=200)
    ]


class Stamps(_Part):
    every_seconds: Seconds = 3600
    authorities: Annotated[list[StampSource], Field(min_length=1, max_length=8)]


class RegisterTrust(_Part):
    trusted: Annotated[list[Authority], Field(max_length=64)] = []


class Configuration(_Part):
    """What node.toml says."""

    party: Party
    exercise: StrictBool
    gate: Gate
    desk: Desk
    directory: DirectorySource
    api: Api | None = None
    journal: JournalPlace = JournalPlace()
    worker: Worker = Worker()
    mail: Mail | None = None
    backup: Backups = Backups()
    stamps: Stamps | None = None
    register_trust: Annotated[RegisterTrust, Field(alias="register")] = RegisterTrust()

    @property
    def register_authorities(self) -> frozenset[AuthorityId]:
        return frozenset(parse_authority(one) for one in self.register_trust.trusted)

    @property
    def code(self) -> PartyCode:
        return parse_party(self.party)

    @property
    def listens(self) -> tuple[str, ...]:
        """The addresses at which the node's doors accept connections."""
        doors = (self.gate, self.desk, self.api)
        return tuple(door.listen for door in doors if door is not None)


def read_configuration(folder: Path) -> Configuration:
    """The node's configuration; ``NotANode`` or ``BadConfiguration``."""
    try:
        text = (folder / FILE).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise NotANode(str(folder)) from error
    try:
        return Configuration.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise BadConfiguration(FILE, str(error)) from error
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        raise BadConfiguration(".".join(str(part) for part in first["loc"]), first["msg"]) from None


def write_configuration(configuration: Configuration) -> str:
    """The text of a node.toml that reads back as ``configuration``."""
    lines = [f'party = "{configuration.party}"', f"exercise = {str(configuration.exercise).lower()}"]
    for name in ("gate", "desk", "api", "directory", "journal", "worker", "mail", "backup"):
        if getattr(configuration, name) is None:
            continue
        lines += ["", f"[{name}]"]
        for setting, value in getattr(configuration, name).model_dump(exclude_none=True).items():
            lines.append(f'{setting} = "{value}"' if isinstance(value, str) else f"{setting} = {value}")
    if configuration.stamps is not None:
        lines += ["", "[stamps]", f"every_seconds = {configuration.stamps.every_seconds}"]
        for source in configuration.stamps.authorities:
            lines += ["", "[[stamps.authorities]]", f'url = "{source.url}"', f'trust = "{source.trust}"']
    if configuration.register_trust.trusted:
        lines += ["", "[register]", f"trusted = {json.dumps(configuration.register_trust.trusted)}"]
    return "\n".join(lines) + "\n"
