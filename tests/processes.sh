# What test scripts share; sourced by those that have set `out`, the directory of their logs. Programs that they start in the background are
# stopped by their pids when the script ends, the newest first.
pids=()
passed=0
failed=0

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

# suite NAME COMMAND...: adds the totals of a program that ends with "N passed, N failed".
suite() {
  local name=$1 log total
  shift
  log=$out/$name.txt
  "$@" > "$log" 2>&1 || true
  cat "$log"
  total=$(grep -E '^[0-9]+ passed, [0-9]+ failed$' "$log" | tail -n 1 || true)
  if [ -z "$total" ]; then
    echo "FAILED $name gave no result"
    failed=$((failed + 1))
    return
  fi
  passed=$((passed + $(cut -d' ' -f1 <<< "$total")))
  failed=$((failed + $(cut -d' ' -f3 <<< "$total")))
}

# Ends the script with what it comes to.
finish() {
  printf '%d passed, %d failed\n' "$passed" "$failed"
  [ "$failed" = 0 ]
}
