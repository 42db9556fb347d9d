"""A node's directory: refreshed from a server when there is one, used offline always.

``refresh`` goes through TUF's own client (``tuf.ngclient``: roll-back, freeze, mix-and-match, thresholds), then
through the core's stricter judgement, then the pins; only then is the set written, whole, and made the current one.
Whatever fails before leaves the last verified set in use. One Party's bad entry (expired, unsigned, keys changed,
of another form, in no time zone known here) never holds up the others: that Party's older entry is held, and
``findings`` says why.
"""

from __future__ import annotations

import fcntl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from tuf.ngclient.fetcher import FetcherInterface

from musnad.adapters.directory.errors import DirectoryStoreUnusable, NoDirectory
from musnad.adapters.directory.fetching import fetch
from musnad.adapters.directory.store import Bundle, DirectoryStore, Held, State
from musnad.core.directory.directory import Directory, SetRef, hold
from musnad.core.directory.errors import BadDirectory, DirectoryExpired
from musnad.core.directory.frame import Frame, check_advance, judge_frame
from musnad.core.directory.judge import check_fresh, judge_bundle, judge_party
from musnad.core.directory.pins import Confirmation, judge_pins
from musnad.core.kernel.errors import MusnadError
from musnad.core.kernel.names import Digest, PartyCode
from musnad.core.kernel.times import Instant
from musnad.exchange.civil import time_zone
from musnad.exchange.ports import Clock

