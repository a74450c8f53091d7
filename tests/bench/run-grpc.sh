#!/usr/bin/env bash
# gRPC through the shipped binary beside nginx, in turns within one run: direct, nginx grpc_pass → gRPC, the gateway gRPC → gRPC and
# gRPC → Bolt. Prints the table of docs/performance.md, and writes it there if PAGE names it. Every call must succeed, and samples of the
# answers must have the right bytes and status.
# usage: run-grpc.sh BRIDGEMESH_BINARY OUT_DIRECTORY [PAGE]     Ends with "N passed, N failed". About three minutes.
# BENCH_ROUNDS (7) are best odd; BENCH_SECONDS (2) is the length of one measurement.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
binary=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
mkdir -p "$2"
out=$(cd "$2" && pwd)
page=${3:+$(cd "$(dirname "$3")" && pwd)/$(basename "$3")}

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

packages=()
nginx=$(PATH=$PATH:/usr/sbin command -v nginx || true)
[ -n "$nginx" ] || packages+=(nginx-light)
command -v h2load > /dev/null || packages+=(nghttp2-client)
if [ ${#packages[@]} -gt 0 ]; then
  echo "installing ${packages[*]}"
  as_root apt-get update -q
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${packages[@]}"
  nginx=$(PATH=$PATH:/usr/sbin command -v nginx)
fi

make -s -C "$here/../boltload" OUT="$out/boltload"
cc -O2 -Wall -Wextra -o "$out/grpcback" "$here/grpcback.c"

started=()
stop_all() {
  for pid in "${started[@]}"; do kill -TERM "$pid" 2> /dev/null || true; done
  for pid in "${started[@]}"; do wait "$pid" 2> /dev/null || true; done
}
trap stop_all EXIT

"$out/grpcback" 18461 100 > "$out/grpcback.json" & started+=($!)
"$out/boltload" server --proto bolt --port 12461 --seconds 3600 > "$out/bolt-server.json" & started+=($!)
"$nginx" -p "$out" -c "$here/nginx.conf" -g 'daemon off;' 2> "$out/nginx.log" & proxy=$!
started+=("$proxy")
"$binary" run --config "$here/bridgemesh.yaml" > "$out/gateway.log" 2>&1 & gateway=$!
started+=("$gateway")
for attempt in $(seq 300); do
  if curl -fsS -o /dev/null http://127.0.0.1:18463/readyz 2> /dev/null; then break; fi
  if ! kill -0 "$gateway" 2> /dev/null || [ "$attempt" = 300 ]; then
    tail -n 30 "$out/gateway.log"
    echo "the gateway did not start"
    exit 1
  fi
  sleep 0.1
done

node "$here/grpc.js" --nginx "$proxy" --gateway "$gateway" --out "$out" --rounds "${BENCH_ROUNDS:-7}" --seconds "${BENCH_SECONDS:-2}" \
  ${page:+--markdown "$page"}
