#!/usr/bin/env bash
# Run a command with DATABASE_URL pointing at a PostgreSQL server of its own, and take the server away again.
set -eu
bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)
if [ -z "$bin" ]; then
  echo "No PostgreSQL server found. On Debian: apt-get install postgresql" >&2
  exit 1
fi
folder=$(mktemp -d)
port=${POSTGRESQL_PORT:-54329}
as_owner() { "$@"; }
if [ "$(id -u)" = 0 ]; then  # the server refuses to run as root
  chown postgres "$folder"
  as_owner() { runuser -u postgres -- "$@"; }
fi
cd "$folder"
as_owner "$bin/initdb" -D "$folder/data" -U kepu --auth=trust -E UTF8 --locale=C.UTF-8 >/dev/null
as_owner "$bin/pg_ctl" -D "$folder/data" -w -l "$folder/log" \
  -o "-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories=$folder -c fsync=off -c max_connections=60" start >/dev/null
cd - >/dev/null
trap 'as_owner "$bin/pg_ctl" -D "$folder/data" -m immediate stop >/dev/null; rm -rf "$folder"' EXIT
echo "PostgreSQL $("$bin/postgres" --version | grep -oE '[0-9]+\.[0-9]+' | head -n 1) on port $port"
DATABASE_URL="postgres://kepu@127.0.0.1:$port/postgres" "$@"
