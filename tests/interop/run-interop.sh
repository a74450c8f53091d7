#!/usr/bin/env bash
# Every direction through the shipped binary with real peers on both ends, then the recorded Java peers; writes the README's table.
# usage: run-interop.sh BRIDGEMESH_BINARY OUT_DIRECTORY     Ends with "N passed, N failed".
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
binary=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
mkdir -p "$2"
out=$(cd "$2" && pwd)

gateway_pid=
stop_gateway() {
  if [ -n "$gateway_pid" ]; then
    kill -TERM "$gateway_pid" 2>/dev/null || true
    wait "$gateway_pid" 2>/dev/null || true
  fi
}
trap stop_gateway EXIT

"$binary" run --config "$here/bridgemesh.yaml" > "$out/gateway.log" 2>&1 &
gateway_pid=$!
for _ in $(seq 300); do
  if curl -fsS -o /dev/null http://127.0.0.1:18071/readyz 2>/dev/null; then break; fi
  kill -0 "$gateway_pid" 2>/dev/null || { cat "$out/gateway.log"; echo "the gateway did not start"; exit 1; }
  sleep 0.1
done

cd "$top/interop-samples/node"
gateway=(--gateway-bolt 127.0.0.1:12100 --gateway-dubbo 127.0.0.1:20800)
status=0
# The peers of gRPC and Triple against each other first: what fails here is not the gateway's.
timeout 120 node matrix.js --direct --callers triple,grpc --callees triple,grpc --more-callees python3-grpcio,node:http2 || status=1
timeout 600 node matrix.js "${gateway[@]}" --gateway-http 127.0.0.1:18000 --gateway-grpc 127.0.0.1:18090 --gateway-triple 127.0.0.1:18091 --start-servers \
  --more-callers connect-node/grpc,connect-node/grpc-web,connect-node/connect,connect-node/connect-json,python3-grpcio,node:http2 \
  --more-callees python3-grpcio,node:http2 \
  --apache-witness 127.0.0.1:18103 --at-once 3 --out "$out/matrix.json" || status=1
timeout 200 node tools.js --protocols grpc,grpcweb,connect --append "$out/matrix.json" || status=1
timeout 400 node recorded.js "${gateway[@]}" --out "$out/recorded.json" || status=1

# Drain: SIGTERM must end it with 0.
kill -TERM "$gateway_pid"
if ! wait "$gateway_pid"; then echo "the gateway did not exit with 0 on SIGTERM"; status=1; fi
gateway_pid=

node "$here/write-table.js" "$out/matrix.json" "$out/recorded.json" "$top/README.md" "$top/docs/interop.md" || status=1
exit $status
