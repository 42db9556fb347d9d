"""Make the vectors of the treaty data (tests/vectors/treaty): everything the engine says of each treaty, line by line.

    make_treaty_vectors.py           write them
    make_treaty_vectors.py --check   exit 1 unless what stands is what would be written

After a correction of the data, the difference of these files shows what the correction changes for an officer.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from musnad.adapters.treaty_files import load_treaty, treaty_names
from tests.core.treaty.answers import answers

FOLDER = Path(__file__).resolve().parent.parent / "tests" / "vectors" / "treaty"


def made(name: str) -> str:
    """What the file of that treaty should hold."""
    return json.dumps(answers(load_treaty(name)), indent=1, ensure_ascii=False) + "\n"


def path_of(name: str) -> Path:
    return FOLDER / f"{name}.json"


def read(name: str) -> str:
    """What the file holds."""
    return path_of(name).read_text("utf-8")


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="change nothing")
    check = parser.parse_args(argv).check
    stale = [name for name in treaty_names() if not (path_of(name).exists() and read(name) == made(name))]
    if check:
        for name in stale:
            print(f"{path_of(name)}: not what the data say; `make vectors` writes it", file=sys.stderr)
        return bool(stale)
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name in stale:
        path_of(name).write_text(made(name), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
