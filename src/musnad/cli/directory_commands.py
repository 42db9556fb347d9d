"""The Registrar's tools: create the directory, list a Party, publish, show, serve."""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
from pathlib import Path

from musnad.adapters.clock import SystemClock, system_entropy
from musnad.adapters.directory import registrar
from musnad.adapters.files.durable import write_durably
from musnad.cli.terminal import Commands, Terminal, add_command
from musnad.core.crypto.certificate import self_signed_certificate
from musnad.core.crypto.signing import VerifyingKey, parse_verifying_key
from musnad.core.kernel.errors import BadForm
from musnad.core.kernel.names import PartyCode, parse_party
from musnad.language import gettext as _
from musnad.language import isolate, write_time

CERTIFICATE_DAYS = 825
_HOST = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]{0,250}[A-Za-z0-9])?")


def register(commands: Commands) -> None:
    """Add the commands of this group."""
    top = commands.add_parser("directory", help=_("the Registrar's tools: who the Parties are"))
    tools = top.add_subparsers(dest="tool", metavar=_("TOOL"), required=True)

    create = add_command(
        tools,
        "create",
        run_create,
        about=_("make a new directory with its holders' keys"),
        example="musnad directory create registrar --host 127.0.0.1",
        node=False,
    )
    create.add_argument("folder", type=Path, help=_("the Registrar's folder; it must be new"))
    create.add_argument("--holders", type=int, default=3, help=_("how many people hold a root key"))
    create.add_argument("--threshold", type=int, default=2, help=_("how many of them must sign"))
    create.add_argument("--host", default="127.0.0.1", help=_("the host name or address that serves the files"))

    add = add_command(
        tools,
        "add-party",
        run_add_party,
        about=_("list a Party, or take its new entry"),
        example="musnad directory add-party registrar qa/publish",
        node=False,
    )
    add.add_argument("folder", type=Path, help=_("the Registrar's folder"))
    add.add_argument("publication", type=Path, help=_("the Party's publish folder, as its node made it"))

    publish = add_command(
        tools,
        "publish",
        run_publish,
        about=_("sign and publish the list, the snapshot and the timestamp"),
        example="musnad directory publish registrar",
        node=False,
    )
    publish.add_argument("folder", type=Path, help=_("the Registrar's folder"))

    show = add_command(
        tools,
        "show",
        run_show,
        about=_("show the Parties, versions and expiries"),
        example="musnad directory show registrar",
        node=False,
    )
    show.add_argument("folder", type=Path, help=_("the Registrar's folder"))

    serve = add_command(
        tools,
        "serve",
        run_serve,
        about=_("serve the directory's public files over HTTPS"),
        example="musnad directory serve registrar --listen 127.0.0.1:9000",
        node=False,
    )
    serve.add_argument("folder", type=Path, help=_("the Registrar's folder"))
    serve.add_argument("--listen", default="127.0.0.1:9000", help=_("address and port"))


def run_create(options: argparse.Namespace, terminal: Terminal) -> int:
    """``musnad directory create``."""
    if not _HOST.fullmatch(options.host):
        raise BadForm("--host", "not a host name or an IPv4 address")
    now = SystemClock().now()
    root = registrar.create(
        options.folder, now=now, entropy=system_entropy, holders=options.holders, threshold=options.threshold
    )
    certificate, key = self_signed_certificate(options.host, now, CERTIFICATE_DAYS)
    write_durably(options.folder / "root.json", root, mode=0o644)
    write_durably(options.folder / "registrar.pem", certificate.encode("ascii"), mode=0o644)
    write_durably(options.folder / "registrar.key", key)
    shown = registrar.show(options.folder)
    terminal.result(
        {"folder": str(options.folder), "root": shown.anchor},
        _("The directory is made: %(threshold)s of %(holders)s holders sign its root.")
        % {"threshold": shown.threshold, "holders": shown.holders},
        _("Fingerprint of the root, to compare by another channel: %(fingerprint)s")
        % {"fingerprint": isolate(shown.anchor)},
    )
    return 0


def run_add_party(options: argparse.Namespace, terminal: Terminal) -> int:
    """``musnad directory add-party``."""
    code, key, targets, role = read_publication(options.publication)
    registrar.add_party(options.folder, code, role, targets, now=SystemClock().now(), key=key)
    terminal.result({"party": code}, _("%(party)s is listed; publish to make it visible.") % {"party": isolate(code)})
    return 0


def run_publish(options: argparse.Namespace, terminal: Terminal) -> int:
    """``musnad directory publish``."""
    digest = registrar.publish(options.folder, now=SystemClock().now())
    terminal.result({"snapshot": digest}, _("Published; snapshot %(digest)s.") % {"digest": isolate(digest[:16])})
    return 0


def run_show(options: argparse.Namespace, terminal: Terminal) -> int:
    """``musnad directory show``."""
    shown = registrar.show(options.folder)
    terminal.result(
        {
            "root": {"version": shown.root_version, "fingerprint": shown.anchor},
            "threshold": shown.threshold,
            "holders": shown.holders,
            "parties": dict(shown.parties),
            "expiries": {name: at.isoformat() for name, at in shown.expiries.items()},
        },
        _("Root %(version)s, fingerprint %(fingerprint)s, %(threshold)s of %(holders)s holders")
        % {
            "version": shown.root_version,
            "fingerprint": isolate(shown.anchor),
            "threshold": shown.threshold,
            "holders": shown.holders,
        },
        *(
            _("%(party)s, version %(version)s") % {"party": isolate(party), "version": version}
            for party, version in sorted(shown.parties.items())
        ),
        *(
            _("%(file)s expires on %(time)s") % {"file": isolate(name), "time": write_time(at)}
            for name, at in sorted(shown.expiries.items())
        ),
    )
    return 0


def run_serve(options: argparse.Namespace, terminal: Terminal) -> int:
    """``musnad directory serve``: replaces this process by the server, until it is told to stop."""
    host, _colon, port = options.listen.rpartition(":")
    terminal.line(_("Serving the directory at %(url)s") % {"url": isolate(f"https://{options.listen}")})
    folder = options.folder.resolve()
    os.environ["MUSNAD_DIRECTORY"] = str(folder)
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", port]
    command += ["--ssl-certificate", str(folder / "registrar.pem"), "--ssl-keyfile", str(folder / "registrar.key")]
    command += ["--workers", "1", "--blocking-threads", "8", "--no-ws", "musnad.gate.directory_wsgi:application"]
    os.execv(sys.executable, command)  # noqa: S606 - our own interpreter, no shell


def read_publication(folder: Path) -> tuple[PartyCode, VerifyingKey, dict[str, bytes], bytes]:
    """A Party's publish folder: code, public key, target files, role metadata. ``BadForm`` where it is not one."""
    try:
        described = json.loads((folder / "party-key.json").read_bytes())
        code = parse_party(str(described["party"]))
        key = parse_verifying_key(str(described["ed25519"]), str(described["ml-dsa-65"]))
        targets = {}
        for path in described["targets"]:
            if not str(path).startswith(f"parties/{code}/") or ".." in str(path):
                raise BadForm("publication", "a target outside the Party's own folder")
            targets[str(path)] = (folder / "targets" / str(path)).read_bytes()
        return code, key, targets, (folder / "role.json").read_bytes()
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadForm("publication", "not a publish folder as a node makes it") from error
