#!/usr/bin/env bash
# Breaks what deploy/try.sh runs, and ends when it is whole again:
#
#   deploy/try.sh npm run -s alun -- prove --url '…' --breaker deploy/break.sh
#
#   deploy/break.sh                     says what it can break, a line each
#   deploy/break.sh 'kill node' 2       does it; it finds the parts by TRY_FOLDER
set -euo pipefail
if [ $# -eq 0 ]; then
  printf '%s\n' 'kill node' 'freeze node' roll 'kill bus' 'freeze bus' 'kill balancer' 'fail over database'
  # Only a machine of its own has a network that can be cut.
  [ "${TRY_MACHINES:-}" != inside ] || echo 'cut machine'
  exit
fi
cd "${TRY_FOLDER:?of the assembly that deploy/try.sh runs}"
read -ra ports <ports
n=${2:-1}
redis=$(command -v redis-cli || command -v valkey-cli)
pg=$(compgen -G '/usr/lib/postgresql/*/bin' | sort -V | head -n 1)
# As long as most things that hang for a moment do; what is away for longer is noticed by those that look after it.
moment=1.5
# So long that the others take it for dead.
cut=4

until_it() {
  for ((tries = 0; tries < 500; tries++)); do
    "$@" >/dev/null 2>&1 && return
    sleep 0.1
  done
  echo "waited in vain: $*" >&2
  exit 1
}
ask() { "$pg/psql" -XAtq -h "$PWD" -p "$1" -U postgres -c "$2"; }
is_ready() { curl -sf -m 1 --noproxy '*' "http://$1/readyz"; }
# Health tells of both that it reaches.
is_well() { is_ready "$1" | grep -q '"database":"up","bus":"up"'; }
# By whom it is said: another process than the one that was broken.
is_another() { [ "$(<"$1.pid")" != "$2" ] && "${@:3}"; }
is_paired() { [ "$(ask "$(<writes)" "SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'")" = 1 ]; }
has_moved() { [ "$(<writes)" != "$1" ] && ask "$(<writes)" 'CREATE TEMPORARY TABLE proof AS SELECT 1'; }
end() {
  local pid
  pid=$(<"$2.pid")
  kill "-$1" "$pid"
  until_it is_another "$2" "$pid" "${@:3}"
}
freeze() {
  local pid
  pid=$(<"$1.pid")
  kill -STOP "$pid"
  sleep $moment
  kill -CONT "$pid"
  until_it "${@:2}"
}

case $1 in
  'kill node') end KILL "n$n" is_ready "$(<"n$n.at")" ;;
  'freeze node') freeze "n$n" is_ready "$(<"n$n.at")" ;;
  roll) for each in 1 2 3; do end TERM "n$each" is_ready "$(<"n$each.at")"; done ;;
  'kill bus') end KILL redis "$redis" -u "$REDIS_URL" PING ;;
  'freeze bus') freeze redis "$redis" -u "$REDIS_URL" PING ;;
  # Its workers end with it: nothing holds the port for the next one.
  'kill balancer')
    kill -KILL $(ps -o pid= --ppid "$(<nginx.pid)") && end KILL nginx is_ready "127.0.0.1:${ports[0]}" ;;
  'cut machine')
    ip link set "m$n" down
    sleep $cut
    ip link set "m$n" up
    until_it is_well "$(<"n$n.at")" ;;
  'fail over database')
    # A pair that was broken before must be one again, or nobody could take over.
    until_it is_paired
    old=$(<writes)
    name=db1
    [ "$old" = "${ports[1]}" ] || name=db2
    pid=$(<$name.pid)
    # With all that serve its connections, as when its machine is gone.
    kill -KILL "$pid" $(ps -o pid= --ppid "$pid")
    until_it has_moved "$old" ;;
  *) echo "nothing here is called $1" >&2; exit 2 ;;
esac
