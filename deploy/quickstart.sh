#!/usr/bin/env bash
# BridgeMesh in one command, on a fresh Debian 12 with the .NET 10 SDK: installs what is missing, builds the gateway, starts it on its
# built-in configuration together with real peers (a SOFARPC server, a Dubbo provider, a Triple, an HTTP/JSON and a gRPC service), lets
# third-party clients of each protocol call each of them, and prints what came of it. Then it stays up and prints commands to try.
# usage: deploy/quickstart.sh [--once]
#   --once   ends after the table; the exit status is 1 if a call failed
set -euo pipefail

once=
case ${1-} in
  '') ;;
  --once) once=1 ;;
  *) sed -n '2,6s/^# \{0,1\}//p' "$0"; [ "$1" = --help ] && exit 0 || exit 2 ;;
esac

top=$(cd "$(dirname "$0")/.." && pwd)
node_dir=$top/interop-samples/node
triple_dir=$top/interop-samples/node-triple
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
work=
pids=()

say() { printf '\n== %s\n' "$1"; }

die() {
  echo "quickstart: $1" >&2
  exit 1
}

# Stops what was started, the newest first, and waits for it: the gateway drains.
stop_all() {
  local status=$? i
  trap - EXIT
  for ((i = ${#pids[@]} - 1; i >= 0; i--)); do
    kill -TERM "${pids[i]}" 2> /dev/null || true
    wait "${pids[i]}" 2> /dev/null || true
  done
  if [ -n "$work" ]; then rm -rf "$work"; fi
  exit "$status"
}
trap stop_all EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

install_missing() {
  command -v dotnet > /dev/null || die 'the .NET 10 SDK is missing: install it and put dotnet on the PATH'
  dotnet --list-sdks | grep -q '^10\.' || die "no .NET 10 SDK among those that 'dotnet --list-sdks' names: install it"
  local packages=()
  if ! command -v node > /dev/null || [ "$(node -p 'process.versions.node.split(".")[0]')" -lt 18 ]; then packages+=(nodejs); fi
  command -v npm > /dev/null || packages+=(npm)
  command -v curl > /dev/null || packages+=(curl)
  # Makes the one schema of the Triple peers, which their library wants compiled.
  if ! command -v protoc > /dev/null || [ ! -e /usr/include/google/protobuf/empty.proto ]; then packages+=(protobuf-compiler libprotobuf-dev); fi
  if [ ${#packages[@]} -gt 0 ]; then
    say "Installing ${packages[*]} from Debian"
    as_root apt-get update -q
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${packages[@]}"
  fi

  local dir
  for dir in "$node_dir" "$triple_dir"; do
    if [ ! -e "$dir/node_modules/.package-lock.json" ] || [ "$dir/package-lock.json" -nt "$dir/node_modules/.package-lock.json" ]; then
      say "Installing the third-party clients and servers (npm ci in $(basename "$dir"))"
      (cd "$dir" && npm ci --no-audit --no-fund --loglevel=error)
    fi
  done
}

build() {
  say 'Building the gateway'
  "$top/deploy/publish.sh" "$top/artifacts/quickstart" --verbosity minimal
  # The program looks for the runtime in the default places only; the SDK may be elsewhere.
  DOTNET_ROOT=${DOTNET_ROOT:-$(dirname "$(readlink -f "$(command -v dotnet)")")}
  export DOTNET_ROOT
}

# start NAME COMMAND...: in the background, its output in a log.
start() {
  local name=$1
  shift
  "$@" > "$work/$name.log" 2>&1 < /dev/null &
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
  cat "$work/$name.log" >&2
  die "$name did not start; is one of the ports 12200, 12301, 18070, 18080, 18090, 18091, 18181 to 18183, 18190 to 18194, 20880 and 20981 taken?"
}

start_peers() {
  say 'Starting the peers: SOFARPC on 12301, Dubbo on 20981, Triple on 18183, HTTP/JSON on 18181, gRPC on 18182'
  start bolt-server node "$node_dir/servers/bolt-server.js" --port 12301 --witness 18190
  await bolt-server grep -q '"ready"' "$work/bolt-server.log"
  start dubbo-server node "$node_dir/servers/dubbo-server.js" --port 20981 --witness 18191
  await dubbo-server grep -q '"ready"' "$work/dubbo-server.log"
  start http-server node "$node_dir/servers/http-server.js" --port 18181 --witness 18192
  await http-server grep -q '"ready"' "$work/http-server.log"
  start grpc-server node "$node_dir/servers/grpc-server.js" --port 18182 --witness 18193
  await grpc-server grep -q '"ready"' "$work/grpc-server.log"
  start triple-server node "$triple_dir/servers/triple-server.js" --port 18183 --witness 18194
  await triple-server grep -q '"ready"' "$work/triple-server.log"
}

# On the built-in configuration, which looks for services.yaml and contracts/ where it is started.
start_gateway() {
  say 'Starting the gateway on its built-in configuration: Bolt on 12200, Dubbo on 20880, HTTP on 18080, gRPC on 18090, Triple on 18091'
  mkdir "$work/contracts"
  cp "$top"/interop-samples/contracts/*.yaml "$work/contracts/"
  cat > "$work/services.yaml" << 'YAML'
# Where the callees are. Edit it while the gateway runs: a change takes effect at once.
services:
  - name: com.acme.order.BoltOrderService
    version: "1.0"
    instances:
      - { address: "127.0.0.1:12301", protocol: bolt }
  - name: com.acme.order.DubboOrderService
    version: "1.0.0"
    instances:
      - { address: "127.0.0.1:20981", protocol: dubbo }
  - name: com.acme.order.HttpOrderService
    instances:
      - { address: "127.0.0.1:18181", protocol: http }
  - name: com.acme.order.GrpcOrderService
    instances:
      - { address: "127.0.0.1:18182", protocol: grpc }
  - name: com.acme.order.TripleOrderService
    version: "1.0.0"
    instances:
      - { address: "127.0.0.1:18183", protocol: triple }
YAML
  cd "$work"
  start gateway "$top/artifacts/quickstart/bridgemesh" run
  await gateway curl -fsS http://127.0.0.1:18070/readyz
}

call_all() {
  say 'One typed call for every pair: third-party clients through the gateway to third-party servers'
  node "$node_dir/matrix.js" --smoke \
    --bolt-witness 127.0.0.1:18190 --dubbo-witness 127.0.0.1:18191 --http-witness 127.0.0.1:18192 \
    --grpc-witness 127.0.0.1:18193 --triple-witness 127.0.0.1:18194 \
    --gateway-bolt 127.0.0.1:12200 --gateway-dubbo 127.0.0.1:20880 --gateway-http 127.0.0.1:18080 \
    --gateway-grpc 127.0.0.1:18090 --gateway-triple 127.0.0.1:18091 --gateway-admin 127.0.0.1:18070
}

try_it() {
  local client="node $node_dir/clients"
  cat << EOF

Everything is up; Ctrl-C stops it. In another terminal:

  # curl calls the SOFARPC, the Dubbo and the gRPC service
  curl 'http://127.0.0.1:18080/bolt/greetings?name=Ada'
  curl 'http://127.0.0.1:18080/dubbo/orders/A-1'
  curl 'http://127.0.0.1:18080/grpc/greetings?name=Ada'
  curl 'http://127.0.0.1:18080/com.acme.order.BoltOrderService/add' -H 'content-type: application/json' -d '{"left": 2, "right": 9007199254740993}'

  # an exception of the callee's, as HTTP callers get it
  curl -i -X POST 'http://127.0.0.1:18080/dubbo/failures?kind=business'

  # a SOFARPC client calls the Dubbo service; a Dubbo consumer calls the HTTP service
  $client/bolt-client.js --target 127.0.0.1:12200 --service com.acme.order.DubboOrderService --case place
  $client/dubbo-client.js --target 127.0.0.1:20880 --service com.acme.order.HttpOrderService --case place

  # a gRPC client calls the SOFARPC service; a Triple client calls the Dubbo service
  $client/grpc-client.js --target 127.0.0.1:18090 --service com.acme.order.BoltOrderService --case place
  node $triple_dir/clients/triple-client.js --target 127.0.0.1:18091 --service com.acme.order.DubboOrderService --case place

  # what the gateway is doing
  curl http://127.0.0.1:18070/status

  # take an instance away and call again, then put it back: an edit takes effect at once
  \${EDITOR:-vi} $work/services.yaml

  # the gateway's log; the configuration, checked
  tail -f $work/gateway.log
  (cd $work && $top/artifacts/quickstart/bridgemesh validate)
EOF
}

install_missing
build
work=$(mktemp -d "${TMPDIR:-/tmp}/bridgemesh-quickstart.XXXXXX")
start_peers
start_gateway
if call_all; then failed=0; else failed=1; fi
if [ -n "$once" ]; then exit "$failed"; fi
trap 'exit 0' INT TERM
try_it
wait "${pids[-1]}"
