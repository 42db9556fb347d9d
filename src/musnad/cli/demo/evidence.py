"""The demo's evidence: a real ext4 file system image, made by the system's own tools without any privilege.

It holds Arabic names, a sparse file, and a file that was deleted: what an examiner expects of a disk.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from musnad.core.kernel.errors import Unavailable

IMAGE_OCTETS = 64 * 1024 * 1024
SPARSE_OCTETS = 24 * 1024 * 1024
_TOOL_FOLDERS = os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", "/sbin"))


@dataclass(eq=False)
class NoImageTool(Unavailable):
    """A tool of the system that makes file system images is missing or failed."""

    code = "demo.no-image-tool"
    remedy = "Install the package e2fsprogs, or name any file or folder with --evidence."
    tool: str


def make_image(folder: Path) -> Path:
    """An image of at least 64 MiB in ``folder``; ``NoImageTool`` where mke2fs or debugfs cannot be run."""
    content = folder / "content"
    mail = content / "بريد" / "الوارد"
    mail.mkdir(parents=True)
    (content / "مستندات").mkdir()
    (mail / "رسالة-١.eml").write_text(
        "From: a@example.org\nTo: b@example.org\nSubject: تحويل\n\nحُوِّل المبلغ إلى الحساب الثاني.\n", "utf-8"
    )
    (content / "مستندات" / "كشف حساب.csv").write_text("التاريخ,المبلغ\n2026-10-03,48000\n2026-10-04,51500\n", "utf-8")
    (content / "access.log").write_text(
        "".join(f"2026-10-03T10:{n // 60:02}:{n % 60:02}Z 203.0.113.{n % 250} login ok\n" for n in range(3000)), "ascii"
    )
    (content / "محذوف.txt").write_text("كان هنا ثم حُذف.\n" * 400, "utf-8")
    with (content / "sparse.bin").open("wb") as sparse:
        sparse.seek(SPARSE_OCTETS)
        sparse.write(b"the end of a sparse file")
    image = folder / "جهاز-محمول.img"
    with image.open("wb") as file:
        file.truncate(IMAGE_OCTETS)
    _run("mke2fs", "-q", "-F", "-t", "ext4", "-L", "EXERCISE", "-d", str(content), str(image))
    _run("debugfs", "-w", "-R", "rm /محذوف.txt", str(image))
    shutil.rmtree(content)
    return image


def make_ledger(folder: Path) -> Path:
    """A bank's table of movements, small, with Arabic in its name and cells."""
    ledger = folder / "حركات الحساب.csv"
    rows = [f"2026-{8 + n // 30:02}-{1 + n % 28:02},{1000 + 37 * n},تحويل {n},EG{n % 2 + 1}" for n in range(90)]
    ledger.write_text("\n".join(["التاريخ,المبلغ,البيان,الحساب", *rows]) + "\n", "utf-8")
    return ledger


def _run(tool: str, *arguments: str) -> None:
    found = shutil.which(tool, path=_TOOL_FOLDERS)
    if found is None:
        raise NoImageTool(tool)
    done = subprocess.run([found, *arguments], stdin=subprocess.DEVNULL, capture_output=True, check=False)  # noqa: S603 - a tool found by name, no shell
    if done.returncode != 0:
        raise NoImageTool(tool)
