"""Names of members: every one that has a place, and none that has not."""

from __future__ import annotations

import pytest

from musnad.core.dossier.layout import sort_members

ID, SEAL = "ab" * 32, "5e" * 16


def test_sorts_every_kind() -> None:
    found = sort_members(
        [
            "bagit.txt",
            "data/case.json",
            f"data/messages/{ID}.dsse",
            f"data/receipts/{ID}.dsse",
            f"data/exhibits/{SEAL}/manifest.dsse",
            f"data/exhibits/{SEAL}/content",
            f"data/directory/{ID}/1.root.json",
            f"data/directory/{ID}/parties/VN/party.json",
            f"data/treaty/{ID}.json",
            "data/log/VN/12.note",
            "data/log/VN/proofs.json",
            "data/report.ar.html",
            "export/13.note",
            "export/proof.json",
        ]
    )
    assert found.unknown == ()
    assert found.messages == (ID,)
    assert found.exhibits == {SEAL: {"manifest.dsse", "content"}}
    assert found.directories == {ID: ("1.root.json", "parties/VN/party.json")}
    assert found.notes == {"VN": (12,)}
    assert found.export_notes == (13,)


@pytest.mark.parametrize(
    "name",
    [
        "README",
        "data/other.txt",
        f"data/messages/{ID}.DSSE",
        f"data/messages/{'AB' * 32}.dsse",
        f"data/messages/x/{ID}.dsse",
        f"data/exhibits/{SEAL}/preview",
        "data/log/VN/012.note",
        "data/log/vn/12.note",
        "data/report.fr.html",
        "export/other",
        "meta/x",
        "fetch.txt",
    ],
)
def test_other_names_have_no_place(name: str) -> None:
    assert sort_members([name]).unknown == (name,)
