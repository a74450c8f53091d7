#!/usr/bin/env bash
# Follows a registry of 10,000 services with 20 instances each in a whole gateway, quiet and with 1 % churn a second, while calls pass it. Prints the
# table of docs/performance.md, and writes it there if PAGE names it. No call may fail. About two minutes.
# usage: run-registry.sh OUT_DIRECTORY [PAGE]     Ends with "N passed, N failed". BENCH_SECONDS (30) a measurement.
set -euo pipefail
top=$(cd "$(dirname "$0")/../.." && pwd)
mkdir -p "$1"
out=$(cd "$1" && pwd)
page=${2:+$(cd "$(dirname "$2")" && pwd)/$(basename "$2")}
dotnet run -c Release --project "$top/tests/BridgeMesh.Benchmarks" -- --registry "${BENCH_SECONDS:-30}" > "$out/registry.md"
cat "$out/registry.md"
if [ -n "$page" ]; then
  sed -i -e "/<!-- registry figures:begin -->/r $out/registry.md" \
    -e '/<!-- registry figures:begin -->/,/<!-- registry figures:end -->/{/<!-- registry figures/!d}' "$page"
fi

passed=0 failed=0
check() { # WHAT COMMAND...
  local what=$1
  shift
  if "$@"; then echo "ok      $what"; passed=$((passed + 1)); else echo "FAILED  $what"; failed=$((failed + 1)); fi
}

# A fifth less than 1 % of 200,000 is what a machine that others use too may miss it by.
churns() { awk -F'|' '/^\| 1 % churn/ { gsub(/[ ,]/, "", $3); fast = $3 + 0 >= 1600 } END { exit !fast }' "$out/registry.md"; }
check "no call failed while nothing changed" grep -qE '^\| nothing changes .*\| 0 \|$' "$out/registry.md"
check "no call failed under churn" grep -qE '^\| 1 % churn .*\| 0 \|$' "$out/registry.md"
check "the churn was 1 % a second" churns
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
