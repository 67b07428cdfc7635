-- Documents with random damage, by every way in: each is loaded or refused for what is wrong with it,
-- and there is no internal error.

\ir ../oracle/oracle.sql

SELECT no_plan();
SET client_min_messages = warning;

-- One seller of whom every fixture is. Of long files the beginning is enough.

INSERT INTO rfba.seller (seller_id, enrolled_at) VALUES ('A2SAMPLESELLER', now());
\set files `cd :'fixtures' && for file in *.txt json/*.json; do printf '%s\t%s\n' "$file" "$(head --lines=160 "$file" | head --bytes=4000 | base64 --wrap=0)"; done`
CREATE TABLE document (name text PRIMARY KEY, bytes bytea);
INSERT INTO document
SELECT split_part(file, E'\t', 1), decode(split_part(file, E'\t', 2), 'base64')
FROM string_to_table(:'files', E'\n') file;

CREATE FUNCTION load(way text, document bytea) RETURNS void
    LANGUAGE plpgsql AS $$
BEGIN
    CASE way
    WHEN 'apply_notification' THEN
        PERFORM rfba.apply_notification(convert_from(document, 'LATIN1'));
    WHEN 'load_asin_status_workbook' THEN
        PERFORM rfba.load_asin_status_workbook('A2SAMPLESELLER', document);
    WHEN 'getInventorySummaries', 'getListingsItem', 'getListingsRestrictions' THEN
        PERFORM rfba.load_json('A2SAMPLESELLER', way, convert_from(document, 'LATIN1'), 'B0Z9CYI83L');
    ELSE
        PERFORM rfba.load_report('A2SAMPLESELLER', CASE WHEN t.needs_marketplace THEN 'US' END,
                                 t.report_type, document, force => true)
        FROM rfba.report_types() t WHERE t.report_type = way;
    END CASE;
END $$;

CREATE TABLE sample AS
SELECT w.way, d.bytes
FROM document d
JOIN (VALUES
    ('^(us|ca)_inventory.txt$', 'GET_FBA_MYI_ALL_INVENTORY_DATA'),
    ('_listings.txt$', 'GET_MERCHANT_LISTINGS_ALL_DATA'),
    ('_afn_inventory.txt$', 'GET_AFN_INVENTORY_DATA'),
    ('^inventory_by_country.txt$', 'GET_AFN_INVENTORY_DATA_BY_COUNTRY'),
    ('_stranded_inventory.txt$', 'GET_STRANDED_INVENTORY_UI_DATA'),
    ('_fee_preview.txt$', 'GET_FBA_ESTIMATED_FBA_FEES_TXT_DATA'),
    ('^json/inventory_summaries', 'getInventorySummaries'),
    ('^json/listings_item', 'getListingsItem'),
    ('^json/listings_restrictions', 'getListingsRestrictions'),
    ('^json/(fba_inventory|status|mfn_quantity|issues)_change', 'apply_notification')) w (files, way)
    ON d.name ~ w.files;
SELECT lives_ok(format('SELECT load(way, bytes) FROM sample WHERE way = %L', way), way)
FROM (SELECT DISTINCT way FROM sample) w ORDER BY way;

INSERT INTO sample VALUES
    ('load_asin_status_workbook', rfba.asin_status_workbook('A2SAMPLESELLER')),
    ('GET_REMOTE_FULFILLMENT_ELIGIBILITY',
     convert_to(rfba.asin_status_text('A2SAMPLESELLER'), 'UTF8'));

-- The same with a few values or bytes replaced, lost or put in.

CREATE FUNCTION pick(VARIADIC choices text[]) RETURNS text
    LANGUAGE sql
    RETURN choices[1 + floor(random() * cardinality(choices))::integer];

CREATE FUNCTION damaged(document bytea) RETURNS bytea
    LANGUAGE plpgsql AS $$
DECLARE
    at CONSTANT integer := floor(random() * length(document))::integer;
    piece CONSTANT text := pick('\x00', '\x09', '\x0a', '\x0d', '\x22', '\x5c', '\x7b', '\x5d', '\x80',
                                '\xc3', '\xffff', '\xefbfbf', '\x');
