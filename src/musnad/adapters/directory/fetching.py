"""TUF's client, and nothing of it beyond this module: its exceptions become ours here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from tuf.api.exceptions import (
    BadVersionNumberError,
    DownloadError,
    DownloadHTTPError,
    DownloadLengthMismatchError,
    ExpiredMetadataError,
    RepositoryError,
    SlowRetrievalError,
)
from tuf.ngclient.config import UpdaterConfig
from tuf.ngclient.fetcher import FetcherInterface
from tuf.ngclient.updater import Updater

from musnad.adapters.directory.errors import DirectoryStoreUnusable, DirectoryUnreachable
from musnad.core.directory.errors import BadDirectory, DirectoryExpired, DirectoryRollback
from musnad.core.directory.frame import TIMESTAMP, Frame, judge_frame
from musnad.core.directory.metadata import METADATA_LIMIT_OCTETS, TARGET_FILE_LIMIT_OCTETS, parse_role, role_of
from musnad.core.directory.tuf import Snapshot, Targets, Timestamp
from musnad.core.kernel.errors import MusnadError
from musnad.core.kernel.names import PartyCode, digest_of

CONFIG = UpdaterConfig(
    max_root_rotations=256,
    max_delegations=4,
    root_max_length=512 * 1024,
    timestamp_max_length=16 * 1024,
    snapshot_max_length=1024 * 1024,
    targets_max_length=METADATA_LIMIT_OCTETS,
)
PARTY_FILES_LIMIT = 16


@dataclass(frozen=True, slots=True)
class Fetched:
    """A set's files as fetched, and the Parties whose entry could not be: by the code of the error."""

    files: Mapping[str, bytes]
    failed: Mapping[PartyCode, str]


def fetch(url: str, fetcher: FetcherInterface, folder: Path, anchor: bytes, kept: Mapping[str, bytes]) -> Fetched:
    """Bring one set over. What TUF's client verified is not yet judged by the core, nor pinned.

    Args:
        url: where ``metadata/`` and ``targets/`` stand.
        folder: the client's own state; it must survive between calls.
        kept: target files that need not be fetched again where their hash is still the one named.
    Raises:
        DirectoryUnreachable, DirectoryExpired, DirectoryRollback, BadDirectory, DirectoryStoreUnusable.
    """
    with _ours("directory"):
        (folder / "targets").mkdir(parents=True, exist_ok=True, mode=0o700)
        updater = Updater(
            metadata_dir=str(folder),
            metadata_base_url=f"{url.rstrip('/')}/metadata/",
            target_dir=str(folder / "targets"),
            target_base_url=f"{url.rstrip('/')}/targets/",
            fetcher=fetcher,
            config=CONFIG,
            bootstrap=anchor,
        )
        updater.refresh()
        files = _frame_files(folder, anchor)
    frame = judge_frame(files, anchor)
    failed: dict[PartyCode, str] = {}
    for code in sorted(frame.role_keys):
        if frame.role_file(code) is None:
            continue
        try:
            files |= _party(updater, frame, code, folder, kept)
        except (DirectoryUnreachable, DirectoryStoreUnusable):
            raise
        except MusnadError as error:
            failed[code] = error.code
    return Fetched(files, failed)


def _frame_files(folder: Path, anchor: bytes) -> dict[str, bytes]:
    """The frame out of the client's state. Roots older than the anchor are not part of it."""
    history = folder / "root_history"
    last = int((folder / "root.json").resolve().name.partition(".")[0])
    files: dict[str, bytes] = {}
    for version in range(last, 0, -1):
        data = (history / f"{version}.root.json").read_bytes()
        files[f"{version}.root.json"] = data
        if data == anchor:
            break
    timestamp = (folder / TIMESTAMP).read_bytes()
    snapshot = (folder / "snapshot.json").read_bytes()
    targets = (folder / "targets.json").read_bytes()
    named = parse_role(Timestamp, timestamp, TIMESTAMP).signed.snapshot_meta.version
    listed = parse_role(Snapshot, snapshot, "snapshot.json").signed.meta["targets.json"].version
    return {
        **files,
        TIMESTAMP: timestamp,
        f"{named}.snapshot.json": snapshot,
        f"{listed}.targets.json": targets,
    }


def _party(
    updater: Updater, frame: Frame, code: PartyCode, folder: Path, kept: Mapping[str, bytes]
) -> dict[str, bytes]:
    file = frame.role_file(code) or ""
    with _ours(file):
        updater.get_targetinfo(f"parties/{code}/party.json")
        role = (folder / f"{quote(role_of(code), '')}.json").read_bytes()
    found = {file: role}
    targets = parse_role(Targets, role, file).signed.targets
    if len(targets) > PARTY_FILES_LIMIT:
        raise BadDirectory("more files than a Party may have", file)
    for path, target in targets.items():
        if target.length > TARGET_FILE_LIMIT_OCTETS:
            raise BadDirectory("a file larger than a Party may have", path[:200])
        if path in kept and digest_of(kept[path]) == target.hashes.get("sha256"):
            found[path] = kept[path]
            continue
        with _ours(path[:200]):
            found[path] = Path(updater.download_target(target, str(folder / "targets" / "latest"))).read_bytes()
    return found


@contextmanager
def _ours(file: str) -> Iterator[None]:
    """Foreign exceptions stop here."""
    try:
        yield
    except DownloadHTTPError as error:
        if error.status_code in (403, 404):
            raise BadDirectory("missing", file) from error
        raise DirectoryUnreachable(file, f"HTTP {error.status_code}") from error
    except DownloadLengthMismatchError as error:
        raise BadDirectory("larger than it may be", file) from error
    except SlowRetrievalError as error:
        raise DirectoryUnreachable(file, "too slow") from error
    except DownloadError as error:
        raise DirectoryUnreachable(file, "no answer") from error
    except ExpiredMetadataError as error:
        raise DirectoryExpired(file) from error
    except BadVersionNumberError as error:
        raise DirectoryRollback(file) from error
    except (RepositoryError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise BadDirectory("TUF's client refuses it", file) from error
    except OSError as error:
        raise DirectoryStoreUnusable("tuf") from error
