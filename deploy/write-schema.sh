#!/usr/bin/env bash
# Writes what is made from the configuration's records: the JSON Schema, and the table of keys in docs/configuration.md.
# usage: deploy/write-schema.sh BRIDGEMESH_BINARY
set -euo pipefail
top=$(cd "$(dirname "$0")/.." && pwd)
binary=$(readlink -f "$1")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# From an empty folder, so that plugins that happen to lie here are not described.
cd "$work"
"$binary" schema > schema.json
"$binary" schema --markdown > keys.md
cp schema.json "$top/deploy/bridgemesh.schema.json"
sed -i -e '/<!-- keys:begin -->/r keys.md' -e '/<!-- keys:begin -->/,/<!-- keys:end -->/{/<!-- keys/!d}' "$top/docs/configuration.md"
