#!/usr/bin/env bash
# Discovery both ways through the shipped binary: Dubbo and SOFARPC over a real ZooKeeper, Spring over the embedded Eureka server, gRPC over a real
# etcd, each by real clients that know their own registry alone. Writes the tables of README.md and docs/registries.md.
# usage: run-registries.sh BRIDGEMESH_BINARY OUT_DIRECTORY [STAGE...]     Ends with "N passed, N failed".
# Ports: 21810 is ZooKeeper's, 23790 and 23791 etcd's; the gateway's are in bridgemesh.yaml, the services' in worlds.js.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
binary=$(readlink -f "$1")
mkdir -p "$2"
out=$(cd "$2" && pwd)
shift 2
status=0
NODE_CLUSTER_CLIENT_PORT=7971 timeout --kill-after=5 "${REGISTRIES_LIMIT:-145}" node "$here/run.js" "$binary" "$out" "$@" | tee "$out.txt" || status=$?
if [ "$#" = 0 ] && [ -f "$out/results.json" ]; then
  node "$here/write-tables.js" "$out/results.json" "$top/README.md" "$top/docs/registries.md"
fi
tail -n 1 "$out.txt" | grep -E '^[0-9]+ passed, [0-9]+ failed$' || status=1
exit "$status"
