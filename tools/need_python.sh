#!/usr/bin/env bash
# Stop early, with the command that helps, when Python is too old or venv is missing.
set -eu
python=${1:-python3}
if ! command -v "$python" >/dev/null; then
  echo "Python 3.11, 3.12 or 3.13 is needed and '$python' was not found. On Debian: apt-get install python3 python3-venv" >&2
  exit 1
fi
if ! "$python" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))'; then
  echo "Python 3.11, 3.12 or 3.13 is needed, $("$python" --version) was found. Name another: make run PYTHON=python3.12" >&2
  exit 1
fi
if ! "$python" -c 'import venv, ensurepip' 2>/dev/null; then
  echo "Python's venv module is missing. On Debian: apt-get install python3-venv" >&2
  exit 1
fi
