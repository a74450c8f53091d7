#!/usr/bin/env bash
# Reloads under load, and drains with a second gateway taking over, through the shipped binary: no call may fail. Needs Node, nothing else.
# usage: run-life.sh BRIDGEMESH_BINARY OUT_DIRECTORY     Ends with "N passed, N failed". LIFE_CALLS (100000): calls across the reloads.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$2"
exec node "$here/life.js" "$1" "$2"
