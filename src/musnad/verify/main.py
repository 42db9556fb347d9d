"""``musnad verify`` and ``musnad-verify``: judge one dossier, offline, under an anchor obtained elsewhere.

Exit codes: 0 proven; 1 not proven; 2 not understood, or nothing to judge; 3 consistent, but no anchor was given.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from musnad import __version__
from musnad.core.dossier.archive import open_archive
from musnad.core.dossier.errors import NotADossier
from musnad.core.dossier.finding import Finding
from musnad.core.dossier.judge import Verdict, judge_dossier, unreadable
from musnad.core.dossier.signatures import Signed
from musnad.core.dossier.split_file import FILE_LIMIT_OCTETS, judge_split_file
from musnad.core.dossier.stamps import NO_TRUST, StampTrust
from musnad.core.kernel.errors import MusnadError, TooLarge
from musnad.core.kernel.names import Digest
from musnad.language import choose_language, current, duration, isolate, rate, size, speak_usage, use
from musnad.language import gettext as _
from musnad.language.outcome import FAILED, OK, UNANCHORED, USAGE
from musnad.language.sentences import remedy, sentence
from musnad.report import write_report
from musnad.verify.file import DossierFile, read_anchor, read_stamp_trust
from musnad.verify.split_words import tell_split
from musnad.verify.words import tell

REFRESH_SECONDS = 0.2
PROGRESS_FROM_OCTETS = 32 * 1024 * 1024
BATCH = 32


def parser() -> argparse.ArgumentParser:
    """The command line, in the current language."""
    made = argparse.ArgumentParser(
        prog="musnad verify",
        description=_("Check a dossier offline: every signature, receipt, log proof, exhibit and report in it."),
        epilog=_("Example: %(example)s") % {"example": "musnad verify dossier.zip --trust root.json"}
        + "\n\n"
        + _("Exit codes: 0 proven, 1 not proven, 2 not understood, 3 consistent but no trust anchor given."),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    made.add_argument("file", type=Path, metavar=_("FILE"), help=_("the dossier, or the proof that a log has split"))
    made.add_argument(
        "--trust",
        metavar="ROOT.json|SHA256",
        help=_("the directory's root file, or its SHA-256, obtained from the Registrar and not from the exporter"),
    )
    made.add_argument(
        "--stamp-trust",
        action="append",
        default=[],
        metavar="CERTIFICATE|SHA256",
        help=_(
            "a stamp authority's root certificate, or its SHA-256, obtained from that authority; may be given again"
        ),
    )
    made.add_argument("--json", action="store_true", help=_("print one JSON object, for programs"))
    made.add_argument("--lang", choices=("ar", "en"), help=_("the language to speak; by default the locale's"))
    version = f"musnad-verify {__version__}"
    made.add_argument("--version", action="version", version=version, help=_("show program's version number and exit"))
    return made


def main(arguments: Sequence[str] | None = None) -> int:
    """Judge the dossier that the command line names; the process's exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    with use(choose_language(_language(given), os.environ)):
        speak_usage()
        options = parser().parse_args(given)
        try:
            anchor = None if options.trust is None else read_anchor(options.trust)
            stamp_trust = read_stamp_trust(options.stamp_trust)
            opened = DossierFile(options.file)
        except MusnadError as error:
            _fail(error, as_json=options.json)
            return USAGE
        try:
            with opened as reader:
                if is_split(reader):
                    return _judge_split(reader, anchor, as_json=options.json)
                verdict = verify(reader, anchor, stamp_trust, progress=sys.stderr.isatty() and not options.json)
        except MusnadError as error:
            _fail(error, as_json=options.json)
            return FAILED
        except KeyboardInterrupt:
            return FAILED
        with _readers_who_leave():
            if options.json:
                print(json.dumps(verdict.write(), ensure_ascii=False, sort_keys=True), flush=True)
            else:
                for line in tell(verdict, current()):
                    print(line, flush=True)
        return OK if verdict.proven else UNANCHORED if verdict.consistent else FAILED


