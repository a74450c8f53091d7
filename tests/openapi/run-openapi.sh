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
. "$top/tests/processes.sh"

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

finish
