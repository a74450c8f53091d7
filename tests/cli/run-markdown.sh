#!/usr/bin/env bash
# Exports contracts as Markdown through the shipped binary, and reads the pages as GitHub does: what was meant is there, and nothing that docs say
# becomes more than text.
# usage: run-markdown.sh BRIDGEMESH_BINARY OUT_DIRECTORY     Ends with "N passed, N failed".
set -euo pipefail
top=$(cd "$(dirname "$0")/../.." && pwd)
binary=$(readlink -f "$1")
rm -rf "$2"
mkdir -p "$2"
out=$(cd "$2" && pwd)
passed=0
failed=0

# check NAME COMMAND...: one pass or one failure, which shows what was printed.
check() {
  local name=$1
  shift
  if "$@" > "$out/output.txt" 2>&1; then
    passed=$((passed + 1))
    echo "ok      $name"
  else
    failed=$((failed + 1))
    echo "FAILED  $name"
    head -40 "$out/output.txt"
  fi
}

export_to() { timeout 30 "$binary" contract export "$1" --format markdown --out "$2"; }
render() { cmark-gfm --unsafe -e table -e autolink -e strikethrough "$1" > "$2"; }

# has NUMBER TAG FILE: that tag as often as there are things that call for it.
has() {
  local found
  found=$(grep -oE "<$2[ >]" "$3" | wc -l)
  [ "$found" = "$1" ] || { echo "$found of <$2>, not $1"; return 1; }
}

# Each link inside the page leads to a place in it.
leads() {
  grep -oE 'href="#[^"]*"' "$1" | cut -d'"' -f2 | cut -c2- | sort -u > "$out/links"
  grep -oE '<a id="[^"]*"' "$1" | cut -d'"' -f2 | sort > "$out/places"
  [ -s "$out/links" ] && [ -z "$(comm -23 "$out/links" <(sort -u "$out/places"))" ] && [ -z "$(uniq -d "$out/places")" ]
}

cd "$top/interop-samples/contracts"
page=$out/orders.html
check "orders.yaml written" export_to orders.yaml "$out/orders.md"
check "orders.md is the page beside it" diff orders.md "$out/orders.md"
check "orders.md read" render orders.md "$page"
check "orders.md has its tables" has "$(grep -cE '^(\|-+)+\|$' orders.md)" table "$page"
check "orders.md has its rows" has "$(grep -cE '^\| ' orders.md)" tr "$page"
check "orders.md has a heading a service, method and type" has "$(grep -cE '^### ' orders.md)" h3 "$page"
check "orders.md leads to its own places" leads "$page"

cd "$top/interop-samples/java"
check "facade.yaml written" export_to facade.yaml "$out/facade.md"
check "facade.md read" render "$out/facade.md" "$out/facade.html"
check "facade.md has its rows" has "$(grep -cE '^\| ' "$out/facade.md")" tr "$out/facade.html"
check "facade.md leads to its own places" leads "$out/facade.html"

page=$out/hostile.html
check "hostile docs written" export_to "$top/tests/cli/hostile-docs.yaml" "$out/hostile.md"
check "hostile docs read" render "$out/hostile.md" "$page"
check "hostile docs make no headings" has 1 h1 "$page"
check "hostile docs make no tables" has 2 table "$page"
check "hostile docs make no rows" has 5 tr "$page"
check "hostile docs make no lists" has 2 ul "$page"
check "hostile docs make no links" has "$(grep -oE '<a (id="a\.[-.A-Za-z0-9]*"|href="#a\.[-.A-Za-z0-9]*")>' "$page" | wc -l)" a "$page"
check "hostile docs make no emphasis" has 1 em "$page"
for tag in script img b strong pre blockquote ol hr del; do check "hostile docs make no $tag" has 0 "$tag" "$page"; done
check "hostile docs are all there" grep -qF '&lt;script&gt;alert(1)&lt;/script&gt; | a | b |' "$page"
check "hostile docs are all there in a cell" grep -qF '<td>ends the cell | &lt;b&gt;no&lt;/b&gt; and the row</td>' "$page"

printf '%d passed, %d failed\n' "$passed" "$failed"
[ "$failed" = 0 ]