def _judge_split(reader: DossierFile, anchor: Digest | None, *, as_json: bool) -> int:
    """A file that says that a log has split; 0 where it proves it, 3 where no anchor says whose log it is.

    Raises as ``judge_split_file``, and ``TooLarge``.
    """
    if reader.size > FILE_LIMIT_OCTETS:
        raise TooLarge("split", reader.size, FILE_LIMIT_OCTETS)
    found = judge_split_file(reader.read_at(0, reader.size), anchor)
    with _readers_who_leave():
        if as_json:
            print(json.dumps(found.write(), ensure_ascii=False, sort_keys=True), flush=True)
        else:
            for line in tell_split(found, current()):
                print(line, flush=True)
    return UNANCHORED if anchor is None else OK


def is_split(reader: DossierFile) -> bool:
    """Whether the file is no dossier but a proof that a log has split: JSON, where a ZIP begins otherwise."""
    return reader.read_at(0, 1) == b"{"


@contextmanager
def _readers_who_leave() -> Iterator[None]:
    """Whoever read our output may be gone (``| head``): the rest goes nowhere, and the exit code still tells."""
    try:
        yield
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def verify(
    reader: DossierFile, anchor: Digest | None, stamp_trust: StampTrust = NO_TRUST, *, progress: bool = False
) -> Verdict:
    """Judge an opened dossier, on every processor there is.

    Raises:
        OutOfReach: the file cannot be read any more.
    """
    try:
        archive = open_archive(reader)
    except NotADossier as error:
        return unreadable(error, anchor)
    told = Meter(reader.size) if progress and reader.size >= PROGRESS_FROM_OCTETS else None
    with ThreadPoolExecutor(max_workers=os.cpu_count() or 1) as pool:

        def spread(apply: Callable[[Signed], Finding | None], due: Sequence[Signed]) -> Iterable[Finding | None]:
            batches = [due[at : at + BATCH] for at in range(0, len(due), BATCH)]
            found = pool.map(lambda batch: [apply(one) for one in batch], batches)  # begins now
            return (one for batch in found for one in batch)

        try:
            return judge_dossier(archive, anchor, write_report, spread=spread, told=told, stamp_trust=stamp_trust)
        finally:
            if told is not None:
                told.close()


class Meter:
    """One line on the terminal, written over until the file is read."""

    def __init__(self, total_octets: int) -> None:
        self._total = total_octets
        self._done = 0
        self._begun = time.monotonic()
        self._shown = 0.0

    def __call__(self, octets: int) -> None:
        self._done += octets
        now = time.monotonic()
        if now - self._shown < REFRESH_SECONDS and self._done < self._total:
            return
        self._shown = now
        passed = max(now - self._begun, 1e-6)
        left = (self._total - self._done) * passed / max(self._done, 1)
        text = _("Reading: %(done)s of %(total)s, %(rate)s, %(left)s left") % {
            "done": size(self._done),
            "total": size(self._total),
            "rate": rate(self._done, passed),
            "left": duration(left),
        }
        print(f"\r\x1b[2K{text}", end="", file=sys.stderr, flush=True)

    def close(self) -> None:
        """Wipe the line."""
        print("\r\x1b[2K", end="", file=sys.stderr, flush=True)


def _fail(error: MusnadError, *, as_json: bool) -> None:
    if as_json:
        print(json.dumps({"error": error.code, "facts": error.facts()}, ensure_ascii=False, sort_keys=True))
    print(f"{sentence(error)} [{isolate(error.code)}]", file=sys.stderr)
    print(remedy(error), file=sys.stderr)


def _language(given: Sequence[str]) -> str | None:
    for place, argument in enumerate(given):
        if argument == "--lang" and place + 1 < len(given):
            return given[place + 1]
        if argument.startswith("--lang="):
            return argument.partition("=")[2]
    return None


if __name__ == "__main__":
    sys.exit(main())
