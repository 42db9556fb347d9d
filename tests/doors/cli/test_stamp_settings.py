"""The part [stamps] of node.toml: what it takes, what it refuses, and that it is written as it is read."""

from __future__ import annotations

from pathlib import Path

import pytest

from musnad.node.configuration import FILE, Configuration, Stamps, StampSource, read_configuration, write_configuration
from musnad.node.errors import BadConfiguration

PLAIN = """
party = "QA"
exercise = true
[gate]
url = "https://127.0.0.1:9443"
listen = "127.0.0.1:9443"
[desk]
listen = "127.0.0.1:9080"
[directory]
url = "https://127.0.0.1:9000"
"""


def _read(folder: Path, text: str) -> Configuration:
    (folder / FILE).write_text(text, "utf-8")
    return read_configuration(folder)


def test_stamps_are_written_as_they_are_read(tmp_path: Path) -> None:
    plain = _read(tmp_path, PLAIN)
    assert plain.stamps is None
    sources = [
        StampSource(url="http://stamps.example/", trust="trust/stamps.pem"),
        StampSource(url="https://time.example:8443/tsr?policy=[1]", trust="other.pem"),
    ]
    named = plain.model_copy(update={"stamps": Stamps(every_seconds=600, authorities=sources)})
    assert _read(tmp_path, write_configuration(named)) == named


@pytest.mark.parametrize(
    ("url", "trust"),
    [
        ("ftp://stamps.example/", "stamps.pem"),
        ("http://user@stamps.example/", "stamps.pem"),
        ('http://stamps.example/\\"', "stamps.pem"),
        ("http://stamps.example/", "../stamps.pem"),
        ("http://stamps.example/", "/etc/stamps.pem"),
        ("http://stamps.example/", "trust/../../stamps.pem"),
    ],
)
def test_refuses_what_is_no_place(tmp_path: Path, url: str, trust: str) -> None:
    with pytest.raises(BadConfiguration):
        _read(tmp_path, PLAIN + f"[[stamps.authorities]]\nurl = '{url}'\ntrust = '{trust}'\n")


def test_refuses_stamps_without_an_authority_and_more_than_eight(tmp_path: Path) -> None:
    one = '[[stamps.authorities]]\nurl = "http://stamps.example/"\ntrust = "stamps.pem"\n'
    assert _read(tmp_path, PLAIN + one * 8).stamps is not None
    for wrong in ("[stamps]\nevery_seconds = 60\n", one * 9):
        with pytest.raises(BadConfiguration):
            _read(tmp_path, PLAIN + wrong)
