#!/usr/bin/env bash
# Eight clients change all the inputs of a dozen items at once: the status is right at every
# isolation level, and nothing fails but what can be tried again. Prints TAP.
set -euo pipefail

folder=$(mktemp --directory)
trap 'rm -rf "$folder"' EXIT
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

cat >"$folder/change.sql" <<'SQL'
\set kind random(1, 12)
\set seller random(1, 2)
\set item random(1, 6)
\set other random(1, 6)
\set stock random(0, 1)
\set flag random(0, 3)
BEGIN;
\if :kind = 1
UPDATE rfba.inventory SET fba_quantity = :stock WHERE seller_id = 'ASELLER000' || :seller AND sku = 'SKU' || :item;
\elif :kind = 2
UPDATE rfba.product_assessment SET assessment = CASE WHEN :flag = 0 THEN 'high_risk' ELSE 'cleared' END WHERE asin = ('B00000000' || :item)::rfba.asin;
\elif :kind = 3
INSERT INTO rfba.offer (seller_id, marketplace, sku, asin, price) VALUES ('ASELLER000' || :seller, 'CA', 'SKU' || :item, ('B00000000' || :item)::rfba.asin, 9) ON CONFLICT (seller_id, sku, marketplace) DO UPDATE SET has_issue = NOT offer.has_issue;
\elif :kind = 4
DELETE FROM rfba.offer WHERE seller_id = 'ASELLER000' || :seller AND sku = 'SKU' || :item;
\elif :kind = 5
INSERT INTO rfba.local_inventory VALUES ('ASELLER000' || :seller, 'CA', 'LOCAL' || :item, ('B00000000' || :item)::rfba.asin, :stock) ON CONFLICT (seller_id, sku, marketplace) DO UPDATE SET quantity = excluded.quantity;
\elif :kind = 6
UPDATE rfba.inventory SET fba_offer = NOT fba_offer, seller_fulfilled_quantity = :stock WHERE seller_id = 'ASELLER000' || :seller AND sku = 'SKU' || :item;
\elif :kind = 7
UPDATE rfba.seller SET enrolled_at = CASE WHEN :flag = 0 THEN NULL ELSE now() END WHERE seller_id = 'ASELLER000' || :seller;
\elif :kind = 8
SELECT rfba.remove_item('ASELLER000' || :seller, 'SKU' || :item, 'MX');
\elif :kind = 9
INSERT INTO rfba.offer (seller_id, marketplace, sku, asin, price) VALUES ('ASELLER000' || :seller, 'US', 'SKU' || :item, ('B00000000' || :item)::rfba.asin, 20 + :flag) ON CONFLICT (seller_id, sku, marketplace) DO UPDATE SET price = excluded.price;
\elif :kind = 10
UPDATE rfba.exchange_rate SET rate = 1.25 + 0.1 * :flag WHERE currency = 'CAD';
\elif :kind = 11
DELETE FROM rfba.listing_opt_out WHERE seller_id = 'ASELLER000' || :seller;
\else
DELETE FROM rfba.enrollment WHERE seller_id = 'ASELLER000' || :seller AND sku = 'SKU' || :item;
\endif
UPDATE rfba.inventory SET fba_quantity = :stock WHERE seller_id = 'ASELLER000' || :seller AND sku = 'SKU' || :other;
COMMIT;
SQL

echo 1..23
sql --file=tests/oracle/oracle.sql >/dev/null
sql <<'SQL'
INSERT INTO rfba.seller (seller_id, enrolled_at) VALUES ('ASELLER0001', now()), ('ASELLER0002', now());
INSERT INTO rfba.product_assessment (asin, marketplace, assessment)
SELECT ('B00000000' || n)::rfba.asin, m, 'cleared' FROM generate_series(1, 6) n, unnest('{CA,MX}'::rfba.marketplace[]) m;
INSERT INTO rfba.inventory (seller_id, sku, asin, fba_offer, fba_quantity)
SELECT 'ASELLER000' || s, 'SKU' || n, ('B00000000' || n)::rfba.asin, true, 1 FROM generate_series(1, 2) s, generate_series(1, 6) n;

