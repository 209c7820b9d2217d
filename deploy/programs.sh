#!/usr/bin/env bash
# Installs the programs that some tests run beside Alun: a load balancer and a Redis. Debian-like systems, as root; elsewhere
# it says what to install, and the tests that need them say that they are skipped.
set -euo pipefail
missing=()
command -v redis-server >/dev/null || command -v valkey-server >/dev/null || missing+=(redis-server)
command -v nginx >/dev/null || missing+=(nginx-light)
[ ${#missing[@]} -eq 0 ] && { echo 'all programs are there'; exit 0; }
if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
  echo "skipped: install ${missing[*]} with your system's packages"
  exit 0
fi
export DEBIAN_FRONTEND=noninteractive
# Their services need not run here: tests start programs of their own, on ports of their own.
printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d && chmod +x /usr/sbin/policy-rc.d
trap 'rm -f /usr/sbin/policy-rc.d' EXIT
apt-get update -qq && apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null || echo "skipped: ${missing[*]} cannot be installed here"
