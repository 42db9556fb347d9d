"""What a court's expert installs: the wheel and the verifier's lock, with no web in sight."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
WORLD = ROOT / "src" / "musnad" / "desk" / "front_end" / "world.json"

IMPORT_ALL = """
import importlib, importlib.util, pkgutil, sys
import musnad.core, musnad.language, musnad.report, musnad.verify
for package in (musnad.core, musnad.language, musnad.report, musnad.verify):
    for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
        importlib.import_module(module.name)
assert importlib.util.find_spec("django") is None
assert "site-packages" in musnad.core.__file__
assert musnad.language.speak("ar").gettext("%(number)s MiB") != "%(number)s MiB"
"""


def run(*words: str | Path) -> str:
    told = subprocess.run([str(word) for word in words], cwd="/", capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stdout + told.stderr
    return told.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    pip = (sys.executable, "-m", "pip", "-qq", "--disable-pip-version-check")
    run(*pip, "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", folder, ROOT)
    return next(folder.glob("*.whl"))


@pytest.mark.slow
def test_the_wheel_carries_what_is_not_code(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    for language in ("ar", "en"):
        assert f"musnad/language/locale/{language}/LC_MESSAGES/django.mo" in names
    for folder in ("common", "un-convention-against-cybercrime"):
        assert any(name.startswith(f"musnad/core/treaty/data/{folder}/") and name.endswith(".toml") for name in names)
    assert "musnad/py.typed" in names
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert not [name for name in names if name.startswith(("tests/", "tools/"))]


SHOW_THE_MAP = """
import sys
sys.path.insert(0, sys.argv[1])
import musnad.desk.reference.atlas as atlas
from datetime import date
from musnad.adapters.register_files import load_register
from musnad.adapters.treaty_files import load_treaty
from musnad.core.register.life import life_numbers
from musnad.core.register.standing import standing
assert atlas.__file__.startswith(sys.argv[1])
book = load_register()
numbers = life_numbers(load_treaty().rules)
found = atlas.atlas(standing(book, code, date(2026, 11, 23), numbers) for code in sorted(book.entries))
lands = {one.code: one for _, lands in found.groups for one in lands}
assert lands["VN"].path and lands["EG"].path and lands["QA"].dot, "the map does not show them"
assert len(lands) > 190
print(len(found.box.split()))
"""


@pytest.mark.slow
@pytest.mark.skipif(not WORLD.exists(), reason="the map was not fetched")
def test_the_wheel_carries_the_map_and_shows_it(wheel: Path, tmp_path: Path) -> None:
    archive = zipfile.ZipFile(wheel)
    names = archive.namelist()
    for name in (WORLD.name, "world-atlas-LICENSE.txt"):
        assert f"musnad/desk/front_end/{name}" in names
    assert archive.read(f"musnad/desk/front_end/{WORLD.name}") == WORLD.read_bytes()
    for name in ("reference/_map.html", "reference/who.html", "statistics/figures.html", "statistics/chart.svg"):
        assert f"musnad/desk/templates/desk/{name}" in names
    archive.extractall(tmp_path)
    assert run(sys.executable, "-c", SHOW_THE_MAP, tmp_path).strip() == "4"


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_the_verifier_installs_and_runs_without_django(wheel: Path, tmp_path: Path) -> None:
    run(sys.executable, "-m", "venv", tmp_path / "expert")
    python = tmp_path / "expert" / "bin" / "python"
    pip = (python, "-m", "pip", "-qq", "--disable-pip-version-check", "install")
    run(*pip, "--require-hashes", "-r", ROOT / "requirements" / "verify.txt")
    run(*pip, "--no-deps", wheel)
    run(python, "-c", IMPORT_ALL)
    assert run(tmp_path / "expert" / "bin" / "musnad-verify", "--help")