GRACE_DAYS = 30
KEYS_CHANGED = "directory.keys-changed"
"""Why a Party is held whose keys changed and nobody trusted vouches for it; an error's code otherwise."""
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What a refresh came to: the set now in use, whether it is another than before, and who is held and why."""

    ref: SetRef
    changed: bool
    held: Mapping[PartyCode, Held]


class NodeDirectory:
    """``exchange.ports.Directories`` over a folder.

    Args:
        folder: kept between runs; roll-back protection and pins live here.
        anchor: the bytes of the root that the node was given when it was made.
        grace_days: how long past an expiry the last verified set may be used, marked stale.
    """

    def __init__(self, folder: Path, anchor: bytes, clock: Clock, *, grace_days: int = GRACE_DAYS) -> None:
        self._store = DirectoryStore(folder)
        self._anchor = anchor
        self._clock = clock
        self._grace_days = grace_days
        self._judged: tuple[State, Instant, Directory] | None = None

    def current(self) -> Directory:
        """The last verified set, judged at the present minute, held entries in their place.

        Raises:
            NoDirectory: nothing was verified yet.
            DirectoryExpired: the last verified set is past its grace.
            DirectoryStoreCorrupt, DirectoryStoreUnusable: the folder.
        """
        state, now = self._store.read_state(), self._clock.now()
        if self._judged is not None:
            known, at, directory = self._judged
            if known == state and at <= now < at + _MINUTE:
                return directory
        if state.current is None:
            raise NoDirectory
        directory = self._judge(state.current, now, self._grace_days)
        for code, held in state.held.items():
            directory = hold(directory, self._judge_held(held, now) or directory, [code])
        self._judged = (state, now, directory)
        return directory

    def at(self, snapshot: Digest) -> Directory:
        """A verified set as it was judged when it was last fetched; ``UnknownSet``. Held entries are not in it."""
        bundle = self._store.read_bundle(snapshot)
        return judge_bundle(bundle.files, self._anchor, bundle.verified_at, self._grace_days)

    def bundle(self, snapshot: Digest) -> Mapping[str, bytes]:
        """The files of a verified set: only entries that this node accepted from it; ``UnknownSet``."""
        return self._store.read_bundle(snapshot).files

    def holds(self, snapshot: Digest) -> bool:
        """Whether ``bundle`` has that set."""
        return self._store.holds(snapshot)

    def keep(self, snapshot: Digest, files: Mapping[str, bytes], at: Instant) -> None:
        """Keep a set that a peer served, beside the current one: 1. of our anchor, and the one asked for; 2. of one
        history with the current set; 3. each Party by itself, and by its pin; 4. it held ``at`` that time.

        Neither the current set nor any pin changes. A Party whose entry does not hold is not in it.
        """
        with self._alone():
            state = self._store.read_state()
            if self._store.holds(snapshot) or state.current is None:
                return
            frame = judge_frame(files, self._anchor)  # 1
            if frame.snapshot_digest != snapshot:
                raise BadDirectory("not the set that was asked for", frame.snapshot_file)
            current = judge_frame(self._store.read_bundle(state.current).files, self._anchor)
            older, newer = sorted((frame, current), key=lambda one: (one.root.version, one.snapshot.version))
            check_advance(older, newer)  # 2
            accepted = {name: files[name] for name in frame.names}
            for code in sorted(frame.role_keys):
                accepted |= _files_that_hold(frame, files, code)  # 3
            for conflict in judge_pins(state.pins, frame, accepted, state.confirmed).conflicts:
                accepted = {name: data for name, data in accepted.items() if not _is_of(name, conflict.party)}
            judge_bundle(accepted, self._anchor, at, self._grace_days)  # 4
            self._store.write_bundle(snapshot, Bundle(accepted, at))

    def findings(self) -> Mapping[PartyCode, Held]:
        """The Parties whose newest entry is not used, and why."""
        return self._store.read_state().held

    def refresh(self, url: str, fetcher: FetcherInterface) -> Refreshed:
        """Fetch the directory from ``url`` and make what can be verified the current set.

        Raises, the last verified set still in use:
            DirectoryUnreachable: no answer, or not in time.
            DirectoryExpired: the server offers a set that has expired (a freeze, or a Registrar asleep).
            DirectoryRollback: it offers an older set. BadDirectory and other errors of the core: a false one.
            DirectoryStoreCorrupt, DirectoryStoreUnusable: the folder.
        """
        with self._alone():
            current = self._store.read_state().current
            kept = {} if current is None else self._store.read_bundle(current).files
            fetched = fetch(url, fetcher, self._store.folder / "tuf", self._anchor, kept)
            return self._accept(fetched.files, fetched.failed)

    def install(self, files: Mapping[str, bytes]) -> Refreshed:
        """Accept a set carried over by hand; errors as ``refresh``."""
        with self._alone():
            return self._accept(dict(files), {})

    def confirm(self, confirmation: Confirmation) -> None:
        """Keep two officers' word for a Party's new keys; the next refresh goes by it."""
        with self._alone():
            state = self._store.read_state()
            if confirmation not in state.confirmed:
                self._store.write_state(replace(state, confirmed=(*state.confirmed, confirmation)))

    def _accept(self, files: Mapping[str, bytes], failed: Mapping[PartyCode, str]) -> Refreshed:
        """1. frame; 2. not older than what we hold; 3. fresh; 4. each Party by itself; 5. pins; 6. keep, then name."""
        now, state = self._clock.now(), self._store.read_state()
        before = {} if state.current is None else self._store.read_bundle(state.current).files
        frame = judge_frame(files, self._anchor)  # 1
        if before:
            check_advance(judge_frame(before, self._anchor), frame)  # 2
        check_fresh(frame, now)  # 3
        refused = dict(failed)
        accepted = {name: files[name] for name in frame.names}
        same_set = state.current == frame.snapshot_digest
        for code in sorted(frame.role_keys):
            if frame.role_file(code) is None:
                continue
            found = _party_files(frame, files, code, now, refused)  # 4
            if not found and same_set:
                found = {name: before[name] for name in before if _is_of(name, code)}
            accepted |= found
        pins = judge_pins(state.pins, frame, accepted, state.confirmed)  # 5
        for conflict in pins.conflicts:
            refused[conflict.party] = KEYS_CHANGED
            accepted = {name: data for name, data in accepted.items() if not _is_of(name, conflict.party)}
        judge_bundle(accepted, self._anchor, now, 0)
        held = {
            code: Held(why, _origin(code, state, before))
            for code, why in sorted(refused.items())
            if code in frame.role_keys and frame.role_file(code) not in accepted
        }
        self._store.write_bundle(frame.snapshot_digest, Bundle(accepted, now))  # 6
        self._store.write_state(State(frame.snapshot_digest, held, pins.pins, state.confirmed))
        return Refreshed(SetRef(frame.snapshot_digest, frame.snapshot.version, False), not same_set, held)

    def _judge(self, snapshot: Digest, at: Instant, grace_days: int) -> Directory:
        return judge_bundle(self._store.read_bundle(snapshot).files, self._anchor, at, grace_days)

    def _judge_held(self, held: Held, now: Instant) -> Directory | None:
        if held.snapshot is None:
            return None
        try:
            return self._judge(held.snapshot, now, self._grace_days)
        except DirectoryExpired:
            return None

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """One refresh at a time, in whatever process."""
        try:
            file = (self._store.folder / "lock").open("w")
        except OSError as error:
            raise DirectoryStoreUnusable("lock") from error
        with file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield


def _party_files(
    frame: Frame, files: Mapping[str, bytes], code: PartyCode, now: Instant, refused: dict[PartyCode, str]
) -> dict[str, bytes]:
    """The Party's files where they hold; else nothing, and ``refused`` says why."""
    file = frame.role_file(code)
    if file is None or code in refused:
        return {}
    try:
        role, party = judge_party(frame, files, code)
        time_zone(party.time_zone)
        if now >= role.expires:
            raise DirectoryExpired(file)
    except MusnadError as error:
        refused[code] = error.code
        return {}
    return {name: files[name] for name in (file, *role.targets)}


def _files_that_hold(frame: Frame, files: Mapping[str, bytes], code: PartyCode) -> dict[str, bytes]:
    """The Party's files where they are what they must be, whether or not they have expired; else nothing."""
    file = frame.role_file(code)
    if file is None or file not in files:
        return {}
    try:
        role, _ = judge_party(frame, files, code)
    except MusnadError:
        return {}
    return {name: files[name] for name in (file, *role.targets)}


def _is_of(name: str, code: PartyCode) -> bool:
    return name.startswith(f"parties/{code}/") or name.endswith(f".party-{code}.json")


def _origin(code: PartyCode, state: State, before: Mapping[str, bytes]) -> Digest | None:
    """The newest set that this node accepted an entry of the Party from."""
    if any(_is_of(name, code) for name in before):
        return state.current
    held = state.held.get(code)
    return None if held is None else held.snapshot
