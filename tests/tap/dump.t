#!/usr/bin/env bash
# Dump and restore bring every user row back, and the status right afterwards. Prints TAP.
set -euo pipefail

folder=$(mktemp --directory)
trap 'rm -rf "$folder"' EXIT
source_database=$PGDATABASE
number=0

sql() { psql --no-psqlrc --quiet --no-align --tuples-only --set=ON_ERROR_STOP=1 "$@"; }

# What is in a dump whole, and with it what follows from it; what has shipped rows, which have no
# place in a dump; and what numbers rows.
tables=(program_edition amazon_status_text seller seller_destination inventory local_inventory offer
    product product_assessment listing_restriction amazon_verdict enrollment listing_opt_out
    exchange_rate sku_fee_estimate load load_rejection latest_notification feed feed_message
    withdrawn_offer status_change)
views=(asin_status price_status)
shipped=(size_tier fulfillment_fee referral_fee referral_category surcharge return_processing_fee
    currency_converter_rate)
sequences=(load_load_id_seq feed_feed_id_seq status_change_change_id_seq)

# Everything that a user can see, the times of the statuses too.
contents() {
    local name
    for name in "${tables[@]}" "${views[@]}" "${shipped[@]}"; do
        echo "== $name"
        sql --dbname="$1" --command="SELECT t::text FROM rfba.$name t
            WHERE '$name' <> ALL ('{$(IFS=,; echo "${shipped[*]}")}') OR to_jsonb(t) -> 'shipped' = 'false'
            ORDER BY t::text COLLATE \"C\""
    done
    for name in "${sequences[@]}"; do
        echo "== $name"
        sql --dbname="$1" --command="SELECT last_value, is_called FROM rfba.$name"
    done
}

# Passes if the database has the contents of the source and a right status.
same_in() {
    local database=$1 how=$2 result=ok
    ((++number))
    contents "$database" >"$folder/$database"
    diff "$folder/source" "$folder/$database" >"$folder/difference" || true
    sql --dbname="$database" --command="SELECT * FROM rfba.check_status()" >>"$folder/difference"
    # Nothing has waited for the first look at prices.
    sql --dbname="$database" --command="SELECT rfba.reprice_offers()" >/dev/null
    contents "$database" | diff "$folder/source" - >>"$folder/difference" || true
    [[ ! -s $folder/difference ]] || result='not ok'
    echo "$result $number - $how"
    [[ $result == ok ]] || head -20 "$folder/difference" | sed 's/^/# /'
}

echo 1..7
sql --set=fixtures="$PWD/tests/fixtures" --file=tests/tap/include/example_seller.sql >/dev/null
contents "$source_database" >"$folder/source"

((++number))
statuses=$(sql --command="SELECT count(DISTINCT status) FROM rfba.asin_status")
if ((statuses == 6)); then echo "ok $number - the source has every status"; else echo "not ok $number - $statuses statuses"; fi

((++number))
missing=$(sql <<'SQL'
WITH offer AS (SELECT * FROM rfba.offer WHERE marketplace <> 'US')
SELECT what
FROM (VALUES
    ('offers that came', EXISTS (SELECT FROM offer WHERE created_by = 'auto' AND price_connected)),
    ('one that a feed carried', EXISTS (SELECT FROM offer WHERE created_by = 'auto' AND fed_at IS NOT NULL)),
    ('one priced by hand', EXISTS (SELECT FROM offer WHERE created_by = 'auto' AND NOT price_connected)),
    ('one that was connected', EXISTS (SELECT FROM offer WHERE created_by = 'seller' AND price_connected)),
    ('a connected sale', EXISTS (SELECT FROM offer WHERE price_connected AND sale_price IS NOT NULL)),
    ('a price that need not be published', EXISTS (SELECT FROM rfba.price_status WHERE price_connected AND difference <> 0)),
    ('feeds that Amazon took and not', (SELECT count(*) > 1 AND count(acknowledged_at) = 1 FROM rfba.feed)),
    ('a message that failed', EXISTS (SELECT FROM rfba.feed_message WHERE failed)),
    ('one that the seller deleted', EXISTS (SELECT FROM rfba.listing_opt_out)),
    ('items without a price', EXISTS (SELECT FROM rfba.unpriced_items))) w (what, there)
WHERE NOT there
UNION ALL SELECT 'the right status of ' || sku FROM rfba.check_status()
SQL
)
if [[ -z $missing ]]; then echo "ok $number - and offers of every kind"; else echo "not ok $number - the source lacks $missing"; fi

# The status and the version of the rates follow from the rest; what is set aside of attached tables is in
# these.
((++number))
missing=$(
    diff <(printf '%s\n' "${tables[@]}" "${shipped[@]}" "${sequences[@]}" | sort) <(sql <<'SQL' | sort
SELECT relname FROM pg_class
WHERE relnamespace = 'rfba'::regnamespace AND relkind IN ('r', 'S')
    AND relname NOT IN ('item_status', 'rates_version', 'rates_version_number', 'source_rejection')
SQL
    ) || true
    awk '/^==/ { if (name != "") print name " is empty"; name = $2; next } { name = "" }
        END { if (name != "") print name " is empty" }' "$folder/source"
)
if [[ -z $missing ]]; then echo "ok $number - with rows in every table"; else echo "not ok $number - with rows in every table"; sed 's/^/# /' <<<"$missing"; fi

createdb plain
pg_dump | sql --dbname=plain >/dev/null
same_in plain 'a plain dump'

createdb parallel
pg_dump --format=directory --file="$folder/dump"
pg_restore --jobs=4 --exit-on-error --dbname=parallel "$folder/dump"
same_in parallel 'pg_restore --jobs=4'

createdb data_only
sql --dbname=data_only --command='CREATE EXTENSION pgtap; CREATE EXTENSION rfba'
pg_dump --data-only | sql --dbname=data_only >/dev/null
same_in data_only 'a dump of the data alone'

createdb without_triggers
sql --dbname=without_triggers --command='CREATE EXTENSION pgtap; CREATE EXTENSION rfba'
pg_restore --data-only --disable-triggers --exit-on-error --dbname=without_triggers "$folder/dump"
sql --dbname=without_triggers --command='SELECT rfba.rebuild_status()' >/dev/null
same_in without_triggers 'pg_restore --data-only --disable-triggers, then rebuild_status()'
