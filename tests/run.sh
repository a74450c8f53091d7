#!/usr/bin/env bash
# Everything that CI runs, from a fresh clone on Debian 12 with the .NET 10 SDK: installs what is missing, builds, checks the format, runs
# the tests, the load check and the interop matrix through the shipped binary. Ends with one line, "N passed, N failed".
# usage: tests/run.sh [STEP...]   STEPs, by default all in this order:
#   install build format unit schema node load life plugin interop cli openapi eureka etcd registries walkthrough quickstart
set -euo pipefail
exec < /dev/null
top=$(cd "$(dirname "$0")/.." && pwd)
cd "$top"
artifacts=$top/artifacts
mkdir -p "$artifacts/logs"
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 MSBUILDDISABLENODEREUSE=1 NUGET_XMLDOC_MODE=skip
# The independent Hessian decoders are installed below: a test that finds them missing fails instead of being skipped.
export BRIDGEMESH_REQUIRE_ORACLES=1
binary=$artifacts/gateway/bridgemesh
began=$SECONDS
passed=0
failed=0

# Seconds that a step may take: its own limit, and never past the 25 minutes that a whole run has.
within() {
  local left=$((1470 - (SECONDS - began)))
  [ "$left" -gt 5 ] || left=5
  echo $(($1 < left ? $1 : left))
}

say() { printf '\n== %s (after %d s)\n' "$1" $((SECONDS - began)); }

finish() {
  printf '\n%d passed, %d failed\n' "$passed" "$failed"
  if [ "$failed" -gt 0 ] || [ "$passed" -eq 0 ]; then exit 1; fi
  exit 0
}

# A check that is one pass or one failure. step SECONDS NAME COMMAND...: shows the output, and keeps it.
step() {
  local limit name=$2 status=0
  limit=$(within "$1")
  shift 2
  say "$name"
  timeout --kill-after=15 "$limit" "$@" 2>&1 | tee "$artifacts/logs/${name// /-}.log" || status=${PIPESTATUS[0]}
  if [ "$status" = 0 ]; then
    passed=$((passed + 1))
  else
    [ "$status" != 124 ] || echo "$name took longer than $limit s"
    echo "FAILED: $name"
    failed=$((failed + 1))
  fi
  return "$status"
}

# A suite that ends with "N passed, N failed" of its own. suite SECONDS NAME COMMAND...
suite() {
  local limit name=$2
  limit=$(within "$1")
  shift 2
  say "$name"
  local log="$artifacts/logs/${name// /-}.log" status=0 total
  timeout --kill-after=15 "$limit" "$@" 2>&1 | tee "$log" || status=${PIPESTATUS[0]}
  [ "$status" != 124 ] || echo "$name took longer than $limit s"
  total=$(grep -E '^[0-9]+ passed, [0-9]+ failed' "$log" | tail -n 1 || true)
  count "$name" "$status" "${total:+$(cut -d' ' -f1 <<< "$total")}" "${total:+$(cut -d' ' -f3 <<< "$total")}"
}

# Adds a suite's result: one that says nothing, or ends badly without a failure of its own, is a failure.
count() {
  local name=$1 status=$2 good=${3:-0} bad=${4:-0}
  passed=$((passed + good))
  failed=$((failed + bad))
  if [ "$((good + bad))" = 0 ] || { [ "$status" != 0 ] && [ "$bad" = 0 ]; }; then
    echo "FAILED: $name gave no complete result (exit status $status)"
    failed=$((failed + 1))
  fi
}

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

