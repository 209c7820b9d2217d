#!/usr/bin/env bash
# The parts of compose.yaml as plain processes of this machine, with the same configuration files: PostgreSQL with a
# synchronous standby, Redis, three nodes, nginx, Prometheus. Everything listens on loopback only, lives in a temporary
# folder, and is gone when this ends. What dies is started again, as `restart: always` does it; when the database that takes
# writes dies, the other one takes over, as a failover tool has it. deploy/break.sh breaks things here.
#
#   deploy/try.sh                     until Ctrl-C
#   deploy/try.sh COMMAND …           until the command ends, with its exit code. It is told where things are by
#                                     ALUN_URL, PROMETHEUS_URL, DATABASE_URL, ALUN_SECRET and TRY_FOLDER
#
# With TRY_MACHINES=1 each node is on a network of its own, as on a machine of its own, and a bridge is between them: for
# root on Linux. The command is inside of it, too; outside nothing of it is seen.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
PATH=$PATH:/usr/sbin:/usr/local/bin
bun=$PWD/node_modules/bun/bin/bun.exe
pg=$(compgen -G '/usr/lib/postgresql/*/bin' | sort -V | head -n 1 || true)
redis=$(command -v valkey-server || command -v redis-server || true)
for program in "${pg:+postgres}" "${redis:+redis}" "$(command -v nginx)" "$(command -v prometheus)"; do
  [ -n "$program" ] || { echo 'skipped: PostgreSQL, Redis, nginx or Prometheus is missing: deploy/programs.sh installs them'; exit 77; }
done

if [ "${TRY_MACHINES:-}" = 1 ]; then
  unshare --net --mount ip link add campus type bridge 2>/dev/null || { echo 'skipped: networks of our own are not permitted here'; exit 77; }
  TRY_MACHINES=inside exec unshare --net --mount "./deploy/try.sh" "$@"
fi
here=127.0.0.1 trusted=127.0.0.2 hosts=(127.0.0.1 127.0.0.1 127.0.0.1)
if [ "${TRY_MACHINES:-}" = inside ]; then
  here=10.77.0.1 trusted=10.77.0.1 hosts=(10.77.0.11 10.77.0.12 10.77.0.13)
  # Where the names of networks are kept, by the programs of this assembly alone.
  mount -t tmpfs alun /run
  ip link set lo up
  ip link add campus type bridge
  ip addr add "$here/24" dev campus
  ip link set campus up
  for n in 1 2 3; do
    ip netns add "m$n"
    ip link add "m$n" type veth peer name eth0 netns "m$n"
    ip link set "m$n" master campus up
    ip -n "m$n" addr add "${hosts[n - 1]}/24" dev eth0
    ip -n "m$n" link set eth0 up
    ip -n "m$n" link set lo up
  done
fi

