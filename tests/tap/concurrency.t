#!/usr/bin/env bash
# What the engine is about to change, somebody else is changing where the rules do not look, and what a
# session keeps in mind changes beside it. Prints TAP.
set -euo pipefail

number=0

sql() { psql --no-psqlrc --quiet --no-align --tuples-only --set=ON_ERROR_STOP=1 "$@"; }

report() {
    ((++number))
    if [[ -z $2 ]]; then
        echo "ok $number - $1"
    else
        echo "not ok $number - $1"
        printf '%s\n' "$2" | head -20 | sed 's/^/# /'
    fi
}

echo 1..8
sql --file=tests/oracle/oracle.sql --file=tests/isolation/world.sql >/dev/null
sql --command='CALL world.make(1, 2, 6, true)'

# Runs a change while another transaction holds rows that it will want.
beside() {
    psql --no-psqlrc --quiet >/dev/null <<SQL &
BEGIN;
$1;
SELECT pg_sleep(1);
COMMIT;
SQL
    sleep 0.3
    sql --command="$2" >/dev/null
    wait
}

beside "UPDATE rfba.offer SET fed_at = now() WHERE sku = 'SKU1'; UPDATE rfba.offer SET price = 99 WHERE marketplace = 'CA' AND sku = 'SKU2'" \
    "UPDATE rfba.exchange_rate SET rate = 2"
report 'an exchange rate moves the price of a row that is being changed' "$(sql --command='TABLE world.price_difference')"
report 'and not one that is being set by hand' \
    "$(sql --command="SELECT count(*) FROM rfba.offer WHERE marketplace = 'CA' AND sku = 'SKU2' AND price = 99 HAVING count(*) <> 2")"

load_report="SELECT rfba.load_report(seller_id, 'CA', 'GET_MERCHANT_LISTINGS_DATA', convert_to(concat_ws(E'\\t',
    'seller-sku', 'asin1', 'price', E'fulfillment-channel\\nSKU1', asin, price, 'AMAZON_NA'), 'UTF8'))
FROM rfba.offer WHERE seller_id = 'ASELLER00001' AND marketplace = 'CA' AND sku = 'SKU1'"
beside 'UPDATE rfba.exchange_rate SET rate = 2.2' "$load_report"
report 'a report that shows the price before an exchange rate' \
    "$(sql --command='TABLE world.price_difference' --command="SELECT 'not connected' FROM rfba.offer WHERE seller_id = 'ASELLER00001' AND marketplace = 'CA' AND sku = 'SKU1' AND NOT price_connected")"

# A session that has found an index finds it again while it is being replaced.
price="SELECT rfba.item_offer_price('ASELLER00001', 'SKU1', 'CA')"
report 'an index that is being replaced' "$(sql 2>&1 >/dev/null <<SQL
$price;
\\! psql -X -q -c 'BEGIN' -c 'SELECT count(*) FROM rfba.offer' -c 'SELECT pg_sleep(1.5)' >/dev/null &
\\! sleep 0.3
\\! psql -X -q -c 'REINDEX TABLE CONCURRENTLY rfba.offer' &
\\! sleep 0.7
$price;
\\! sleep 1
$price;
SQL
)"

# What a statement sees of the rates that it is changing is forgotten with it.
report 'rates that are taken back' "$(sql <<'SQL'
CREATE FUNCTION suggestion() RETURNS numeric LANGUAGE plpgsql
AS $$ BEGIN RETURN rfba.item_offer_price('ASELLER00001', 'SKU1', 'CA'); END $$;
SELECT suggestion() AS before \gset
BEGIN;
INSERT INTO rfba.exchange_rate VALUES ('CAD', '2021-01-01', 9) RETURNING suggestion() AS within \gset
ROLLBACK;
SELECT 'not seen' WHERE :within = :before;
SELECT 'kept' WHERE suggestion() <> :before;
SQL
)"

sql <<'SQL'
UPDATE rfba.seller SET enrolled_at = NULL;
TRUNCATE rfba.offer, rfba.enrollment, rfba.local_inventory;
UPDATE rfba.product_assessment SET assessment = 'cleared';
UPDATE rfba.inventory SET fba_offer = true, fba_quantity = 1, seller_fulfilled_quantity = 7;
INSERT INTO rfba.offer (seller_id, marketplace, sku, asin, price)
SELECT seller_id, 'CA', sku, asin, 9 FROM rfba.inventory;
SQL

beside "UPDATE rfba.inventory SET product_name = 'cup' WHERE sku = 'SKU1'" \
    "SELECT rfba.enroll(seller_id) FROM rfba.seller"
report 'enrolling zeroes stock of a row that is being changed' \
    "$(sql --command='TABLE oracle.stock_difference')"
beside "UPDATE rfba.enrollment SET how = 'report' WHERE sku = 'SKU1'; UPDATE rfba.offer SET sale_price = 8 WHERE sku = 'SKU1'" \
    "SELECT rfba.unenroll(seller_id) FROM rfba.seller"
report 'unenrolling takes rows and offers that are being changed' \
    "$(sql --command='SELECT * FROM rfba.enrollment; SELECT * FROM rfba.offer')"
report 'and the status is right' "$(sql --command='TABLE oracle.status_difference')"