BEGIN
    RETURN substr(document, 1, at) || piece::bytea
        || substr(document, at + 1 + floor(random() ^ 4 * 40)::integer);
END $$;

CREATE FUNCTION damaged(document bytea, is_json boolean) RETURNS bytea
    LANGUAGE plpgsql AS $$
DECLARE
    old CONSTANT text := convert_from(document, 'LATIN1');
    value CONSTANT text := CASE WHEN is_json THEN '"[^"]*"|\d+' ELSE '[^\t\r\n]+' END;
    number CONSTANT integer := floor(random() * regexp_count(old, value))::integer;
    new CONSTANT text := pick(
        '""', '"\\\\u0000"', '"\\\\ud800"', '"\\\\u00e9"', 'null', 'true', '[]', '{}', '[[[[', '-1', '1e999', '0.1',
        '2147483648', '"79228162514264337593543950335"', '"0.0000000000000000000000000001"',
        '"--"', '"Yes"', '"CA"', '"BRL"', '"B000000001"', '"9999-12-31T23:59:60Z"',
        '"+262142-12-31T23:59:59Z"', '"+262142-12-31"', '"-9999-01-01"', '"2026-01-15T08:30:00+99:99"',
        '"' || repeat('Ñ', 3000) || '"');
BEGIN
    RETURN convert_to(regexp_replace(old, value, CASE WHEN is_json THEN new ELSE trim('"' FROM new) END,
                                     1, number + 1),
                      'LATIN1');
END $$;

CREATE TABLE outcome (way text, sqlstate text, message text);
SELECT setseed(0.5);
DO $$
DECLARE
    one record;
    is_text boolean;
BEGIN
    FOR one IN SELECT s.* FROM generate_series(1, 100), sample s LOOP
        is_text := one.way <> 'load_asin_status_workbook';
        FOR _ IN 1 .. 1 + floor(random() * 3)::integer LOOP
            one.bytes := CASE
                WHEN is_text AND random() < 0.8 THEN damaged(one.bytes, one.way !~ '^GET_')
                WHEN is_text AND position('\x00'::bytea IN one.bytes) > 0 THEN one.bytes
                ELSE damaged(one.bytes)
            END;
            is_text := is_text AND position('\x00'::bytea IN one.bytes) = 0;
        END LOOP;
        BEGIN
            PERFORM load(one.way, one.bytes);
            INSERT INTO outcome VALUES (one.way, '00000');
        EXCEPTION WHEN OTHERS THEN
            INSERT INTO outcome VALUES (one.way, sqlstate, sqlerrm);
        END;
        COMMIT;
    END LOOP;
END $$;
SELECT is_empty(
    $$SELECT DISTINCT ON (way, sqlstate) * FROM outcome
      WHERE sqlstate <> ALL ('{00000,22021,22023,22P02,22P04}')$$,
    'what is refused is refused for what is wrong with it');
SELECT is_empty(
    $$SELECT way FROM outcome GROUP BY way HAVING NOT bool_or(sqlstate = '00000')
      UNION ALL
      SELECT way FROM outcome WHERE way !~ '^GET_' GROUP BY way HAVING bool_and(sqlstate = '00000')$$,
    'some of every kind are loaded, and some refused');
SELECT cmp_ok((SELECT count(*) FROM rfba.load_rejection), '>', 200::bigint, 'rows are set aside');
SELECT lives_ok(
    string_agg(format('SELECT count(t::text) FROM %s t', oid::regclass), ' UNION ALL '),
    'what was loaded can be read')
FROM pg_class WHERE relnamespace = 'rfba'::regnamespace AND relkind = 'r';
SELECT is_empty('TABLE oracle.status_difference', 'the status is what the rules say');
SELECT is_empty('TABLE oracle.stock_difference', 'no SKU has stock of both channels');
SELECT is_empty('SELECT FROM rfba.load WHERE read <> loaded + unchanged + rejected',
                'the counts add up');
SELECT * FROM finish();
