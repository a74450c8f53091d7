#!/usr/bin/env bash
# Builds the gateway as it is shipped: for this kind of machine, compiled ahead of time (ReadyToRun), so that commands and the first calls do not
# wait for the compiler. It needs the .NET 10 runtime where it runs, and leaves nothing else behind.
# usage: deploy/publish.sh OUT_DIRECTORY [dotnet publish OPTION...]
set -euo pipefail
[ $# -ge 1 ] || { sed -n '2,4s/^# \{0,1\}//p' "$0"; exit 2; }
out=$1
shift
top=$(cd "$(dirname "$0")/.." && pwd)
case $(uname -s)-$(uname -m) in
  Linux-x86_64) rid=linux-x64 ;;
  Linux-aarch64) rid=linux-arm64 ;;
  *) echo "publish: no build is known for $(uname -s) on $(uname -m)" >&2; exit 1 ;;
esac
if [ "$rid" = linux-x64 ] && ldd --version 2>&1 | grep -qi musl; then rid=linux-musl-x64; fi
exec dotnet publish "$top/gateway/BridgeMesh.Gateway" -c Release -r "$rid" --self-contained false -p:PublishReadyToRun=true --nologo -o "$out" "$@"