install_packages() {
  local packages=()
  if ! command -v node > /dev/null || [ "$(node -p 'process.versions.node.split(".")[0]')" -lt 18 ]; then packages+=(nodejs); fi
  command -v npm > /dev/null || packages+=(npm)
  command -v curl > /dev/null || packages+=(curl)
  command -v git > /dev/null || packages+=(git)
  command -v make > /dev/null || packages+=(make)
  command -v cc > /dev/null || packages+=(gcc libc6-dev)
  command -v javac > /dev/null || packages+=(default-jdk-headless)
  [ -e /usr/share/java/hessian.jar ] || packages+=(libhessian-java)
  [ -x /usr/bin/etcd ] || packages+=(etcd-server)
  [ -x /usr/sbin/dnsmasq ] || packages+=(dnsmasq-base)
  [ -e /usr/share/java/zookeeper.jar ] || packages+=(libzookeeper-java)
  [ -e /usr/share/java/slf4j-nop.jar ] || packages+=(libslf4j-java)
  [ -e /usr/share/java/curator-x-discovery.jar ] || packages+=(libcurator-discovery-java)
  command -v protoc > /dev/null || packages+=(protobuf-compiler)
  [ -e /usr/include/google/protobuf/timestamp.proto ] || packages+=(libprotobuf-dev)
  command -v cmark-gfm > /dev/null || packages+=(cmark-gfm)
  /usr/bin/python3 -c 'import grpc' 2> /dev/null || packages+=(python3-grpcio)
  if [ ${#packages[@]} -gt 0 ]; then
    echo "installing ${packages[*]}"
    as_root apt-get update -q
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${packages[@]}"
  fi
  local folder
  for folder in interop-samples/node interop-samples/node-triple tests/oracles tests/openapi tests/eureka tests/etcd; do
    if [ -f "$folder/package-lock.json" ]; then
      echo "npm ci in $folder"
      (cd "$folder" && npm ci --no-audit --no-fund --loglevel=error)
    fi
  done
}

# One compiler for all projects, which would each start their own, and none that stays behind.
build() {
  local status=0
  export UseSharedCompilation=true
  { dotnet restore BridgeMesh.sln --verbosity quiet \
    && dotnet build BridgeMesh.sln -c Release --no-restore --nologo --verbosity minimal \
    && deploy/publish.sh "$artifacts/gateway" --verbosity quiet; } || status=$?
  dotnet build-server shutdown --vbcscompiler > "$artifacts/logs/compiler.log" 2>&1 || true
  return "$status"
}

format() { dotnet format BridgeMesh.sln --verify-no-changes --no-restore; }

# One attribute of the counters of a result file, which is what the runner itself counted.
counter() { grep -oE "<Counters [^>]*" "$2" | grep -oE " $1=\"[0-9]+\"" | tr -dc '0-9'; }

unit_tests() {
  local folder name trx status
  rm -rf "$artifacts/tests"
  for folder in tests/*.Tests; do
    [ -d "$folder" ] || continue
    name=$(basename "$folder")
    trx=$artifacts/tests/$name.trx
    status=0
    timeout --kill-after=15 "$(within 300)" dotnet test "$folder" -c Release --no-build --nologo --verbosity quiet --results-directory "$artifacts/tests" \
      --logger "trx;LogFileName=$name.trx" --logger "console;verbosity=minimal" > "$artifacts/logs/$name.log" 2>&1 || status=$?
    if [ -f "$trx" ]; then
      count "$name" "$status" "$(counter passed "$trx")" "$(($(counter total "$trx") - $(counter passed "$trx") - $(counter notExecuted "$trx")))"
      printf '%-40s %s of %s passed\n' "$name" "$(counter passed "$trx")" "$(counter total "$trx")"
    else
      count "$name" "$status"
    fi
    if [ "$status" != 0 ]; then grep -vE '^\s+at |^$' "$artifacts/logs/$name.log" | tail -n 60 || true; fi
  done
}

# node --test ends with "# pass N" and "# fail N".
node_tests() {
  local status=0 log=$artifacts/logs/node-tests.log
  (cd interop-samples/node && timeout --kill-after=15 180 npm test) > "$log" 2>&1 || status=$?
  local good bad
  good=$(grep -E '^(# |ℹ )pass ' "$log" | tail -n 1 | tr -dc '0-9' || true)
  bad=$(grep -E '^(# |ℹ )fail ' "$log" | tail -n 1 | tr -dc '0-9' || true)
  echo "${good:-0} passed, ${bad:-0} failed"
  [ "$status" = 0 ] || tail -n 60 "$log"
  count "node tests" "$status" "$good" "$bad"
}

use_shipped_binary() {
  # The host looks for the runtime in the default places only; the SDK may be elsewhere.
  export DOTNET_ROOT=${DOTNET_ROOT:-$(dirname "$(readlink -f "$(command -v dotnet)")")}
  "$binary" version
}

export -f install_packages build format as_root
export top artifacts
steps=${*:-install build format unit schema node load life plugin interop cli openapi eureka etcd registries walkthrough quickstart}
# Tests that need the independent decoders are skipped without them, but not in a run that has installed them.
case $steps in *install*) export BRIDGEMESH_REQUIRE_ORACLES=1 ;; esac
for wanted in $steps; do
  case $wanted in
    install) step 420 "install" bash -euo pipefail -c install_packages || finish ;;
    build) step 600 "build" bash -euo pipefail -c build || finish ;;
    format) step 480 "format" bash -euo pipefail -c format || true ;;
    unit) say "unit tests"; unit_tests ;;
    schema) suite 60 "schema" node tests/oracles/schema.js ;;
    node) say "node tests"; node_tests ;;
    load) use_shipped_binary; suite 180 "load" tests/load/run-load.sh "$binary" "$artifacts/load" ;;
    life) use_shipped_binary; suite 150 "life" tests/life/run-life.sh "$binary" "$artifacts/life" ;;
    interop) use_shipped_binary; suite 780 "interop" tests/interop/run-interop.sh "$binary" "$artifacts/interop" ;;
    plugin) use_shipped_binary; suite 240 "plugin" tests/interop/run-plugin.sh "$binary" "$artifacts/plugin" ;;
    cli)
      use_shipped_binary
      suite 120 "cli" tests/cli/run-cli.sh "$binary" "$artifacts/cli"
      suite 120 "contracts" tests/cli/run-contracts.sh "$binary" "$artifacts/contracts"
      suite 60 "export" tests/cli/run-export.sh "$binary" "$artifacts/export"
      suite 60 "markdown" tests/cli/run-markdown.sh "$binary" "$artifacts/markdown"
      suite 60 "registry" tests/cli/run-registry.sh "$binary" "$artifacts/registry"
      BENCH_ROUNDS=3 suite 240 "import" tests/bench/run-import.sh "$binary" "$artifacts/import" ;;
    openapi) use_shipped_binary; suite 120 "openapi" tests/openapi/run-openapi.sh "$binary" "$artifacts/openapi" ;;
    eureka) use_shipped_binary; suite 120 "eureka" tests/eureka/run-eureka.sh "$binary" "$artifacts/eureka" ;;
    etcd) use_shipped_binary; suite 120 "etcd" tests/etcd/run-etcd.sh "$binary" "$artifacts/etcd" ;;
    registries)
      use_shipped_binary
      suite 150 "registries" tests/registries/run-registries.sh "$binary" "$artifacts/registries"
      BENCH_SECONDS=5 suite 120 "large registry" tests/bench/run-registry.sh "$artifacts/large-registry" ;;
    walkthrough) use_shipped_binary; suite 120 "walkthrough" tests/walkthrough/run-walkthrough.sh "$binary" "$artifacts/walkthrough" ;;
    quickstart) step 300 "quickstart" deploy/quickstart.sh --once || true ;;
    *) echo "unknown step $wanted"; exit 2 ;;
  esac
done
finish
