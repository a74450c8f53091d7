# Programs that a test script starts in the background: sourced by the scripts that have set `out`, the directory of their logs. What was
# started is stopped by its pid when the script ends, the newest first.
pids=()

stop_all() {
  local i
  for ((i = ${#pids[@]} - 1; i >= 0; i--)); do
    kill -TERM "${pids[i]}" 2> /dev/null || true
    wait "${pids[i]}" 2> /dev/null || true
  done
}
trap stop_all EXIT

# start NAME COMMAND...: in the background, its output in a log.
start() {
  local name=$1
  shift
  "$@" > "$out/$name.log" 2>&1 < /dev/null &
  pids+=($!)
}

# await NAME COMMAND...: until the command succeeds; NAME is the program started last.
await() {
  local name=$1 i
  shift
  for ((i = 0; i < 300; i++)); do
    if "$@" > /dev/null 2>&1; then return; fi
    kill -0 "${pids[-1]}" 2> /dev/null || break
    sleep 0.1
  done
  cat "$out/$name.log"
  echo "$name did not start"
  exit 1
}
