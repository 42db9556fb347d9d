"""An examiner at a terminal: seal, offer, fetch, open."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

from musnad import __version__
from musnad.adapters.vault.source import open_source
from musnad.adapters.vault.target import FileTarget
from musnad.adapters.vault.unpacking import FolderTarget
from musnad.cli.case_commands import tell_outcome
from musnad.cli.conditions import add_use_option, conditions
from musnad.cli.here import (
    add_officer_options,
    approvers_of,
    author_of,
    find_case,
    find_message,
    find_seal,
    officer_of,
    officers_of,
    open_node,
)
from musnad.cli.saying import add_limit_options, limits_of
from musnad.cli.terminal import Commands, Terminal, add_command
from musnad.core.kernel.errors import BadForm
from musnad.core.kernel.names import SealId, parse_authority, parse_party
from musnad.core.sealing.manifest import Manifest, Tool
from musnad.exchange.composing import Intent, approve_by, case_state, say, send
from musnad.exchange.custody import keep_account
from musnad.exchange.evidence.errors import Cancelled
from musnad.exchange.evidence.ports import Source
from musnad.exchange.evidence.sealing import SealingOrder
from musnad.exchange.exhibits import (
    discard_orphans,
    fetch,
    kept_exhibit,
    offer_of,
    open_into,
    prepare_opening,
    read_kept_manifest,
    seal_into_vault,
    tell_sealed,
    wrap_for,
)
from musnad.exchange.ports import Ports
from musnad.exchange.sealed_before import sealed_before
from musnad.exchange.sealed_file import write_sealed_file
from musnad.language import gettext as _
from musnad.language import isolate, ngettext, number, size
from musnad.language.seal_words import notes_told
from musnad.language.words import word


def register(commands: Commands) -> None:
    """Add the commands of this group."""
    sealing = add_command(
        commands,
        "seal",
        run_seal,
        about=_("seal files, disks or folders into this node's vault, each in one pass"),
        example="musnad seal disk.img --node qa --author QA/central-authority --case 3f2a --note 'laptop, bag 17'",
    )
    sealing.add_argument("path", type=Path, nargs="+", help=_("the files, disks or folders; each becomes an exhibit"))
    sealing.add_argument("--author", help=_("the authority of this node that speaks; by default the officer's"))
    sealing.add_argument("--to", action="append", default=[], help=_("with --out: whom the key is closed for"))
    sealing.add_argument(
        "--out", type=Path, help=_("also write the sealed exhibits to one file, to be carried by hand")
    )
    sealing.add_argument("--case", help=_("the case it is sealed in: custody is told to the other side"))
    sealing.add_argument("--under", help=_("the request it is sealed under, by its first characters"))
    sealing.add_argument("--note", default="", help=_("what it is and where it was collected"))
    sealing.add_argument("--device", help=_("the device it was taken from"))
    sealing.add_argument("--name", help=_("the exhibit's name; by default the file's"))
    sealing.add_argument("--officer", type=Path, help=_("the key file of the officer who seals"))
    sealing.add_argument(
        "--read-twice",
        action="store_true",
        help=_("read the source a second time and compare, where the medium may fail; a difference is told by range"),
    )

    offer = add_command(
        commands,
        "offer",
        run_offer,
        about=_("offer sealed exhibits in answer to a request"),
        example="musnad offer 3f2a 77e1 --node qa --author QA/central-authority --to VN/central-authority"
        " --answers 90bc --officer pearl.key",
    )
    offer.add_argument("case", help=_("the case, by its first characters"))
    offer.add_argument("seal", nargs="+", help=_("the exhibits, by the first characters of their seal ids"))
    offer.add_argument("--author", help=_("the authority of this node that speaks; by default the officer's"))
    offer.add_argument("--to", required=True, action="append", help=_("whom it is offered to; may be repeated"))
    offer.add_argument("--answers", required=True, help=_("the request that is answered, by its first characters"))
    offer.add_argument("--note", help=_("a note to the recipient"))
    add_limit_options(offer)
    add_officer_options(offer)

    fetching = add_command(
        commands,
        "fetch",
        run_fetch,
        about=_("pull the offered exhibits of a case and verify them; a cut goes on from the last good part"),
        example="musnad fetch 3f2a --node vn",
    )
    fetching.add_argument("case", help=_("the case, by its first characters"))
    fetching.add_argument("seal", nargs="?", help=_("one exhibit; all of them without it"))

    opening = add_command(
        commands,
        "open",
        run_open,
        about=_("open a received exhibit into a new file, under an officer's approval"),
        example="musnad open 3f2a 77e1 --node vn --out disk.img --officer lotus.key",
    )
    opening.add_argument("case", help=_("the case, by its first characters"))
    opening.add_argument("seal", help=_("the exhibit, by the first characters of its seal id"))
    opening.add_argument(
        "--out", required=True, type=Path, help=_("the file to write, or the folder with --unpack; it must not exist")
    )
    opening.add_argument(
        "--unpack",
        action="store_true",
        help=_("of a sealed folder: make its files again, each held against its record"),
    )
    add_officer_options(opening)
    add_use_option(opening)

    custody = add_command(
        commands,
        "custody",
        run_custody,
        about=_("say what was done with an exhibit: copied, passed on, returned, destroyed"),
        example="musnad custody 3f2a 77e1 --node vn --event destroyed --officer lotus.key",
    )
    custody.add_argument("case", help=_("the case, by its first characters"))
    custody.add_argument("seal", help=_("the exhibit, by the first characters of its seal id"))
    custody.add_argument(
        "--event",
        required=True,
        choices=("copied", "exported", "forwarded", "returned", "destroyed"),
        help=_("what was done; returning or destroying removes the content from this node first"),
    )
    custody.add_argument("--author", help=_("the authority of this node that speaks; by default the officer's"))
    custody.add_argument("--to", help=_("the Party that it was passed on to"))
    custody.add_argument("--place", help=_("where"))
    custody.add_argument("--note", help=_("how, and by whom"))
    custody.add_argument(
        "--officer",
        action="append",
        type=Path,
        help=_("the officer's key file; may be repeated where several are at hand"),
    )


def run_custody(options: argparse.Namespace, terminal: Terminal) -> int:
    """``musnad custody``."""
    ports, officers = open_node(options).ports, officers_of(options)
    case = find_case(ports, options.case)
    name = find_seal(case_state(ports, case).exhibits, options.seal)
    if (options.event == "forwarded") != bool(options.to):
        raise BadForm("--to", "names the Party that an exhibit is passed on to, and stands only then")
    said = keep_account(
        ports,
        case,
        name,
        options.event,
        author_of(options, ports, officers),
        to=parse_party(options.to) if options.to else None,
        place=options.place,
        note=options.note,
        officers=officers,
    )
    terminal.result(
        {"seal": name, "event": options.event, "message": said},
        _("%(event)s: exhibit %(seal)s; journalled as message %(message)s.")
        % {"event": word("event", options.event), "seal": isolate(name[:12]), "message": isolate(said[:12])},
    )
    return 0


def run_seal(options: argparse.Namespace, terminal: Terminal) -> int:
    """``musnad seal``."""
    node = open_node(options)
    ports, officer = node.ports, officer_of(options)
    if bool(options.out) != bool(options.to):
        raise BadForm("--out and --to", "one without the other")
    if options.name and len(options.path) > 1:
        raise BadForm("--name", "given for several exhibits")
    author = author_of(options, ports, [officer] if officer else [])
    case = None if options.case is None else find_case(ports, options.case)
    under = find_message(ports, case, options.under) if case is not None and options.under else None
    discard_orphans(ports)
    told: list[dict[str, object]] = []
    for path in options.path:
        order = SealingOrder(
            sealed_by=author,
            tool=Tool("musnad", __version__),
            description=options.note or path.name,
            exercise=node.configuration.exercise,
            officer=officer.name if officer else None,
            device=options.device,
            under=under,
            name=options.name,
        )
        manifest = None
        if case is not None:
            with open_source(path) as source:
                manifest = sealed_before(ports, case, source, order)
            if manifest is not None and options.read_twice and manifest.reads < 2:
                manifest = None  # one that says that it was read twice is wanted
        if manifest is None:
            with open_source(path) as source:
                manifest = _sealed(ports, path, source, order, terminal, read_twice=options.read_twice)
        if case is not None:
            tell_sealed(ports, case, manifest, options.note or None, officer)
        told.append({"seal": manifest.seal, "sha256": manifest.sha256, **_measured(manifest)})
        terminal.line(
            _("Sealed %(name)s, %(size)s, as exhibit %(seal)s.")
            % {"name": isolate(manifest.name), "size": size(manifest.size_octets), "seal": isolate(manifest.seal[:12])}
        )
        terminal.line("SHA-256 " + isolate(manifest.sha256))
        for note in notes_told(manifest):
            terminal.line(note)
    if options.out:
        recipients = tuple(parse_authority(to) for to in options.to)
        write_sealed_file(ports, [SealId(str(one["seal"])) for one in told], recipients, options.out)
        terminal.line(_("Written to %(path)s, closed for its recipients.") % {"path": isolate(options.out)})
    terminal.result(told[0] | {"exhibits": told})
    return 0


def _sealed(
    ports: Ports, path: Path, source: Source, order: SealingOrder, terminal: Terminal, *, read_twice: bool
) -> Manifest:
    report = terminal.progress(_("Sealing"))
    with open_source(path) if read_twice else nullcontext() as again:
        try:
            return seal_into_vault(ports, source, order, report, again=again).manifest
        except KeyboardInterrupt as error:
            raise Cancelled("sealing") from error  # what was begun is gone; it is not gone on with


def _measured(manifest: Manifest) -> dict[str, object]:
    """What was sealed, for a program."""
    note = manifest.records
    return {
        "size_octets": manifest.size_octets,
        "unread": [[span.first, span.size_octets] for span in manifest.unread],
        "reads": manifest.reads,
        "records": None if note is None else {"count": note.count, "missing": note.missing},
    }


def run_offer(options: argparse.Namespace, terminal: Terminal) -> int:
    """``musnad offer``."""
    node = open_node(options)
    ports, officers = node.ports, officers_of(options)
    case = find_case(ports, options.case)
    recipients = tuple(parse_authority(to) for to in options.to)
    names = [find_seal((kept.seal for kept in ports.journal.exhibits()), text) for text in options.seal]
    intent = Intent(
        author=author_of(options, ports, officers),
        to=recipients,
        body=offer_of(ports, names, options.note, limits_of(options)),
        language=options.lang or "en",
        exercise=node.configuration.exercise,
        case=case,
        answers=find_message(ports, case, options.answers),
        exhibits=tuple(wrap_for(ports, name, recipients) for name in names),
        approvers=approvers_of(options, officers),
    )
    tell_outcome(terminal, *say(ports, intent, *officers))
    return 0


def run_fetch(options: argparse.Namespace, terminal: Terminal) -> int:
    """``musnad fetch``."""
    ports = open_node(options).ports
    case = find_case(ports, options.case)
    exhibits = case_state(ports, case).exhibits.values()
    offered = [exhibit.seal for exhibit in exhibits if ports.keys.hosted.intersection(exhibit.offered_to)]
    wanted = [find_seal(offered, options.seal)] if options.seal else offered
    if not wanted:
        raise BadForm("case", "no exhibit is offered in it")
    fetched = []
    for name in wanted:
        manifest = fetch(ports, case, name, terminal.progress(_("Receiving")))
        fetched.append({"seal": name, "sha256": manifest.sha256, **_measured(manifest)})
        terminal.line(
            _("Received and verified exhibit %(seal)s, %(size)s.")
            % {"seal": isolate(name[:12]), "size": size(manifest.size_octets)}
        )
        for note in notes_told(manifest):
            terminal.line(note)
    terminal.result({"exhibits": fetched})
    return 0


def run_open(options: argparse.Namespace, terminal: Terminal) -> int:
    """``musnad open``."""
    ports, officers = open_node(options).ports, officers_of(options)
    case = find_case(ports, options.case)
    name = find_seal((kept.seal for kept in ports.journal.exhibits()), options.seal)
    if not officers:
        raise BadForm("--officer", "missing")
    for told in conditions(case_state(ports, case).exhibits[name].limits):
        terminal.line(_("Under these conditions: %(conditions)s") % {"conditions": told})
    if options.unpack and read_kept_manifest(kept_exhibit(ports, name)).records is None:
        raise BadForm("--unpack", "the exhibit is no folder that was sealed with its list of files")
    target = FolderTarget(options.out) if options.unpack else FileTarget(options.out)
    approvers = approvers_of(options, officers)
    draft = prepare_opening(ports, case, name, approvers, use=options.use) if len(approvers) > len(officers) else None
    if draft is not None:
        draft = approve_by(ports, draft, officers)
        if draft.missing:
            tell_outcome(terminal, draft, None)
            return 0
        send(ports, draft.id)
    manifest = open_into(ports, case, name, target, officers, terminal.progress(_("Opening")), use=options.use)
    terminal.result(
        {"seal": name, "out": str(options.out), "sha256": manifest.sha256, **_measured(manifest), **_unpacked(target)},
        _("Opened exhibit %(seal)s to %(path)s; its SHA-256 is the one that was sealed.")
        % {"seal": isolate(name[:12]), "path": isolate(options.out)},
        "SHA-256 " + isolate(manifest.sha256),
        *notes_told(manifest),
        *_left_packed(target),
    )
    return 0


def _unpacked(target: FileTarget | FolderTarget) -> dict[str, object]:
    if not isinstance(target, FolderTarget):
        return {}
    kept = [{"name": one.name.decode("utf-8", "backslashreplace"), "kind": one.kind} for one in target.not_made]
    return {"files": target.files, "not_made": kept, "not_made_count": target.not_made_count}


def _left_packed(target: FileTarget | FolderTarget) -> Iterator[str]:
    """What stays in the archive, for people."""
    if isinstance(target, FolderTarget) and target.not_made_count:
        yield ngettext(
            "%(count)s link, pipe or device would lead elsewhere and was not made; it stays in the exhibit:",
            "%(count)s links, pipes or devices would lead elsewhere and were not made; they stay in the exhibit:",
            target.not_made_count,
        ) % {"count": number(target.not_made_count)}
        yield from ("  " + isolate(ascii(one.name)[2:-1]) for one in target.not_made)
