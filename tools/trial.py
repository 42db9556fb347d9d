"""Drive one Chromium from the shell, one command a call, as a person would who sees the page and nothing else.

    python tools/trial.py start --lang ar      # a browser that stays; a passkey device that says yes is plugged in
    python tools/trial.py open URL
    python tools/trial.py look                 # the page in words, and a picture of what is in sight
    python tools/trial.py click "Acknowledge"  # a button, link, tick or summary, by its name; "Name #2" is the second
    python tools/trial.py type "Your reference" "QA-17"
    python tools/trial.py choose "What came of it" "executed"
    python tools/trial.py file "The file" PATH
    python tools/trial.py key Tab              # or Enter, Escape, ...
    python tools/trial.py scroll               # one screen down; `scroll up`
    python tools/trial.py back
    python tools/trial.py stop

Each command is a line of JSON in DIR/actions.jsonl with the wall clock before and after it (``--dir DIR`` or
MUSNAD_TRIAL; else ``musnad-trial`` in the system's folder for temporary files). It knows nothing of Musnad: any page
can be tried.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from playwright.sync_api import Error, Locator, Page, sync_playwright

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--disable-sync"]
PRESSED = ("button", "link", "checkbox", "radio", "tab", "menuitem", "option")
WIDTH, HEIGHT = 1280, 900
PATIENCE_MS = 8000.0


class Trouble(Exception):
    """What the reader of the page is told instead of an answer."""


class Browser:
    """The browser's side: a page, and what may be done with it."""

    def __init__(self, page: Page, folder: Path) -> None:
        self.page, self.folder, self.seen = page, folder, 0

    def open(self, address: str) -> str:
        self.page.goto(address)
        return self._where()

    def look(self) -> str:
        self.seen += 1
        picture = self.folder / f"look-{self.seen:03}.png"
        self.page.screenshot(path=picture)
        said = self.page.locator("body").aria_snapshot()
        return f"{self._where()}\npicture: {picture}\n{said}"

    def click(self, name: str) -> str:
        self._one(self._pressed, name).click()
        return self._settled()

    def type(self, label: str, text: str) -> str:
        self._one(self._labelled, label).fill(text)
        return self._settled()

    def choose(self, label: str, option: str) -> str:
        self._one(self._labelled, label).select_option(label=option)
        return self._settled()

    def file(self, label: str, path: str) -> str:
        self._one(self._labelled, label).set_input_files(path)
        return self._settled()

    def key(self, name: str) -> str:
        self.page.keyboard.press(name)
        return self._settled()

    def scroll(self, way: str = "down") -> str:
        self.page.mouse.wheel(0, HEIGHT * 0.8 * (-1 if way == "up" else 1))
        self.page.wait_for_timeout(200)
        return self.look()

    def back(self) -> str:
        self.page.go_back()
        return self._where()

    def _where(self) -> str:
        return f"{self.page.title()} <{self.page.url}>"

    def _settled(self) -> str:
        self.page.wait_for_timeout(250)  # what a press begins: a form on its way, a passkey asked
        self.page.wait_for_load_state("load", timeout=PATIENCE_MS)
        return self._where()

    def _pressed(self, name: str, *, exact: bool) -> Locator:
        page = self.page
        found = page.get_by_role("button", name=name, exact=exact)
        for role in PRESSED[1:]:
            found = found.or_(page.get_by_role(role, name=name, exact=exact))  # type: ignore[arg-type]
        wanted = re.compile(rf"^\s*{re.escape(name)}\s*$" if exact else re.escape(name))
        return found.or_(page.locator("summary").filter(has_text=wanted))

    def _labelled(self, label: str, *, exact: bool) -> Locator:
        return self.page.get_by_label(label, exact=exact)

    def _one(self, find: Callable[..., Locator], name: str) -> Locator:
        name, _, place = name.partition(" #") if re.search(r" #\d+$", name) else (name, "", "1")
        for exact in (True, False):
            found = find(name, exact=exact).filter(visible=True)
            count = found.count()
            if place != "1" or count == 1 or (count and exact):
                if int(place) > count:
                    continue
                return found.nth(int(place) - 1)
            if count:
                raise Trouble(f"{count} things here are named {name!r}: say {name + ' #2'!r} for the second")
        raise Trouble(f"nothing in sight is named {name!r}")


