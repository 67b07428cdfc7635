#!/usr/bin/env bash
# A table that is attached stays so in a dump, and restoring it brings nothing twice. Prints TAP.
set -euo pipefail

folder=$(mktemp --directory)
trap 'rm -rf "$folder"' EXIT
number=0

sql() { psql --no-psqlrc --quiet --no-align --tuples-only --set=ON_ERROR_STOP=1 "$@"; }

contents() {
    sql --dbname="$1" <<'SQL'
TABLE rfba.source;
TABLE rfba.source_rejection;
TABLE rfba.load;
SELECT i::text FROM rfba.inventory i ORDER BY i.sku;
SELECT s::text FROM rfba.asin_status s ORDER BY s.sku, s.marketplace;
SELECT count(*) FROM rfba.status_change;
SELECT * FROM rfba.check_status();
SQL
}

# Passes if the command that follows prints nothing.
silent() {
    local how=$1 output result=ok
    shift
    ((++number))
    output=$("$@" 2>&1) || output+=' failed'
    [[ -z $output ]] || result='not ok'
    echo "$result $number - $how"
    [[ -z $output ]] || sed 's/^/# /' <<<"$output"
}

echo 1..4
sql <<'SQL'
INSERT INTO rfba.seller (seller_id, enrolled_at) VALUES ('AFIRSTSELLER', now());
CREATE SCHEMA "my ""shop""";
CREATE TABLE "my ""shop"""."all $1's" (
    "the \000 'SKU'" text PRIMARY KEY, asin text, fba_offer boolean, fba_quantity integer
);
INSERT INTO "my ""shop"""."all $1's"
VALUES ('mug', 'B000000MUG', true, 5), ('pen', 'B000000PEN', true, 6), ('bad', '-', true, 7);
SELECT FROM rfba.attach_source('"my ""shop"""."all $1''s"', 'inventory', 'AFIRSTSELLER', 'US',
                               jsonb_build_object('sku', E'the \\000 ''SKU'''));
-- What is set aside of a table that is gone has no place in a dump.
CREATE TABLE gone (sku text PRIMARY KEY, asin text, price numeric, fulfillment_channel text);
SELECT FROM rfba.attach_source('gone', 'listings', 'AFIRSTSELLER', 'CA');
INSERT INTO gone VALUES ('mug', 'B000000MUG', 7, 'AMAZON_NA'), ('bad', '-', 7, 'AMAZON_NA');
DROP TABLE gone;
SQL
pg_dump --format=directory --file="$folder/dump"
sql --command='DELETE FROM rfba.source_rejection WHERE kind = '\''listings'\'
contents "$PGDATABASE" >"$folder/contents"
createdb restored
pg_restore --jobs=2 --exit-on-error --dbname=restored "$folder/dump"
differences() { contents restored | diff "$folder/contents" - || true; }
silent 'a restored database has what the dumped one had' differences

silent 'by the name of the table' test "$(grep -c 'all \$1' "$folder/contents")" -eq 2

write() {
    sql --dbname=restored <<'SQL'
UPDATE "my ""shop"""."all $1's" SET fba_quantity = 50 WHERE fba_quantity = 5;
UPDATE "my ""shop"""."all $1's" SET asin = 'B000000BAD' WHERE asin = '-';
DELETE FROM "my ""shop"""."all $1's" WHERE fba_quantity = 6;
SELECT 'not followed: ' || coalesce(string_agg(sku || ' ' || fba_quantity, ', ' ORDER BY sku), '')
FROM rfba.inventory HAVING string_agg(sku || ' ' || fba_quantity, ', ' ORDER BY sku)
    IS DISTINCT FROM 'bad 7, mug 50';
SELECT 'set aside: ' || sku FROM rfba.source_rejection;
SELECT 'the status of ' || sku FROM rfba.check_status();
SQL
}
silent 'and statements are followed' write

detach() {
    sql --dbname=restored <<'SQL'
SELECT 'detached of ' || n FROM rfba.detach_source('"my ""shop"""."all $1''s"') n WHERE n <> 1;
SELECT source FROM rfba.source;
SQL
}
silent 'until it is detached' detach
