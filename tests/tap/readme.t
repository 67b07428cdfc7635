#!/usr/bin/env bash
# Every SQL block of README.md runs as it stands, one after the other. Prints TAP.
set -euo pipefail

folder=$(mktemp --directory)
trap 'rm -rf "$folder"' EXIT

# Blocks marked tsql are for readers alone: they need the reader's own files.
awk -v folder="$folder" '
    /^```sql$/ { file = sprintf("%s/%03d.sql", folder, NR); next }
    /^```/ { file = "" }
    file { print > file }' README.md

shopt -s nullglob
blocks=("$folder"/*.sql)
echo "1..$((${#blocks[@]} + 1))"
number=0
for block in "${blocks[@]}"; do
    ((++number))
    line=$((10#$(basename "$block" .sql)))
    if psql --no-psqlrc --quiet --set=ON_ERROR_STOP=1 --file="$block" >"$folder/output" 2>&1; then
        echo "ok $number - the block at line $line"
    else
        echo "not ok $number - the block at line $line"
        sed 's/^/# /' "$folder/output"
    fi
done

live="SELECT count(*) FROM rfba.asin_status_at(now()) WHERE sku = 'MUG-BLUE' AND status = 'enabled'"
if [[ $(psql --no-psqlrc --no-align --tuples-only --command="$live") == 1 ]]; then
    echo "ok $((number + 1)) - the example's item is live"
else
    echo "not ok $((number + 1)) - the example's item is live"
fi
