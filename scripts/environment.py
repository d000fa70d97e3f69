"""The project's own virtual environment, made and kept with the standard library alone.

``prepare`` makes ``.venv``, installs the pinned packages (torch first and alone, so that a CPU build
at hand is taken before anything else can ask for another) and the project itself, and does nothing
when the lists have not changed since the last time and its Python still answers.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CONSTRAINTS = ROOT / "constraints.txt"
# From 77 on a licence may be named by its SPDX expression, as pyproject.toml does; a new environment
# of Python 3.11 holds 65, and pip leaves what it finds.
BUILD = "setuptools>=77"


def folder() -> Path:
    """The environment's folder; SANGKIEN_VENV names another."""
    return Path(os.environ.get("SANGKIEN_VENV", ROOT / ".venv"))


def executable(name: str) -> Path:
    """A program of the environment."""
    windows = sys.platform == "win32"
    return folder() / ("Scripts" if windows else "bin") / (f"{name}.exe" if windows else name)


def prepare(*, extras: tuple[str, ...] = (), wheels: str | None = None) -> None:
    """Bring the environment up to date; exits with a plain message when that fails."""
    if sys.version_info < (3, 11):
        sys.exit("Cần Python 3.11 trở lên / Python 3.11 or newer is needed.")
    stamp = folder() / f"installed-{'-'.join(extras) or 'base'}.txt"
    wanted = _wanted()
    stands = executable("python").exists()
    if stands and stamp.exists() and stamp.read_text() == wanted:
        return
    if not stands:
        _say(f"1/4 Tạo môi trường Python / Creating {folder().name}")
        _create()
    _say("2/4 Cài torch (bản CPU nếu có sẵn) / Installing torch")
    _install(wheels, BUILD, "torch")
    _say("3/4 Cài các gói còn lại / Installing the other packages")
    _install(wheels, "--no-build-isolation", "--editable", f"{ROOT}{_list(extras)}")
    _pip("check")
    stamp.write_text(wanted)
    _say("4/4 Môi trường đã sẵn sàng / The environment is ready")


def _wanted() -> str:
    lists = [ROOT / "pyproject.toml", CONSTRAINTS]
    return hashlib.sha256(b"".join(path.read_bytes() for path in lists)).hexdigest()


def _list(extras: tuple[str, ...]) -> str:
    return f"[{','.join(extras)}]" if extras else ""


def _create() -> None:
    """A new environment; one whose Python was a link to a Python since removed is made anew."""
    left = (folder() / "pyvenv.cfg").exists()  # any other folder is never cleared
    links = os.name != "nt"  # as ``python -m venv``: a copied Python may not find its libraries
    venv.create(folder(), with_pip=True, symlinks=links, clear=left)


def _install(wheels: str | None, *what: str) -> None:
    offline = ["--no-index", "--find-links", wheels] if wheels else []
    _pip("install", "--quiet", "--constraint", str(CONSTRAINTS), *offline, *what)


def _pip(*arguments: str) -> None:
    command = [str(executable("python")), "-m", "pip", "--disable-pip-version-check", *arguments]
    if subprocess.run(command, cwd=ROOT).returncode:
        sys.exit(
            "Cài đặt không thành công; xem thông báo của pip ở trên. Không có mạng: dùng --wheels THƯ_MỤC.\n"
            "Installation failed; see pip's message above. Offline: use --wheels DIR."
        )


def _say(line: str) -> None:
    print(line, flush=True)
