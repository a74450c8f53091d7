#!/usr/bin/env bash
# eureka-js-client against the embedded server of the shipped binary: registers, renews, discovers, leaves; two servers that are peers; and
# a gateway that follows both. usage: run-eureka.sh BRIDGEMESH_BINARY OUT_DIRECTORY     Ends with "N passed, N failed".
# Ports: 18761 and 18762 are the servers', 18060 to 18065 and 12160 the gateways'.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
binary=$(readlink -f "$1")
mkdir -p "$2"
out=$(cd "$2" && pwd)
pids=()
passed=0
failed=0

stop_all() {
  local i
  for ((i = ${#pids[@]} - 1; i >= 0; i--)); do
    kill -TERM "${pids[i]}" 2> /dev/null || true
    wait "${pids[i]}" 2> /dev/null || true
  done
}
trap stop_all EXIT

# gateway NAME ADMIN_PORT: runs NAME.yaml until it is ready.
gateway() {
  local i
  "$binary" run --config "$here/$1.yaml" > "$out/$1.log" 2>&1 < /dev/null &
  pids+=($!)
  for ((i = 0; i < 300; i++)); do
    if curl -fsS "http://127.0.0.1:$2/readyz" > /dev/null 2>&1; then return; fi
    kill -0 "${pids[-1]}" 2> /dev/null || break
    sleep 0.1
  done
  cat "$out/$1.log"
  echo "gateway $1 did not start"
  exit 1
}

# suite NAME COMMAND...: adds the totals of a program that ends with "N passed, N failed".
suite() {
  local name=$1 log total
  shift
  log=$out/$name.txt
  "$@" > "$log" 2>&1 || true
  cat "$log"
  total=$(grep -E '^[0-9]+ passed, [0-9]+ failed$' "$log" | tail -n 1 || true)
  if [ -z "$total" ]; then
    echo "FAILED $name gave no result"
    failed=$((failed + 1))
    return
  fi
  passed=$((passed + $(cut -d' ' -f1 <<< "$total")))
  failed=$((failed + $(cut -d' ' -f3 <<< "$total")))
}

gateway one 18061
first=${pids[-1]}
gateway two 18063
gateway client 18065
suite life node "$here/peers.mjs" life
suite failover node "$here/peers.mjs" failover "$first"

printf '%d passed, %d failed\n' "$passed" "$failed"
[ "$failed" = 0 ]
