#!/usr/bin/env bash
# Imports a facade jar of 2,000 methods and lints it against three protocols through the shipped binary, beside the JDK's javap over the same jar, in
# turns within one run. Prints the table of docs/performance.md, and writes it there if PAGE names it. What is imported must be whole.
# usage: run-import.sh BRIDGEMESH_BINARY OUT_DIRECTORY [PAGE]     Ends with "N passed, N failed". About a minute.
# BENCH_ROUNDS (7) are best odd.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
binary=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
rm -rf "$2"
mkdir -p "$2"
out=$(cd "$2" && pwd)
page=${3:+$(cd "$(dirname "$3")" && pwd)/$(basename "$3")}
rounds=${BENCH_ROUNDS:-7}
passed=0
failed=0

check() {
  local name=$1
  shift
  if "$@"; then
    passed=$((passed + 1))
    echo "ok      $name"
  else
    failed=$((failed + 1))
    echo "FAILED  $name"
  fi
}

python3 "$here/facade.py" "$out/src"
mkdir "$out/classes"
find "$out/src" -name '*.java' > "$out/sources"
javac -parameters -d "$out/classes" "@$out/sources"
(cd "$out/classes" && find . -name '*.class' | sed 's#^\./##; s#/#.#g; s#\.class$##' | LC_ALL=C sort > "$out/names")
jar cf "$out/facade.jar" -C "$out/classes" .

cd "$out"
lint=(contract lint facade.jar --protocol dubbo --protocol http --protocol grpc)
way() {
  case $1 in
    import) "$binary" contract import facade.jar --out facade.yaml 2> import.err ;;
    lint) "$binary" "${lint[@]}" > lint.txt 2> lint.err || [ $? = 8 ] ;;
    public) javap -public -cp facade.jar $(cat names) > public.txt ;;
    verbose) javap -v -cp facade.jar $(cat names) > verbose.txt 2> verbose.err ;;
  esac
}

# Who watches sees how far it has come, and nothing of it in the end; who does not sees nothing of it.
python3 "$here/../cli/terminal.py" "$binary" contract import facade.jar --out facade.yaml > terminal.txt
check "a terminal is shown progress" grep -qF '\r250 classes read\r500 classes read\r\x1b[K100 services, 2000 methods' terminal.txt
"$binary" contract import facade.jar --out facade.yaml 2> import.err
check "a file is not" test "$(wc -l < import.err)" = 1

# Seconds that passed, and CPU seconds of the process and what it started.
TIMEFORMAT='%R %U %S'
for round in $(seq "$rounds"); do
  for name in $(printf '%s\n' import lint public verbose | shuf --random-source=<(yes "$round")); do
    { time way "$name"; } 2>> "$name.times"
  done
done

"$binary" contract show facade.yaml --output json > show.json
check "2,000 methods are imported" grep -q '^100 services, 2000 methods, ' import.err
check "as many load from what was written" test "$(grep -c '"signature": ' show.json)" = 2000
check "javap tells of the same methods" test "$(grep -cE '^  public abstract .*\(.*\)' public.txt)" -ge 2000

python3 - "$out" "$rounds" > table.md <<'PYTHON'
import statistics
import sys

out, rounds = sys.argv[1], sys.argv[2]
ways = {
    'import': '`contract import`, YAML written',
    'lint': '`contract lint`, imported and linted against dubbo, http and grpc',
    'public': '`javap -public`',
    'verbose': '`javap -v`',
}
times = {w: [tuple(map(float, line.split())) for line in open(f'{out}/{w}.times', encoding='utf-8')] for w in ways}
assert all(len(t) == int(rounds) for t in times.values()), times


def row(way):
    cells = []
    for read in (lambda t: t[1] + t[2], lambda t: t[0]):
        for beside in ('public', 'verbose'):
            ratios = [read(a) / read(b) for a, b in zip(times[way], times[beside])]
            cells.append(f'{statistics.median(ratios):.2f} ({min(ratios):.2f}–{max(ratios):.2f})')
        cells.append(f'{statistics.median(read(t) for t in times[way]):.2f}')
    return f'| {ways[way]} | ' + ' | '.join(cells) + ' |'


print(f'{rounds} rounds in turns; ratios are of the same round:')
print()
print('| | CPU, ratio to `javap -public` | to `javap -v` | CPU s | time, ratio to `javap -public` | to `javap -v` | s |')
print('|---|---|---|---|---|---|---|')
for way in ways:
    print(row(way))
medians = {w: statistics.median((a[1] + a[2]) / (b[1] + b[2]) for a, b in zip(times[w], times['verbose'])) for w in ways}
open(f'{out}/faster', 'w', encoding='utf-8').write(f"{medians['import'] < 1} {medians['lint'] < 1}")
PYTHON
cat table.md
# Against javap -v, which reads as much of a class as an import does: beside javap -public the margin is less than a busy machine's noise.
check "importing, and importing with linting, take less CPU than javap -v" grep -qx 'True True' faster
if [ -n "$page" ]; then
  python3 - "$page" table.md <<'PYTHON'
import sys

page, table = sys.argv[1], open(sys.argv[2], encoding='utf-8').read()
text = open(page, encoding='utf-8').read()
begin, end = '<!-- import figures:begin -->\n', '<!-- import figures:end -->'
head, rest = text.split(begin)
open(page, 'w', encoding='utf-8').write(head + begin + table + end + rest.split(end)[1])
PYTHON
fi

printf '%d passed, %d failed\n' "$passed" "$failed"
[ "$failed" = 0 ]
