"""Read the environment, loudly: a wrong value names the variable and stops the start."""

from __future__ import annotations

import os
from pathlib import Path

_TRUE = {"1", "true", "yes", "on"}
_FALSE = {"0", "false", "no", "off", ""}


class WrongSetting(RuntimeError):
    """An environment variable has a value that cannot be used."""


def env_str(name: str, *, default: str = "") -> str:
    """The variable, or the text of the file that NAME_FILE points to."""
    file = os.environ.get(f"{name}_FILE")
    if file:
        return Path(file).read_text(encoding="utf-8").strip()
    return os.environ.get(name, default)


def env_bool(name: str, *, default: bool) -> bool:
    value = os.environ.get(name)
    if value is None:
        return default
    if value.lower() in _TRUE:
        return True
    if value.lower() in _FALSE:
        return False
    raise WrongSetting(f"{name}={value!r}: use one of 1, 0, true, false, yes, no, on, off")


def env_int(name: str, *, default: int) -> int:
    value = os.environ.get(name)
    if value is None:
        return default
    try:
        return int(value)
    except ValueError as error:
        raise WrongSetting(f"{name}={value!r}: a whole number is needed") from error


def env_list(name: str, *, default: tuple[str, ...] = ()) -> list[str]:
    value = os.environ.get(name)
    if value is None:
        return list(default)
    return [part.strip() for part in value.split(",") if part.strip()]


def env_secret(name: str, *, generated_in: Path) -> str:
    """The secret from the environment, or one made once and kept in `generated_in` (mode 600)."""
    value = env_str(name)
    if value:
        return value
    path = generated_in / f"{name.lower()}.txt"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        _write_once(path)
    return path.read_text(encoding="utf-8").strip()


def _write_once(path: Path) -> None:
    """Create the file with fresh randomness; the process that loses a race reads the winner's."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(os.urandom(48).hex())