ACTIONS = ("open", "look", "click", "type", "choose", "file", "key", "scroll", "back")


def serve(folder: Path, language: str, width: int) -> None:
    """The process that keeps the browser, until told to stop."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, headless=True, args=ARGUMENTS)
        page = chromium.new_page(locale=language, viewport={"width": width, "height": HEIGHT}, accept_downloads=True)
        page.set_default_timeout(PATIENCE_MS)
        plug_in(page)
        browser = Browser(page, folder)
        with socket.socket(socket.AF_UNIX) as door, (folder / "actions.jsonl").open("a", encoding="utf-8") as log:
            door.bind(str(folder / "door"))
            door.listen(1)
            while _answer(door, browser, log):
                pass
        chromium.close()
    (folder / "door").unlink(missing_ok=True)


def plug_in(page: Page) -> None:
    """A passkey device whose holder is there, and proves it each time."""
    wire = page.context.new_cdp_session(page)
    wire.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    options |= {"isUserVerified": True, "automaticPresenceSimulation": True}
    wire.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def _answer(door: socket.socket, browser: Browser, log: Any) -> bool:
    caller, _ = door.accept()
    with caller, caller.makefile("rw", encoding="utf-8") as wire:
        words = json.loads(wire.readline())
        begun, wall = time.monotonic(), datetime.now(UTC)
        good, said = (True, "stopped") if words[0] == "stop" else _done(browser, words)
        told = {
            "at": wall.isoformat(timespec="milliseconds"),
            "seconds": round(time.monotonic() - begun, 3),
            "action": words,
            "good": good,
            "page": said.partition("\n")[0],
        }
        log.write(json.dumps(told, ensure_ascii=False) + "\n")
        log.flush()
        wire.write(json.dumps([good, said]) + "\n")
    return bool(words[0] != "stop")


def _done(browser: Browser, words: Sequence[str]) -> tuple[bool, str]:
    try:
        return True, getattr(browser, words[0])(*words[1:])
    except (Trouble, TypeError) as error:
        return False, str(error)
    except Error as error:
        return False, error.message.partition("\n")[0]


def ask(folder: Path, words: Sequence[str]) -> tuple[bool, str]:
    """One command to the browser that runs; whether it could be done, and what there is to read."""
    with socket.socket(socket.AF_UNIX) as door:
        door.connect(str(folder / "door"))
        with door.makefile("rw", encoding="utf-8") as wire:
            wire.write(json.dumps(list(words)) + "\n")
            wire.flush()
            good, said = json.loads(wire.readline())
    return good, said


def start(folder: Path, language: str, width: int) -> int:
    """Begin the browser in a process of its own, and return when it listens."""
    if (folder / "door").exists():
        print("a browser runs there already: `stop` it first", file=sys.stderr)
        return 1
    folder.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, __file__, "--dir", str(folder), "serve", "--lang", language, "--width", str(width)]
    with (folder / "browser.log").open("ab") as log:
        subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
    until = time.monotonic() + 30
    while not (folder / "door").exists():
        if time.monotonic() > until:
            print((folder / "browser.log").read_text("utf-8")[-2000:], file=sys.stderr)
            return 1
        time.sleep(0.1)
    print(f"ready; actions are written to {folder / 'actions.jsonl'}")
    return 0


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    there = os.environ.get("MUSNAD_TRIAL") or str(Path(tempfile.gettempdir()) / "musnad-trial")
    parser.add_argument("--dir", type=Path, default=Path(there))
    commands = parser.add_subparsers(dest="command", required=True)
    for name in ("start", "serve"):
        one = commands.add_parser(name)
        one.add_argument("--lang", default="ar")
        one.add_argument("--width", type=int, default=WIDTH)
    for name in (*ACTIONS, "stop"):
        commands.add_parser(name).add_argument("words", nargs="*")
    given = parser.parse_args(arguments)
    if given.command == "start":
        return start(given.dir, given.lang, given.width)
    if given.command == "serve":
        serve(given.dir, given.lang, given.width)
        return 0
    good, said = ask(given.dir, [given.command, *given.words])
    print(said)
    return 0 if good else 1


if __name__ == "__main__":
    raise SystemExit(main())
