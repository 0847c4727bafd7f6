#!/usr/bin/env bash
# Clone, `make run`, fetch the home page; then start again. Prints seconds, megabytes and memory of both.
set -eu -o pipefail
here=$(cd "$(dirname "$0")/.." && pwd)
folder=$(mktemp -d)
port=${PORT:-8765}
git clone --quiet "$here" "$folder/kepu"
cd "$folder/kepu"
server=0
stop() { if [ "$server" != 0 ]; then kill -TERM -- "-$server" 2>/dev/null || true; wait "$server" 2>/dev/null || true; server=0; fi; }
trap 'stop; rm -rf "$folder"' EXIT

start() {  # start, wait for the home page, print how long it took
  local begin; begin=$(date +%s.%N)
  set -m; make run PORT="$port" >"$folder/log" 2>&1 & server=$!; set +m
  for _ in $(seq 1 600); do
    if curl --silent --fail "http://127.0.0.1:$port/" -o "$folder/page.html"; then
      python3 -c "import time; print(f'$1: {time.time() - $begin:.1f} s to the first page')"
      return
    fi
    kill -0 "$server" 2>/dev/null || { cat "$folder/log" >&2; exit 1; }
    sleep 0.1
  done
  cat "$folder/log" >&2; exit 1
}

start "first start"
grep -q '<html' "$folder/page.html"
grep -q '演示' "$folder/page.html"
processes=$(ps -eo pid=,pgid=,comm= | awk -v group="$server" '$2 == group && $3 != "make" {print $1}')
for pid in $processes; do grep '^Pss:' "/proc/$pid/smaps_rollup"; done |
  awk '{sum += $2} END {printf "memory: %d MB in %d processes (shared pages counted once)\n", sum / 1024, NR}'
echo "installed: $(du -sm .venv | cut -f1) MB, database and files: $(du -sm var | cut -f1) MB"
grep -E '127.0.0.1|口令|log' "$folder/log" | head -n 12 || true
stop
start "second start"
stop
