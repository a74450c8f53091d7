#!/usr/bin/env bash
# etcd3, a client from elsewhere, beside the shipped binary at a real etcd: the gateway finds what etcd3 registers, and etcd3 what the gateway
# publishes. usage: run-etcd.sh BRIDGEMESH_BINARY OUT_DIRECTORY     Ends with "N passed, N failed".
# Ports: 23790 and 23791 are etcd's, 18066 and 18067 the gateway's.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
binary=$(readlink -f "$1")
mkdir -p "$2"
out=$(cd "$2" && pwd)
. "$here/../processes.sh"

data=$(mktemp -d)
trap 'stop_all; rm -rf "$data"' EXIT
start etcd /usr/bin/etcd --data-dir="$data/etcd" \
  --listen-client-urls=http://127.0.0.1:23790 --advertise-client-urls=http://127.0.0.1:23790 \
  --listen-peer-urls=http://127.0.0.1:23791 --initial-advertise-peer-urls=http://127.0.0.1:23791 \
  --initial-cluster=default=http://127.0.0.1:23791
await etcd curl -fsS http://127.0.0.1:23790/health
etcd=${pids[-1]}
start gateway "$binary" run --config "$here/gateway.yaml"
await gateway curl -fsS http://127.0.0.1:18067/readyz
suite peers node "$here/peers.mjs" "$binary" "$etcd" "$data/etcd"

finish
