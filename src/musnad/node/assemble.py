"""Fill the ports of a node from its folder: the one place that knows every adapter."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import django
from django.apps import apps

from musnad.adapters.calendars import LibraryCalendars
from musnad.adapters.clock import SystemClock, system_entropy
from musnad.adapters.directory.client import NodeDirectory, Refreshed
from musnad.adapters.directory.fetcher import PinnedFetcher
from musnad.adapters.files.keys import FileKeyRing
from musnad.adapters.http.wire import HttpWire
from musnad.adapters.law_files import LawFiles
from musnad.adapters.mail import MailServer
from musnad.adapters.register_files import RegisterFolder, load_register
from musnad.adapters.stamps.http import HttpStampAuthority, read_authority
from musnad.adapters.treaty_files import load_treaties, load_treaty
from musnad.adapters.treaty_shelf import TreatyShelf
from musnad.adapters.vault.files import FilesVault
from musnad.core.kernel.names import Slug
from musnad.exchange.due import refresh
from musnad.exchange.ports import Ports
from musnad.exchange.preflight import Sources
from musnad.exchange.steps import NoSteps, Steps
from musnad.node.configuration import Configuration, read_configuration
from musnad.node.kill_steps import KillSteps
from musnad.node.private import keep_private
from musnad.records.at_rest import RestKey

ANCHOR = Path("trust", "root.json")
"""The directory root that the node was given when it was made; everything is judged from it."""
REGISTRAR_CERTIFICATE = Path("trust", "registrar.pem")
"""The certificate of the server that the directory's files are fetched from."""


@dataclass(frozen=True, slots=True)
class Node:
    """An assembled node: its folder, what node.toml says, its ports, and its directory."""

    folder: Path
    configuration: Configuration
    ports: Ports
    directory: NodeDirectory

    def refresh_directory(self) -> Refreshed:
        """Fetch the directory from the Registrar's server; errors as ``NodeDirectory.refresh``."""
        fetcher = PinnedFetcher((self.folder / REGISTRAR_CERTIFICATE).read_text("ascii"))
        try:
            return self.directory.refresh(self.configuration.directory.url, fetcher)
        finally:
            fetcher.close()

    @property
    def mail(self) -> MailServer | None:
        """The State's mail server, where node.toml names one."""
        given = self.configuration.mail
        if given is None:
            return None
        password = None if given.password_file is None else self.folder / given.password_file
        return MailServer(given.host, given.port, given.security, given.sender, given.user, password)

    @property
    def storage_key(self) -> bytes:
        """Under which the keys of the cases rest in the database."""
        assert isinstance(self.ports.keys, FileKeyRing)
        return self.ports.keys.storage

    @property
    def stamp_authorities(self) -> tuple[HttpStampAuthority, ...]:
        """Who stamps the log's heads, as node.toml names them; errors as ``read_authority``."""
        stamps = self.configuration.stamps
        return tuple(read_authority(one.url, self.folder / one.trust) for one in (stamps.authorities if stamps else ()))

    def bring_up_to_date(self) -> None:
        """Give the database of an older version this one's tables; nothing where it has them."""
        from django.core.management import call_command

        call_command("migrate", verbosity=0, interactive=False)

    def rebuild(self) -> int:
        """Bring the tables to this version's form, and make those that only serve reading again: the number of cases.

        Raises:
            JournalCorrupt: the journal is damaged; then the tables stand as they were.
        """
        from musnad.records.journal import DjangoJournal

        self.bring_up_to_date()
        assert isinstance(self.ports.journal, DjangoJournal)
        cases = self.ports.journal.rebuild_read_tables()
        refresh(self.ports)
        return cases


def assemble(folder: Path) -> Node:
    """Open the node in ``folder``.

    Raises:
        NotANode, BadConfiguration: the folder or node.toml. KeyFileUnusable: a key file.
    """
    configuration = read_configuration(folder)
    start_django(folder)
    from musnad.records.agenda import DjangoAgenda
    from musnad.records.journal import DjangoJournal

    keys = FileKeyRing(folder / "keys", configuration.code)
    clock = SystemClock()
    directory = NodeDirectory(
        folder / "directory",
        (folder / ANCHOR).read_bytes(),
        clock,
        grace_days=configuration.directory.grace_days,
    )
    ports = Ports(
        party=configuration.code,
        clock=clock,
        entropy=system_entropy,
        journal=DjangoJournal(keys.storage, system_entropy),
        keys=keys,
        directories=directory,
        treaties=TreatyShelf(folder / "treaty"),
        laws=LawFiles(load_treaties().values(), folder / "law"),
        vault=FilesVault(folder / "vault"),
        wire=HttpWire(keys, clock),
        steps=_steps(),
        register=RegisterFolder(folder / "register", configuration.register_authorities),
        calendars=LibraryCalendars(),
        agenda=DjangoAgenda(keys.storage, system_entropy),
    )
    return Node(folder, configuration, ports, directory)


def assemble_packaged() -> Sources:
    """What a pre-flight is read from where there is no node: the package's own treaties, register and samples."""
    held = load_treaties()
    return Sources(lambda name: held.get(Slug(name), load_treaty()), LawFiles(held.values()), load_register)


def start_django(folder: Path) -> None:
    """Set Django up for the node in this folder, once a process; what the process writes from then on is private."""
    keep_private()
    if not apps.ready:
        os.environ["MUSNAD_NODE"] = str(folder)
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "musnad.node.settings")
        django.setup()


def _steps() -> Steps:
    """A durable step at which to end, where a test asked for one; listens to nothing otherwise."""
    wanted = os.environ.get("MUSNAD_KILL_AT")
    return KillSteps(wanted) if wanted else NoSteps()


def rest_key(folder: Path) -> RestKey:
    """What closes rows of desk life at rest: the storage key of the node in ``folder``."""
    keys = FileKeyRing(folder / "keys", read_configuration(folder).code)
    return RestKey(keys.storage, system_entropy)
