#!/usr/bin/env bash
# Installs the independent decoders that the oracle tests run: Node's from their lock file, Caucho's from Debian.
set -euo pipefail
cd "$(dirname "$0")"

install_debian() {
  if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
    echo "install these Debian packages first: $*" >&2
    exit 1
  fi
  apt-get update -q
  DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "$@"
}

missing=()
command -v node >/dev/null || missing+=(nodejs)
command -v npm >/dev/null || missing+=(npm)
command -v javac >/dev/null || missing+=(default-jdk-headless)
[ -f /usr/share/java/hessian.jar ] || missing+=(libhessian-java)
if [ "${#missing[@]}" -gt 0 ]; then
  install_debian "${missing[@]}"
fi

npm ci --omit=dev
