#!/usr/bin/env bash
# Runs the `bridgemesh contract` commands of the README and the pages below docs/ as they stand in their blocks, through the shipped binary, each
# in a fresh folder with the files that they name. docs/walkthrough.md has a test of its own; a command that asks a server that is not here is left out.
# usage: run-contracts.sh BRIDGEMESH_BINARY OUT_DIRECTORY     Ends with "N passed, N failed".
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
binary=$(readlink -f "$1")
rm -rf "$2"
mkdir -p "$2/bin" "$2/given" "$2/java"
out=$(cd "$2" && pwd)
ln -sf "$binary" "$out/bin/bridgemesh"
export PATH="$out/bin:$PATH"

# A facade, and a class that it needs from another jar.
cat > "$out/java/Money.java" << 'END'
package com.acme.common;
public class Money { String currency; long cents; }
END
cat > "$out/java/Order.java" << 'END'
package com.acme;
public class Order { String id; com.acme.common.Money total; }
END
cat > "$out/java/OrderFacade.java" << 'END'
package com.acme;
public interface OrderFacade { Order place(Order order); }
END
cd "$out/given"
mkdir -p target/classes libs protos next contracts
javac -d "$out/java/common" "$out/java/Money.java"
jar --create --file libs/common.jar -C "$out/java/common" com
javac -parameters -cp libs/common.jar -d target/classes "$out/java/Order.java" "$out/java/OrderFacade.java"
for name in facade order-facade facade-1.4 facade-1.5; do jar --create --file "$name.jar" -C target/classes com -C "$out/java/common" com; done
bridgemesh contract import order-facade.jar --out orders.yaml 2> /dev/null
cp orders.yaml next/
cp orders.yaml contracts/
bridgemesh contract export orders.yaml --format proto --out protos/ 2> /dev/null
bridgemesh contract export orders.yaml --format openapi --out petstore.json 2> /dev/null

passed=0
failed=0
left=0
while IFS= read -r command; do
  case $command in *10.0.0.*) left=$((left + 1)); continue ;; esac
  rm -rf "$out/work"
  cp -r "$out/given" "$out/work"
  status=0
  (cd "$out/work" && timeout 60 bash -c "$command") > "$out/output.txt" 2> "$out/error.txt" || status=$?
  # A lint may find what a protocol cannot carry, and a diff what breaks.
  case "$command $status" in
    *" 0" | *"contract lint "*" 8" | *"contract diff "*" 9") passed=$((passed + 1)); echo "ok      $command" ;;
    *)
      failed=$((failed + 1))
      echo "FAILED  $command: exit code $status"
      head -20 "$out/error.txt" ;;
  esac
done < <(
  for page in "$top/README.md" "$top"/docs/*.md; do
    [ "$(basename "$page")" = walkthrough.md ] || awk '/^```/ { inside = !inside; next } inside && /^bridgemesh contract / { print }' "$page"
  done)

if [ "$passed" -lt 12 ] && [ "$failed" = 0 ]; then
  echo "the pages have only $passed commands"
  failed=1
fi

echo "$left left out: they ask a server that is not here"
printf '%d passed, %d failed\n' "$passed" "$failed"
[ "$failed" = 0 ]
