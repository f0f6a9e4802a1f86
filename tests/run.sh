#!/bin/sh
# Make a virtual environment, install phyware and what its tests need, run them all.
# Arguments go to "stestr run", for example: sh tests/run.sh tests.unit
set -eu
cd "$(dirname "$0")/.."
venv=${PHYWARE_TEST_VENV:-.venv}
python=${PYTHON:-python3}

[ -x "$venv/bin/python" ] || "$python" -m venv "$venv"
"$venv/bin/python" -m pip install --quiet '.[devcloud,qr,test]'
PATH="$(cd "$venv/bin" && pwd):$PATH"
export PATH
# A shell's background job ignores Ctrl-C, and nohup the end of the terminal; what they start would
# too, and some tests send both.
exec python -c 'import os, signal, sys
signal.signal(signal.SIGINT, signal.SIG_DFL)
signal.signal(signal.SIGHUP, signal.SIG_DFL)
# One more than there are processors, since many tests wait for a deadline.
workers = str((os.cpu_count() or 1) + 1)
os.execvp("stestr", ["stestr", "run", "--concurrency", workers, *sys.argv[1:]])' "$@"
