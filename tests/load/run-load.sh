#!/usr/bin/env bash
# boltload through the shipped binary, Bolt and Dubbo on the forward lane and across, 64 connections with 1 and 32 calls in flight each:
# every answer must come, to its own caller, with the expected bytes.
# usage: run-load.sh BRIDGEMESH_BINARY OUT_DIRECTORY     Ends with "N passed, N failed". LOAD_SECONDS (3) is the length of each run.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
binary=$1
out=$2
seconds=${LOAD_SECONDS:-3}
mkdir -p "$out"
boltload=$out/boltload
make -s -C "$here/../boltload" OUT="$(cd "$out" && pwd)/boltload"

started=()
stop_all() {
  for pid in "${started[@]}"; do kill -TERM "$pid" 2>/dev/null || true; done
  for pid in "${started[@]}"; do wait "$pid" 2>/dev/null || true; done
  started=()
}
trap stop_all EXIT

"$boltload" server --proto bolt --port 12131 --seconds 900 > "$out/bolt-server.json" & started+=($!)
"$boltload" server --proto dubbo --port 20831 --seconds 900 > "$out/dubbo-server.json" & started+=($!)
"$binary" run --config "$here/bridgemesh.yaml" > "$out/gateway.log" 2>&1 & gateway=$!
started+=("$gateway")

for attempt in $(seq 300); do
  if curl -fsS -o /dev/null http://127.0.0.1:18073/readyz 2>/dev/null; then break; fi
  if ! kill -0 "$gateway" 2>/dev/null || [ "$attempt" = 300 ]; then
    tail -n 30 "$out/gateway.log"
    echo "the gateway did not start"
    exit 1
  fi
  sleep 0.1
done

passed=0
failed=0
run() { # name, port, then boltload's options
  local name=$1 port=$2
  shift 2
  local result=$out/$name.json
  if timeout $((seconds + 30)) "$boltload" client --host 127.0.0.1 --port "$port" --conns 64 --seconds "$seconds" --check-body \
      --label "$name" --pid "$gateway" "$@" > "$result" 2> "$out/$name.err"; then
    passed=$((passed + 1))
    verdict=ok
  else
    failed=$((failed + 1))
    verdict=FAILED
  fi
  printf '%-22s %-7s %s\n' "$name" "$verdict" \
    "$(grep -oE '"(requests|errors|rps|p50_us|p99_us|pid_cpu_s_per_M|pid_rss_mib)":[0-9.]+' "$result" | tr -d '"' | tr '\n' ' ')"
  if [ $verdict = FAILED ]; then cat "$result" "$out/$name.err"; fi
}

bolt=(--proto bolt --service com.example.BoltEchoService:1.0 --header service=com.example.BoltEchoService:1.0)
dubbo=(--proto dubbo --service com.example.DubboEchoService)
for inflight in 1 32; do
  run "bolt-64x$inflight" 12130 "${bolt[@]}" --inflight "$inflight"
  run "dubbo-64x$inflight" 20830 "${dubbo[@]}" --inflight "$inflight"
done
run bolt-4096-64x1 12130 "${bolt[@]}" --inflight 1 --size 4096
run dubbo-4096-64x1 20830 "${dubbo[@]}" --inflight 1 --size 4096

# Across: the same bodies through the value tape, types from the wire.
run bolt-to-dubbo-64x1 12130 --proto bolt --service com.example.DubboEchoService:1.0 --header service=com.example.DubboEchoService:1.0 --inflight 1
run dubbo-to-bolt-64x1 20830 --proto dubbo --service com.example.BoltEchoService --inflight 1
run bolt-to-dubbo-64x32 12130 --proto bolt --service com.example.DubboEchoService:1.0 --header service=com.example.DubboEchoService:1.0 --inflight 32
run dubbo-to-bolt-64x32 20830 --proto dubbo --service com.example.BoltEchoService --inflight 32

kill -0 "$gateway" 2>/dev/null || { echo "the gateway died"; failed=$((failed + 1)); }
if grep -E ' (fail|error|crit|critical): ' "$out/gateway.log"; then echo "the gateway logged errors"; failed=$((failed + 1)); fi
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