-- Offers come by themselves in Canada, at prices that follow.
INSERT INTO rfba.product (asin, category, size_tier, weight)
SELECT DISTINCT asin, 'Home & Kitchen', 'small_standard', 0.5 FROM rfba.inventory;
INSERT INTO rfba.fulfillment_fee (marketplace, program, size_tier, amount, effective_from)
VALUES ('US', 'FBA', 'small_standard', 2, '2020-01-01'), ('CA', 'RF', 'small_standard', 5, '2020-01-01'), ('CA', 'FBA', 'small_standard', 5, '2020-01-01');
INSERT INTO rfba.exchange_rate VALUES ('CAD', '2020-01-01', 1.25);
INSERT INTO rfba.offer (seller_id, marketplace, sku, asin, price) SELECT seller_id, 'US', sku, asin, 20 FROM rfba.inventory;
INSERT INTO rfba.seller_destination (seller_id, marketplace, auto_list) SELECT seller_id, 'CA', true FROM rfba.seller;
CREATE VIEW price_difference AS
SELECT p.seller_id, p.sku, p.offer_price, p.suggested_price
FROM rfba.price_status p
    LEFT JOIN rfba.enrollment e USING (seller_id, sku, marketplace)
    LEFT JOIN rfba.offer o USING (seller_id, sku, marketplace)
    LEFT JOIN rfba.listing_opt_out n USING (seller_id, sku, marketplace)
WHERE p.marketplace = 'CA' AND p.suggested_price IS NOT NULL
    AND CASE WHEN o.price_connected THEN e.state IS DISTINCT FROM 'removed' AND abs(p.difference) * 100 >= p.offer_price
             ELSE o.asin IS NULL AND n.since IS NULL
                 AND rfba.rf_reasons(p.seller_id, p.sku::text, 'CA') IN ('{OFFER_MISSING}', '{OFFER_MISSING,NO_US_INVENTORY}') END;
SQL

for level in 'read committed' 'repeatable read' 'serializable'; do
    # Deadlocks are to be expected where each transaction changes two items: do not wait for them.
    PGOPTIONS="-c default_transaction_isolation=${level// /\\ } -c deadlock_timeout=5ms" pgbench --no-vacuum --client=8 \
        --jobs=2 --time=4 --max-tries=100 --file="$folder/change.sql" >"$folder/output" 2>&1 || true
    report "$level: nothing fails but what can be tried again" \
        "$(grep -E 'ERROR|aborted' "$folder/output" || true)"
    report "$level: the status is what follows from the tables" \
        "$(sql --command='TABLE oracle.status_difference; SELECT * FROM rfba.check_status()')"
    report "$level: enrollment meets its conditions" "$(sql --command='TABLE oracle.enrollment_difference')"
    report "$level: offers are there and prices follow" "$(sql --command='TABLE price_difference')"
    report "$level: seller-fulfilled stock is zero where it must be" "$(sql --command='TABLE oracle.stock_difference')"
    grep -E 'number of transactions (actually|retried|failed)' "$folder/output" | sed "s/^/# $level: /"
done

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

# What the engine is about to change, somebody else is changing where the rules do not look.
sql <<'SQL'
TRUNCATE rfba.offer, rfba.enrollment, rfba.local_inventory;
TRUNCATE rfba.listing_opt_out;
UPDATE rfba.product_assessment SET assessment = 'cleared';
UPDATE rfba.inventory SET fba_offer = true;
UPDATE rfba.seller SET enrolled_at = now() WHERE enrolled_at IS NULL;
INSERT INTO rfba.offer (seller_id, marketplace, sku, asin, price) SELECT seller_id, 'US', sku, asin, 20 FROM rfba.inventory;
SQL
beside "UPDATE rfba.offer SET fed_at = now() WHERE sku = 'SKU1'; UPDATE rfba.offer SET price = 99 WHERE marketplace = 'CA' AND sku = 'SKU2'" \
    "UPDATE rfba.exchange_rate SET rate = 2"
report 'an exchange rate moves the price of a row that is being changed' "$(sql --command='TABLE price_difference')"
report 'and not one that is being set by hand' \
    "$(sql --command="SELECT count(*) FROM rfba.offer WHERE marketplace = 'CA' AND sku = 'SKU2' AND price = 99 HAVING count(*) <> 2")"

load_report="SELECT rfba.load_report(seller_id, 'CA', 'GET_MERCHANT_LISTINGS_DATA', convert_to(concat_ws(E'\\t',
    'seller-sku', 'asin1', 'price', E'fulfillment-channel\\nSKU1', asin, price, 'AMAZON_NA'), 'UTF8'))
FROM rfba.offer WHERE seller_id = 'ASELLER0001' AND marketplace = 'CA' AND sku = 'SKU1'"
beside 'UPDATE rfba.exchange_rate SET rate = 2.2' "$load_report"
report 'a report that shows the price before an exchange rate' \
    "$(sql --command='TABLE price_difference' --command="SELECT 'not connected' FROM rfba.offer WHERE seller_id = 'ASELLER0001' AND marketplace = 'CA' AND sku = 'SKU1' AND NOT price_connected")"

# A session that has found an index finds it again while it is being replaced.
price="SELECT rfba.item_offer_price('ASELLER0001', 'SKU1', 'CA')"
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
AS $$ BEGIN RETURN rfba.item_offer_price('ASELLER0001', 'SKU1', 'CA'); END $$;
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