folder=$(mktemp -d -t alun-try-XXXXXX)
pids=()
databases=()
# Nodes first: they still have something to write. A database that is told to end waits for nobody then.
finish() {
  trap '' INT TERM
  touch "$folder/over"
  (
    for ((n = 0; n < 20; n++)); do sleep 1 && [ -e "$folder" ] || exit 0; done
    kill -KILL $(cat "$folder"/*.pid)
  ) 2>/dev/null &
  for ((n = ${#pids[@]} - 1; n >= 0; n--)); do kill -TERM "${pids[n]}" 2>/dev/null || true; done
  for pid in "${pids[@]}"; do wait "$pid" 2>/dev/null || true; done
  for pid in "${databases[@]}"; do kill -TERM "$pid" 2>/dev/null || true; done
  for pid in "${databases[@]}"; do wait "$pid" 2>/dev/null || true; done
  rm -rf "$folder"
}
trap finish EXIT
trap 'exit 130' INT TERM

# Free a moment ago; each is asked for once.
mapfile -t ports < <("$bun" -e '
  const open = Array.from({ length: 11 }, () => Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => new Response() }))
  for (const { port } of open) console.log(port)
  for (const server of open) server.stop(true)')
public=${ports[0]} primary=${ports[1]} standby=${ports[2]} bus=${ports[3]} metrics=${ports[4]}

# PostgreSQL refuses to run as root; a user namespace makes us somebody else without changing who owns the files.
as_somebody=()
[ "$(id -u)" -ne 0 ] || as_somebody=(unshare --user --map-user=65534 --map-group=65534 --)
# One life of one part, with its process in a file by its name. A life that was told to end has ended when this does.
live() {
  local name=$1 pid=
  shift
  trap 'kill -"${ending:-TERM}" ${pid:-} 2>/dev/null || true' TERM
  [ -e "$folder/over" ] && return
  "$@" >>"$folder/$name.log" 2>&1 </dev/null &
  pid=$!
  echo $pid >"$folder/$name.pid"
  # It may have been over before there was a process to tell.
  [ ! -e "$folder/over" ] || kill -"${ending:-TERM}" $pid 2>/dev/null || true
  # The first one ends when we are told to end, the second when it has.
  wait $pid || true
  wait $pid 2>/dev/null || true
}
keep() {
  while [ ! -e "$folder/over" ]; do
    live "$@"
    [ -e "$folder/over" ] || sleep "${pause:-0.5}"
  done
}
# That somebody was killed is no news here.
start() {
  "$@" 2>/dev/null &
  pids+=($!)
}
wait_for() {
  for ((n = 0; n < 600; n++)); do
    "${@:2}" >/dev/null 2>&1 && return
    sleep 0.1
  done
  echo "waited in vain for $1" >&2
  tail -n 20 "$folder"/*.log >&2
  exit 1
}
ask() { "$pg/psql" -XAtq -h "$folder" -p "$1" -U postgres -c "$2" "${@:3}"; }

serve() {
  live "$1" "${as_somebody[@]}" "$pg/postgres" -D "$folder/$1" -p "$2" -c "unix_socket_directories=$folder" \
    -c "listen_addresses=$here" -c max_connections=300
}
copy() {
  rm -rf "${folder:?}/$1"
  "${as_somebody[@]}" "$pg/pg_basebackup" -h "$folder" -p "$2" -U postgres -D "$folder/$1" --write-recovery-conf \
    --checkpoint=fast --no-sync
}
# From now on the server at this port confirms no commit that its standby does not have.
bind() {
  ask "$1" "ALTER SYSTEM SET synchronous_standby_names = '*'"
  ask "$1" 'SELECT pg_reload_conf()' >/dev/null
}
is_followed() { [ "$(ask "$1" "SELECT count(*) FROM pg_stat_replication WHERE state = 'streaming'")" = 1 ]; }
# $1 at port $2; the other one is at port $3. Who takes writes is at the port in the file `writes`.
database() {
  while [ ! -e "$folder/over" ]; do
    serve "$1" "$2"
    [ ! -e "$folder/over" ] || return 0
    if [ "$(<"$folder/writes")" = "$2" ]; then
      # It must have no standby to wait for before it has one.
      ask "$3" "ALTER SYSTEM RESET synchronous_standby_names"
      ask "$3" 'SELECT pg_reload_conf(), pg_promote()' >/dev/null
      echo "$3" >"$folder/writes"
    fi
    # The dead one may have written what nobody else has: it comes back as a copy of the other.
    until copy "$1" "$3" >>"$folder/$1.log" 2>&1 || [ -e "$folder/over" ]; do sleep 0.5; done
    (wait_for "$1 to follow" is_followed "$3" && bind "$3") >>"$folder/$1.log" 2>&1 &
  done
}

echo "$primary" >"$folder/writes"
"${as_somebody[@]}" "$pg/initdb" -D "$folder/db1" -U postgres -A trust -E UTF8 --locale=C.UTF-8 --no-sync >/dev/null
echo "host alun alun $here/24 trust" >>"$folder/db1/pg_hba.conf"
ending=INT start database db1 "$primary" "$standby"
databases+=("${pids[-1]}") && unset 'pids[-1]'
wait_for PostgreSQL "$pg/pg_isready" -q -h "$folder" -p "$primary"
"$pg/psql" -Xq -h "$folder" -p "$primary" -U postgres -v password="'try'" -f deploy/postgres/role.sql
copy db2 "$primary"
ending=INT start database db2 "$standby" "$primary"
databases+=("${pids[-1]}") && unset 'pids[-1]'
wait_for 'the standby' is_followed "$primary"
bind "$primary"

start keep redis "$redis" --port "$bus" --bind "$here" --protected-mode no --save '' --appendonly no --dir "$folder"

export DATABASE_URL="postgres://alun:try@$here:$primary,$here:$standby/alun" REDIS_URL="redis://$here:$bus"
export ALUN_SECRET=${ALUN_SECRET:-$("$bun" -e 'console.log(crypto.randomUUID() + crypto.randomUUID())')}
export MIMALLOC_PURGE_DELAY=5000 ALUN_TRUSTED_PROXIES=$trusted ALUN_DATA=$folder/data ALUN_URL="http://127.0.0.1:$public"
"$bun" main/cli.ts migrate >/dev/null

targets=()
for n in 1 2 3; do
  place=()
  [ "$here" = 127.0.0.1 ] || place=(ip netns exec "m$n" env ALUN_PRIVATE_HOST=0.0.0.0)
  ALUN_NODE_ID=n$n ALUN_PORT=${ports[4 + n]} ALUN_PRIVATE_PORT=${ports[7 + n]} pause=0.1 \
    start keep "n$n" "${place[@]}" "$bun" main/cli.ts node
  targets+=("\"${hosts[n - 1]}:${ports[7 + n]}\"")
  echo "${hosts[n - 1]}:${ports[7 + n]}" >"$folder/n$n.at"
done

mkdir -p "$folder/nginx" "$folder/prometheus"
{
  echo "daemon off; pid nginx.pid; error_log stderr error; worker_processes 1; events { worker_connections 4096; }"
  echo "http { access_log off; proxy_bind $trusted; client_body_temp_path body; proxy_temp_path proxy;"
  echo "fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi; scgi_temp_path scgi;"
  sed -e "s/127.0.0.1:8081/${hosts[0]}:${ports[5]}/; s/127.0.0.1:8082/${hosts[1]}:${ports[6]}/; s/127.0.0.1:8083/${hosts[2]}:${ports[7]}/" \
    -e "s/listen 8080/listen 127.0.0.1:$public/" deploy/nginx/upstream.conf deploy/nginx/alun.conf
  echo '}'
} >"$folder/nginx/nginx.conf"
start keep nginx nginx -p "$folder/nginx" -c nginx.conf

cp deploy/prometheus/*.yml "$folder/prometheus"
(IFS=,; echo "[{ \"targets\": [${targets[*]}] }]") >"$folder/prometheus/nodes.json"
# Tests can't wait for a scrape each five seconds.
sed -i "s/_interval: 5s/_interval: ${TRY_SCRAPE:-5s}/" "$folder/prometheus/prometheus.yml"
start keep prometheus prometheus "--config.file=$folder/prometheus/prometheus.yml" "--storage.tsdb.path=$folder/prometheus/data" \
  "--web.listen-address=127.0.0.1:$metrics" --log.level=warn
export PROMETHEUS_URL="http://127.0.0.1:$metrics" TRY_FOLDER=$folder

for n in 1 2 3; do wait_for "node $n" curl -sf --noproxy '*' "http://$(<"$folder/n$n.at")/readyz"; done
wait_for nginx curl -sf --noproxy '*' "$ALUN_URL/readyz"
wait_for Prometheus curl -sf --noproxy '*' "$PROMETHEUS_URL/-/ready"
echo "${ports[*]}" >"$folder/ports"
echo "ready $ALUN_URL $PROMETHEUS_URL $folder"
# Not in the foreground: it would keep us from hearing that we shall end.
[ $# -gt 0 ] || set -- sleep infinity
"$@" &
pids+=($!)
wait $!
