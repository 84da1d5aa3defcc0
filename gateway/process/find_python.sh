# shellcheck shell=sh
# Sets PYTHON to an interpreter of version 3.11 or later. Sourced by ./run and ./test.
# A name on PATH proves nothing (version managers leave stubs), so each candidate is asked.
PYTHON=""
for candidate in python3.11 python3.12 python3.13 python3 python; do
    if command -v "$candidate" >/dev/null 2>&1 &&
        "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
        PYTHON="$candidate"
        break
    fi
done
if [ -z "$PYTHON" ]; then
    echo "Python 3.11 or later is needed and none was found on PATH." >&2
    exit 2
fi
