#!/bin/sh
# Makes .venv with the locked dependencies. torch comes with what it needs; the rest without, since the lock is complete
# (and leaves out what the embedded models' packages ask for but we do not use, such as a llama.cpp that must be compiled).
set -eu
python=$1
say() { printf '%s\n' "$*" >&2; }

command -v "$python" >/dev/null 2>&1 || { say "Python is missing: install Python 3.11 or newer, or name it: make PYTHON=/path/to/python3"; exit 1; }
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { say "$("$python" --version) is too old: AIGC needs Python 3.11 or newer. Name another: make PYTHON=python3.12"; exit 1; }
if ! .venv/bin/python -m pip --version >/dev/null 2>&1; then  # none yet, or one that was interrupted
    rm -rf .venv
    "$python" -m venv .venv || { rm -rf .venv; say "Python's venv module is missing: on Debian or Ubuntu, apt-get install python3-venv"; exit 1; }
fi
install() { .venv/bin/python -m pip install --disable-pip-version-check "$@"; }
say "[1/3] torch (the largest part)"
install -c requirements.lock "$(grep '^torch==' requirements.lock)"
say "[2/3] everything else"
install --no-deps -r requirements.lock
say "[3/3] aigc"
install --no-deps -e .
touch .venv/.installed
