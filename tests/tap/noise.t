#!/usr/bin/env bash
# Two hundred megabytes of anything else than a report are refused within seconds, change nothing,
# and leave the server standing. Prints TAP.
set -euo pipefail

sql() { psql --no-psqlrc --quiet --no-align --tuples-only --set=ON_ERROR_STOP=1 "$@"; }

sql <<'SQL'
INSERT INTO rfba.seller (seller_id, enrolled_at) VALUES ('ASELLER0001', now());
INSERT INTO rfba.inventory (seller_id, sku, asin, fba_offer, fba_quantity)
VALUES ('ASELLER0001', 'mug', 'B07XJ8C8F5', true, 5);
INSERT INTO rfba.offer (seller_id, marketplace, sku, asin, price)
VALUES ('ASELLER0001', 'US', 'mug', 'B07XJ8C8F5', 9.99);

CREATE VIEW contents AS
    SELECT i::text FROM rfba.inventory i
    UNION ALL SELECT o::text FROM rfba.offer o
    UNION ALL SELECT s::text FROM rfba.item_status s
    UNION ALL SELECT l::text FROM rfba.load l
    UNION ALL SELECT r::text FROM rfba.load_rejection r;
CREATE TABLE contents_before AS TABLE contents;

CREATE TABLE document (bytes bytea);
ALTER TABLE document ALTER bytes SET STORAGE EXTERNAL;
-- A header that serves every report type.
CREATE FUNCTION header() RETURNS bytea
    LANGUAGE sql
    RETURN convert_to(replace(
        'sku|asin|mfn-listing-exists|mfn-fulfillable-quantity|afn-listing-exists'
        '|afn-fulfillable-quantity|seller-sku|asin1|price|fulfillment-channel', '|', E'\t')
        || E'\n', 'UTF8');
CREATE FUNCTION noise() RETURNS bytea
    LANGUAGE sql
    BEGIN ATOMIC
        WITH megabyte AS MATERIALIZED (
            SELECT string_agg(sha256(n::text::bytea), '') AS bytes FROM generate_series(1, 32768) n
        )
        SELECT string_agg(bytes, '') FROM megabyte, generate_series(1, 200);
    END;
CREATE FUNCTION times(text text, n integer) RETURNS bytea
    LANGUAGE sql
    RETURN convert_to(repeat(text, n), 'UTF8');
SQL

number=0
refused() {
    local what=$1 document=$2 type answer
    sql --command="TRUNCATE document" --command="INSERT INTO document SELECT $document"
    for type in GET_FBA_MYI_UNSUPPRESSED_INVENTORY_DATA GET_MERCHANT_LISTINGS_ALL_DATA; do
        ((++number))
        answer=$(sql --set=ON_ERROR_STOP=0 --set=VERBOSITY=verbose --set=type="$type" 2>&1 <<'SQL'
SET statement_timeout = '10s';
SELECT l.* FROM document, rfba.load_report('ASELLER0001', 'US', :'type', bytes) l;
SELECT 'same contents'
WHERE NOT EXISTS ((TABLE contents EXCEPT ALL TABLE contents_before)
                  UNION ALL (TABLE contents_before EXCEPT ALL TABLE contents));
SQL
        )
        if [[ $answer == 'ERROR:  22P04: '*'HINT:  '*$'\nsame contents' ]]; then
            echo "ok $number - $type: $what"
        else
            echo "not ok $number - $type: $what"
            head -c 2000 <<<"$answer" | sed 's/^/# /'
        fi
    done
}

echo 1..16
refused 'random bytes' "noise()"
refused 'a ZIP archive' "'PK\\003\\004'::bytea || noise()"
refused 'NULs' "string_agg(decode(repeat('00', 1 << 20), 'hex'), '') FROM generate_series(1, 200)"
refused 'one line' "times('x', 200 << 20)"
refused 'blanks and line ends' "times(E' \\r\\n', 70 << 20)"
refused 'text' "times(E'all work and no play\\n', 10 << 20)"
refused 'text below a header' "header() || times(E'all work and no play\\n', 10 << 20)"
refused 'random bytes below a header' "header() || noise()"
