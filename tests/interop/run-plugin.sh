#!/usr/bin/env bash
# A codec from outside the tree takes part in calls: ledger callers reach real Bolt, Dubbo and HTTP services, their callers reach a ledger
# service, and ledger calls ledger on the forward lane, all through the shipped binary with the plugin in its folder.
# usage: run-plugin.sh BRIDGEMESH_BINARY OUT_DIRECTORY     Ends with "N passed, N failed".
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
binary=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
mkdir -p "$2"
out=$(cd "$2" && pwd)

started=()
stop_all() {
  for pid in "${started[@]}"; do kill -TERM "$pid" 2>/dev/null || true; done
  for pid in "${started[@]}"; do wait "$pid" 2>/dev/null || true; done
  started=()
}
trap stop_all EXIT

# Waits for a file's first line, which a server writes when it is ready.
ready() { # pid, file
  for _ in $(seq 600); do
    if [ -s "$2" ]; then return 0; fi
    kill -0 "$1" 2>/dev/null || break
    sleep 0.05
  done
  echo "$2: the server did not start"
  exit 1
}

cd "$top/interop-samples/node"
serve() { # name, script, options
  local name=$1
  shift
  node "servers/$@" > "$out/$name-server.log" 2>&1 &
  started+=($!)
}
serve bolt bolt-server.js --port 12211 --witness 0
serve dubbo dubbo-server.js --port 20891 --witness 0
serve http http-server.js --port 18081 --witness 0
serve ledger ledger-server.js --port 16110
servers=("${started[@]}")
"$binary" run --config "$here/plugin/bridgemesh.yaml" > "$out/gateway.log" 2>&1 & gateway=$!
started+=("$gateway")
i=0
for name in bolt dubbo http ledger; do
  ready "${servers[$i]}" "$out/$name-server.log"
  i=$((i + 1))
done
for attempt in $(seq 300); do
  if curl -fsS -o /dev/null http://127.0.0.1:18074/readyz 2>/dev/null; then break; fi
  if ! kill -0 "$gateway" 2>/dev/null || [ "$attempt" = 300 ]; then
    tail -n 30 "$out/gateway.log"
    echo "the gateway did not start"
    exit 1
  fi
  sleep 0.1
done

passed=0
failed=0
run() { # caller, callee's service, gateway port, further options
  local caller=$1 service=$2 port=$3 log=$out/$1-$2.jsonl good bad
  shift 3
  timeout 120 node "clients/$caller-client.js" --target "127.0.0.1:$port" --service "com.acme.order.${service}OrderService" --cases all "$@" \
    > "$log" 2> "$out/$caller-$service.err" || true
  good=$(grep -c '"ok":true' "$log" || true)
  bad=$(grep -c '"ok":false' "$log" || true)
  if [ "$((good + bad))" -lt 20 ]; then
    bad=$((bad + 1))
    echo "$caller → $service ended early"
    tail -n 5 "$out/$caller-$service.err"
  fi
  printf '%-7s → %-7s %s of %s\n' "$caller" "$service" "$good" "$((good + bad))"
  grep '"ok":false' "$log" | cut -c1-400 || true
  passed=$((passed + good))
  failed=$((failed + bad))
}
run ledger Bolt 16010
run ledger Dubbo 16010
run ledger Http 16010
run ledger Ledger 16010
run bolt Ledger 12110
run dubbo Ledger 20810
run http Ledger 18010 --binding canonical

kill -TERM "$gateway"
if ! wait "$gateway"; then
  echo "the gateway did not exit with 0 on SIGTERM"
  failed=$((failed + 1))
fi
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
