#!/usr/bin/env bash
# The gateway beside haproxy (as it comes, and with large buffers), nginx, bare YARP and bare Kestrel over the same backends, in turns within one
# run. Prints the tables of docs/performance.md, and writes them there if PAGE names it. Every answer must come, with the expected bytes.
# usage: run.sh BRIDGEMESH_BINARY OUT_DIRECTORY [PAGE]     Ends with "N passed, N failed". About twenty minutes.
# BENCH_ROUNDS (7) are best odd; BENCH_SECONDS (2) is the length of one measurement; BENCH_ONLY is a pattern of cases' names.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
binary=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
mkdir -p "$2"
out=$(cd "$2" && pwd)
page=${3:+$(cd "$(dirname "$3")" && pwd)/$(basename "$3")}
# shellcheck source=tests/processes.sh
. "$here/../processes.sh"

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

PATH=$PATH:/usr/sbin
packages=()
command -v haproxy > /dev/null || packages+=(haproxy)
command -v nginx > /dev/null || packages+=(nginx-light)
[ -e /usr/lib/nginx/modules/ngx_stream_module.so ] || packages+=(libnginx-mod-stream)
if [ ${#packages[@]} -gt 0 ]; then
  echo "installing ${packages[*]}"
  as_root apt-get update -q
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${packages[@]}"
fi

make -s -C "$here/../boltload" OUT="$out/boltload"
dotnet build "$here/../BridgeMesh.Floor" -c Release --nologo --verbosity quiet -o "$out/floor"
boltload=$out/boltload
ulimit -n "$(ulimit -Hn)"

# port NUMBER: whether somebody listens there.
port() { (exec 3<> "/dev/tcp/127.0.0.1/$1") 2> /dev/null; }

backend() { # NAME PROTOCOL PORT SIZE
  start "$1" "$boltload" server --proto "$2" --port "$3" --size "$4" --seconds 7200
  await "$1" port "$3"
}
backend bolt100 bolt 12471 100
backend bolt4096 bolt 12472 4096
backend bolt65000 bolt 12473 65000
backend dubbo100 dubbo 20871 100
backend dubbo4096 dubbo 20872 4096
backend dubbo65000 dubbo 20873 65000
backend web http 18471 100

sed 's/@/8/; s/BUFSIZE//' "$here/proxies/haproxy.cfg" > "$out/haproxy.cfg"
sed 's/@/9/; s/BUFSIZE/tune.bufsize 131072/' "$here/proxies/haproxy.cfg" > "$out/tuned.cfg"
start haproxy haproxy -db -f "$out/haproxy.cfg"
haproxy=${pids[-1]}
await haproxy port 12481
start tuned haproxy -db -f "$out/tuned.cfg"
tuned=${pids[-1]}
await tuned port 12491

modules=()
if [ -e /usr/lib/nginx/modules/ngx_stream_module.so ]; then modules=('load_module /usr/lib/nginx/modules/ngx_stream_module.so;'); fi
{ printf '%s\n' "${modules[@]}"; cat "$here/proxies/nginx.conf"; } > "$out/nginx.conf"
start nginx nginx -p "$out" -c "$out/nginx.conf" -g 'daemon off;'
nginx=${pids[-1]}
await nginx port 12501

start kestrel dotnet "$out/floor/BridgeMesh.Floor.dll" answer 18472
kestrel=${pids[-1]}
await kestrel port 18472
start yarp dotnet "$out/floor/BridgeMesh.Floor.dll" proxy 18473 http://127.0.0.1:18471
yarp=${pids[-1]}
await yarp port 18473
start gateway "$binary" run --config "$here/proxies/bridgemesh.yaml"
gateway=${pids[-1]}
await gateway curl -fsS -o /dev/null http://127.0.0.1:18479/readyz

python3 "$here/proxies/bench.py" --boltload "$boltload" --out "$out" --gateway "$gateway" --haproxy "$haproxy" --tuned "$tuned" --nginx "$nginx" \
  --kestrel "$kestrel" --yarp "$yarp" --rounds "${BENCH_ROUNDS:-7}" --seconds "${BENCH_SECONDS:-2}" ${BENCH_ONLY:+--only "$BENCH_ONLY"} ${page:+--page "$page"}
