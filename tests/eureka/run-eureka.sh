#!/usr/bin/env bash
# eureka-js-client against the embedded server of the shipped binary: registers, renews, discovers, leaves; two servers that are peers; and
# a gateway that follows both. usage: run-eureka.sh BRIDGEMESH_BINARY OUT_DIRECTORY     Ends with "N passed, N failed".
# Ports: 18761 and 18762 are the servers', 18060 to 18065 and 12160 the gateways'.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
binary=$(readlink -f "$1")
mkdir -p "$2"
out=$(cd "$2" && pwd)
. "$here/../processes.sh"

# gateway NAME ADMIN_PORT: runs NAME.yaml until it is ready.
gateway() {
  start "$1" "$binary" run --config "$here/$1.yaml"
  await "$1" curl -fsS "http://127.0.0.1:$2/readyz"
}

gateway one 18061
first=${pids[-1]}
gateway two 18063
gateway client 18065
suite life node "$here/peers.mjs" life
suite failover node "$here/peers.mjs" failover "$first"

finish
