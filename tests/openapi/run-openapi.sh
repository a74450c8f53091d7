#!/usr/bin/env bash
# Exports contracts as OpenAPI through the shipped binary, asks public validators about them, and calls the gateway by them alone.
# usage: run-openapi.sh BRIDGEMESH_BINARY OUT_DIRECTORY     Ends with "N passed, N failed".
# Ports: 12311, 20991 and 18392 are the peers', 18030 to 18033 the gateways'.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
binary=$(readlink -f "$1")
mkdir -p "$2"
out=$(cd "$2" && pwd)
servers=$top/interop-samples/node/servers
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

# start NAME COMMAND...: in the background, its output in a log.
start() {
  local name=$1
  shift
  "$@" > "$out/$name.log" 2>&1 < /dev/null &
  pids+=($!)
}

# await NAME COMMAND...: until the command succeeds; NAME is the program started last.
await() {
  local name=$1 i
  shift
  for ((i = 0; i < 300; i++)); do
    if "$@" > /dev/null 2>&1; then return; fi
    kill -0 "${pids[-1]}" 2> /dev/null || break
    sleep 0.1
  done
  cat "$out/$name.log"
  echo "$name did not start"
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

cd "$top"
export_to() { "$binary" contract export "${@:2}" --format openapi --out "$out/$1"; }
export_to orders.json interop-samples/contracts/orders.yaml
export_to orders.yaml interop-samples/contracts/orders.yaml
export_to facade.json interop-samples/java/facade.yaml
export_to all.json 'interop-samples/contracts/*.yaml'
export_to canonical.json tests/openapi/canonical-contract.yaml
protoc -I /usr/include --include_imports --descriptor_set_out="$out/orders.binpb" -I tests/openapi orders.proto
export_to proto.json "$out/orders.binpb"
suite validate node "$here/validate.mjs" "$out"/{orders,facade,all,canonical,proto}.json "$out/orders.yaml"

start bolt-server node "$servers/bolt-server.js" --port 12311 --witness 0
await bolt-server grep -q '"ready"' "$out/bolt-server.log"
start dubbo-server node "$servers/dubbo-server.js" --port 20991 --witness 0
await dubbo-server grep -q '"ready"' "$out/dubbo-server.log"
start grpc-server node "$servers/grpc-server.js" --port 18392 --witness 0
await grpc-server grep -q '"ready"' "$out/grpc-server.log"
start bound "$binary" run --config "$here/bound.yaml"
await bound curl -fsS http://127.0.0.1:18031/readyz
start canonical "$binary" run --config "$here/canonical.yaml"
await canonical curl -fsS http://127.0.0.1:18033/readyz
suite truth-bound node "$here/truth.mjs" "$out/all.json" http://127.0.0.1:18030 bound
suite truth-canonical node "$here/truth.mjs" "$out/canonical.json" http://127.0.0.1:18032 canonical

printf '%d passed, %d failed\n' "$passed" "$failed"
[ "$failed" = 0 ]
