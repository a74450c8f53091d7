#!/usr/bin/env bash
# Exports contracts through the shipped binary, and lets the tools that people use on them judge: buf builds, formats and lints .proto files.
# usage: run-export.sh BRIDGEMESH_BINARY OUT_DIRECTORY     Ends with "N passed, N failed".
set -euo pipefail
top=$(cd "$(dirname "$0")/../.." && pwd)
binary=$(readlink -f "$1")
rm -rf "$2"
mkdir -p "$2"
out=$(cd "$2" && pwd)
buf=$top/interop-samples/node/node_modules/.bin/buf
# buf keeps a cache, which must not outlive the run.
export XDG_CACHE_HOME=$out/cache
passed=0
failed=0

# check NAME COMMAND...: one pass or one failure, which shows what was printed.
check() {
  local name=$1
  shift
  if timeout 30 "$@" > "$out/output.txt" 2>&1; then
    passed=$((passed + 1))
    echo "ok      $name"
  else
    failed=$((failed + 1))
    echo "FAILED  $name"
    head -40 "$out/output.txt"
  fi
}

for contract in interop-samples/java/facade.yaml interop-samples/contracts/orders.yaml; do
  name=$(basename "$contract" .yaml)
  check "$name exported" "$binary" contract export "$top/$contract" --format proto --out "$out/$name/"
  check "$name exported again" "$binary" contract export "$top/$contract" --format proto --out "$out/$name-again/"
  check "$name is the same each time" diff -r "$out/$name" "$out/$name-again"
  cd "$out/$name"
  check "$name compiles by buf" "$buf" build
  check "$name passes buf lint" "$buf" lint
  check "$name is in the form of buf" "$buf" format -d --exit-code
done

printf '%d passed, %d failed\n' "$passed" "$failed"
[ "$failed" = 0 ]
