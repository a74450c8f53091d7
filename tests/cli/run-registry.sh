#!/usr/bin/env bash
# `bridgemesh registry` through the shipped binary, beside a running gateway with an embedded Eureka server: what is published is listed, watched
# and compared; streams end with their readers and with SIGTERM (a shell has its background ignore SIGINT). usage: run-registry.sh BRIDGEMESH_BINARY OUT_DIRECTORY
# Ports: 18095 is the gateway's HTTP, 18096 its admin, 18097 its Eureka server, 18098 nobody's. Ends with "N passed, N failed".
set -euo pipefail
top=$(cd "$(dirname "$0")/../.." && pwd)
binary=$(readlink -f "$1")
rm -rf "$2"
mkdir -p "$2"
out=$(cd "$2" && pwd)
. "$top/tests/processes.sh"
cd "$out"
cat > bridgemesh.yaml << 'END'
id: registry
listeners: [{ name: http, protocol: http, address: 127.0.0.1:18095 }]
registries:
  - { name: cloud, kind: eureka-server, address: 127.0.0.1:18097, selfPreservation: false }
  - { name: local, kind: file, path: services.yaml }
admin: { address: 127.0.0.1:18096 }
END
echo 'services: [{ name: order-service, instances: [{ address: 127.0.0.1:18181, protocol: http }] }]' > services.yaml

# expect NAME STATUS TEXT COMMAND...: the exit code, and a text in what is printed on either output.
expect() {
  local name=$1 wanted=$2 text=$3 status=0
  shift 3
  timeout 30 "$@" > "$out/printed.txt" 2>&1 || status=$?
  if [ "$status" = "$wanted" ] && grep -qF -- "$text" "$out/printed.txt"; then
    passed=$((passed + 1))
    echo "ok      $name"
  else
    failed=$((failed + 1))
    echo "FAILED  $name: exit code $status, wanted $wanted and '$text':"
    head -20 "$out/printed.txt"
  fi
}

start gateway "$binary" run
await gateway curl -fsS http://127.0.0.1:18096/readyz
start publish "$binary" registry publish http://127.0.0.1:18181/order-service --registry cloud --zone east
publish=${pids[-1]}
await publish grep -q published "$out/publish.log"
start watch "$binary" registry watch --registry cloud
watch=${pids[-1]}
await watch grep -q '+ cloud' "$out/watch.log"

expect 'list finds what is published in the server that the gateway embeds' 0 '127.0.0.1:18181  up' "$binary" registry list --registry cloud
expect 'diff of two registries' 9 'zone east → (none)' "$binary" registry diff cloud local
expect 'diff without what differs' 0 '1 the same' "$binary" registry diff cloud local --ignore zone --ignore metadata --ignore startedAt --ignore application
expect 'list as JSON' 0 '"zone": "east"' "$binary" registry list --output json
cp "$out/printed.txt" "$out/saved.json"
expect 'diff with what was saved' 0 '0 differ, 1 the same' "$binary" registry diff saved.json#cloud cloud
expect 'a registry that is away' 5 'registry eureka (eureka) has not answered within 1500 ms' \
  "$binary" registry list --kind eureka --set servers=http://127.0.0.1:18098/eureka --timeout 1500
expect 'a stream ends with its reader' 0 '+ cloud http://127.0.0.1:18181 order-service' bash -c 'set -o pipefail; "$0" registry watch --registry cloud | head -n 1' "$binary"

kill -TERM "$publish"
status=0
wait "$publish" || status=$?
expect 'publish takes out what it published' 0 'order-service withdrawn' bash -c "cat '$out/publish.log'; exit $status"
await watch grep -q -- '- cloud' "$out/watch.log"
expect 'nothing is left' 0 '0 services, 0 instances' "$binary" registry list --registry cloud
kill -TERM "$watch"
status=0
wait "$watch" || status=$?
expect 'watch ends with SIGTERM' 0 '- cloud http://127.0.0.1:18181 order-service' bash -c "cat '$out/watch.log'; exit $status"

finish
