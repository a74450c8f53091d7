#!/usr/bin/env bash
# Runs docs/walkthrough.md as it stands, through the shipped binary: a facade made by javac becomes a contract, .proto files and an OpenAPI
# document, and stock clients made of those call a SOFARPC server and a Dubbo provider through the gateway.
# usage: run-walkthrough.sh BRIDGEMESH_BINARY OUT_DIRECTORY     Ends with "N passed, N failed": one for each block of the page.
# The page names the ports: 12301 and 20981 are the peers', 18010, 18092 and 18079 the gateway's.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
page=$top/docs/walkthrough.md
binary=$(readlink -f "$1")
rm -rf "$2"
mkdir -p "$2"
out=$(cd "$2" && pwd)
node_dir=$top/interop-samples/node
. "$top/tests/processes.sh"

start bolt-server node "$node_dir/servers/bolt-server.js" --port 12301 --witness 0
await bolt-server grep -q '"ready"' "$out/bolt-server.log"
start dubbo-server node "$node_dir/servers/dubbo-server.js" --port 20981 --witness 0
await dubbo-server grep -q '"ready"' "$out/dubbo-server.log"

# A folder of its own, in which the page's paths are right.
work=$out/work
mkdir -p "$work/contracts" "$out/bin"
ln -s "$top/interop-samples" "$work/interop-samples"
ln -sf "$binary" "$out/bin/bridgemesh"
export PATH="$out/bin:$PATH"
cd "$work"

# Each block behind a mark becomes a file, in the page's order: N.sh to run, or N.NAME to write as NAME.
awk -v folder="$out" '
  /^<!-- run -->$/ { n++; target = sprintf("%s/block-%02d.sh", folder, n); next }
  /^<!-- file .* -->$/ { n++; target = sprintf("%s/block-%02d.file-%s", folder, n, $3); next }
  /^```/ { if (target != "" && !inside) { inside = 1; printf "" > target; next } if (inside) { inside = 0; close(target); target = "" } next }
  inside { print > target }' "$page"

for block in "$out"/block-*; do
  case $block in
    *.file-*) cp "$block" "$work/${block#*.file-}"; continue ;;
  esac
  # What comes behind the check of the configuration needs the gateway.
  if grep -q '^bridgemesh contract export' "$block" && ! curl -fsS http://127.0.0.1:18079/readyz > /dev/null 2>&1; then
    start gateway bridgemesh run --config "$work/bridgemesh.yaml"
    await gateway curl -fsS http://127.0.0.1:18079/readyz
  fi
  if timeout 60 bash -euo pipefail "$block"; then
    passed=$((passed + 1))
    echo "ok      $(head -n 1 "$block")"
  else
    failed=$((failed + 1))
    echo "FAILED  $(head -n 1 "$block")"
  fi
done

if [ "$passed" -lt 8 ] && [ "$failed" = 0 ]; then
  echo "the page has only $passed blocks to run"
  failed=1
fi

finish
