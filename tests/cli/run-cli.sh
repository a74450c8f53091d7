#!/usr/bin/env bash
# Runs the commands of the README's table "Calls from the command line" as they stand there, through the shipped binary, against real
# peers: a SOFARPC server, a Dubbo provider, an HTTP/JSON service, and the gateway between them.
# usage: run-cli.sh BRIDGEMESH_BINARY OUT_DIRECTORY     Ends with "N passed, N failed".
# The table names the ports: 12301, 20981 and 18181 are the peers', 12110, 20810 and 18010 the gateway's.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
binary=$(readlink -f "$1")
mkdir -p "$2"
out=$(cd "$2" && pwd)
node_dir=$top/interop-samples/node
. "$top/tests/processes.sh"

start bolt-server node "$node_dir/servers/bolt-server.js" --port 12301 --witness 0
await bolt-server grep -q '"ready"' "$out/bolt-server.log"
start dubbo-server node "$node_dir/servers/dubbo-server.js" --port 20981 --witness 0
await dubbo-server grep -q '"ready"' "$out/dubbo-server.log"
start http-server node "$node_dir/servers/http-server.js" --port 18181 --witness 0
await http-server grep -q '"ready"' "$out/http-server.log"
start gateway "$binary" run --config "$here/bridgemesh.yaml"
await gateway curl -fsS http://127.0.0.1:18079/readyz

# A name without a path, so that the commands run as the README writes them.
mkdir -p "$out/bin"
ln -sf "$binary" "$out/bin/bridgemesh"
export PATH="$out/bin:$PATH"
cd "$top"

# Rows between the marks: | what | `command` | `what it prints` or exit code N |
while IFS= read -r row; do
  command=$(sed -E 's/^\|[^|]*\| `(.*)` \| .* \|$/\1/' <<< "$row" | sed 's/\\|/|/g')
  wanted=$(sed -E 's/^.*` \| (.*) \|$/\1/' <<< "$row")
  code=0
  case $wanted in *'exit code '*) code=$(sed -E 's/.*exit code ([0-9]+).*/\1/' <<< "$wanted") ;; esac
  text=$(sed -nE 's/^`([^`]*)`.*/\1/p' <<< "$wanted")
  status=0
  printed=$(timeout 30 bash -c "$command" 2> "$out/error.txt") || status=$?
  if [ "$status" = "$code" ] && grep -qF -- "$text" <<< "$(tr -d '\n' <<< "$printed$(cat "$out/error.txt")" | sed -E 's/ +/ /g')"; then
    passed=$((passed + 1))
    echo "ok      $command"
  else
    failed=$((failed + 1))
    echo "FAILED  $command"
    echo "  wanted exit code $code and '$text', got $status:"
    echo "$printed" | head -20
    head -20 "$out/error.txt"
  fi
done < <(sed -n '/<!-- calls:begin -->/,/<!-- calls:end -->/p' "$top/README.md" | grep '^|.*`bridgemesh\|^|.*| bridgemesh')

if [ "$passed" -lt 10 ] && [ "$failed" = 0 ]; then
  echo "the README's table has only $passed commands"
  failed=1
fi

finish
