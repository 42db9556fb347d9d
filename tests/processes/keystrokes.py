"""What a person's hands, eyes and mind take for a task at a page, by the keystroke-level model (Card, Moran, Newell).

K, P, H and M are the model's own; R is what the system really took; reading is counted by the words that have to be
read. It is what a practised person takes without a pause: a newcomer takes longer, and a trial says how much.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Literal

from playwright.sync_api import Locator, Page

KEY, POINT, HOME, MENTAL = 0.28, 1.1, 0.4, 1.35
WORDS_A_MINUTE = 180
GESTURE = MENTAL + POINT + KEY
"""The device that holds the passkey asks for a finger, a face or a PIN: taken as one press, thought about."""

Kind = Literal["load", "click", "type", "file", "gesture"]


@dataclass(frozen=True, slots=True)
class Action:
    """One thing that the person does; ``hand`` is by the model, ``system`` was measured, ``read`` is what follows."""

    kind: Kind
    what: str
    hand: float
    system: float
    words: int = 0

    @property
    def read(self) -> float:
        return self.words * 60 / WORDS_A_MINUTE

    @property
    def seconds(self) -> float:
        return self.hand + self.system + self.read


@dataclass
class Counted:
    """A page at which every action is counted."""

    page: Page
    actions: list[Action] = field(default_factory=list)
    _on_keys: bool = False

    def open(self, address: str) -> None:
        """The link is clicked where the terminal printed it."""
        with self._timed("load", "the link from the terminal", self._pointing()):
            self.page.goto(address)

    def press(self, name: str, *, within: str = "main", then: Kind = "click", kind: str = "any") -> None:
        """A button or a link by its name; with ``then="gesture"`` the device asks for the passkey as well."""
        place = self.page.locator(within)
        button, link = (place.get_by_role(role, name=name) for role in ("button", "link"))
        found = {"any": button.or_(link), "button": button, "link": link}[kind]
        with self._timed("click", name, self._pointing()):
            found.first.click()
            self.page.wait_for_load_state()
        if then == "gesture":
            self.actions.append(Action("gesture", "the device that holds the passkey", GESTURE, 0.0))

    def type(self, label: str, text: str) -> None:
        hand = self._pointing() + HOME + KEY * len(text)
        self._on_keys = True
        with self._timed("type", f"{label}: {text}", hand):
            self.page.get_by_label(label).fill(text)

    def bring(self, label: str, place: Path) -> None:
        """A file through the system's own dialog: the button, the file, and its opening."""
        with self._timed("file", place.name, self._pointing() + MENTAL + POINT + 2 * KEY):
            self.page.get_by_label(label).set_input_files(place)

    def reads(self, *parts: Locator) -> None:
        """What has to be read before the next action, told of the action that brought it."""
        found = 0
        for one in parts:
            one.first.wait_for(state="visible")
            found += len(re.findall(r"\w[\w'’\u064b-\u0652]*", " ".join(one.all_inner_texts())))
        last = self.actions[-1]
        self.actions[-1] = Action(last.kind, last.what, last.hand, last.system, last.words + found)

    def waits(self, what: Locator, seconds: float = 60) -> None:
        """Until the system shows something, without a hand moved; it counts as what the last action took."""
        begun = time.monotonic()
        what.first.wait_for(state="visible", timeout=seconds * 1000)
        last = self.actions[-1]
        waited = last.system + time.monotonic() - begun
        self.actions[-1] = Action(last.kind, last.what, last.hand, waited, last.words)

    @property
    def seconds(self) -> float:
        return sum(one.seconds for one in self.actions)

    @property
    def modelled(self) -> float:
        """Hands and reading, without what the machine took."""
        return sum(one.hand + one.read for one in self.actions)

    def write(self, place: Path) -> None:
        place.parent.mkdir(parents=True, exist_ok=True)
        told = [asdict(one) | {"read": one.read, "seconds": one.seconds} for one in self.actions]
        whole = {"actions": len(self.actions), "seconds": self.seconds, "modelled": self.modelled, "list": told}
        place.write_text(json.dumps(whole, ensure_ascii=False, indent=1), "utf-8")

    def _pointing(self) -> float:
        """To think of it, to bring the hand to the pointer, to point, to press."""
        hand, self._on_keys = (HOME if self._on_keys else 0.0), False
        return MENTAL + hand + POINT + KEY

    @contextmanager
    def _timed(self, kind: Kind, what: str, hand: float) -> Iterator[None]:
        begun = time.monotonic()
        yield
        self.actions.append(Action(kind, what, hand, time.monotonic() - begun))
