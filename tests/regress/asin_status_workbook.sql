-- The ASIN Status report: what becomes of Amazon's, what rfba writes, and that it loads back.

BEGIN;
\ir include/refusal.sql
\ir include/seller.sql
\ir ../oracle/oracle.sql

SELECT no_plan();

-- Amazon's report as text: three rows of instructions, the header, data. | parts the fields.
CREATE FUNCTION report_of(destinations text[], VARIADIC lines text[]) RETURNS bytea
    LANGUAGE sql IMMUTABLE
    RETURN test.document(VARIADIC ARRAY[
        'Remote Fulfillment', 'Edit the columns Enable/Disable.', 'Upload the file.',
        'Merchant SKU|ASIN|Product name'
            || array_to_string(ARRAY(
                SELECT format('|Offer status|More details|Enable/Disable %s (Yes/No)', d)
                FROM unnest(destinations) WITH ORDINALITY u (d, place) ORDER BY place), '')]
        || lines);
-- Of Canada and Mexico.
CREATE FUNCTION report(VARIADIC lines text[]) RETURNS bytea
    LANGUAGE sql IMMUTABLE
    RETURN report_of(ARRAY['Canada', 'Mexico'], VARIADIC lines);

CREATE FUNCTION load(document bytea, apply boolean DEFAULT true,
                     seller_id text DEFAULT 'AFIRSTSELLER')
    RETURNS text
    LANGUAGE sql
    BEGIN ATOMIC
        SELECT concat_ws(', ', 'read ' || nullif(l.read, 0), 'loaded ' || nullif(l.loaded, 0),
                         'unchanged ' || nullif(l.unchanged, 0),
                         'rejected ' || nullif(l.rejected, 0), 'removed ' || nullif(l.removed, 0))
        FROM rfba.load_asin_status_workbook(load.seller_id, load.document, load.apply) l;
    END;
CREATE FUNCTION set_aside() RETURNS text
    LANGUAGE sql
    BEGIN ATOMIC
        SELECT string_agg(concat(r.line, ' ' || r.column_name, ' ' || r.value, ': ' || r.reason),
                          E'\n' ORDER BY r.line)
        FROM rfba.load_rejection r WHERE r.load_id = (SELECT max(load_id) FROM rfba.load);
    END;
CREATE FUNCTION note() RETURNS text
    LANGUAGE sql
    BEGIN ATOMIC
        SELECT l.note FROM rfba.load l ORDER BY l.load_id DESC LIMIT 1;
    END;
CREATE FUNCTION verdicts() RETURNS text
    LANGUAGE sql
    BEGIN ATOMIC
        SELECT string_agg(concat_ws('|', v.sku, v.marketplace, coalesce(v.offer_status, '-'),
                                    coalesce(v.more_details, '-'), coalesce(v.enabled, '-')),
                          E'\n' ORDER BY v.sku, v.marketplace)
        FROM rfba.amazon_verdict v WHERE v.seller_id = 'AFIRSTSELLER';
    END;
CREATE FUNCTION enrollments() RETURNS text
    LANGUAGE sql
    BEGIN ATOMIC
        SELECT string_agg(concat_ws(' ', e.sku, e.marketplace, e.state, e.how), ', '
                          ORDER BY e.sku, e.marketplace)
        FROM rfba.enrollment e WHERE e.seller_id = 'AFIRSTSELLER';
    END;
CREATE VIEW contents AS
    SELECT tableoid::regclass AS table_name, ctid AS place, to_jsonb(v) AS row
    FROM rfba.amazon_verdict v
    UNION ALL SELECT tableoid, ctid, to_jsonb(e) FROM rfba.enrollment e
    UNION ALL SELECT tableoid, ctid, to_jsonb(i) FROM rfba.inventory i
    UNION ALL SELECT tableoid, ctid, to_jsonb(o) FROM rfba.offer o
    UNION ALL SELECT tableoid, ctid, to_jsonb(s) FROM rfba.item_status s
    UNION ALL SELECT tableoid, ctid, to_jsonb(c) FROM rfba.status_change c;
CREATE TABLE contents_before AS TABLE contents;
CREATE PROCEDURE remember()
    LANGUAGE sql
    BEGIN ATOMIC
        DELETE FROM contents_before;
        INSERT INTO contents_before SELECT * FROM contents;
    END;

INSERT INTO rfba.seller (seller_id, enrolled_at)
VALUES ('AFIRSTSELLER', now()), ('ASECONDSELLER', NULL);
CALL test.add_sku('AFIRSTSELLER', 'cup', 'B000000CUP');
CALL test.add_sku('AFIRSTSELLER', 'mug', 'B000000MUG');
CALL test.add_sku('ASECONDSELLER', 'mug', 'B000000MUG');

-- Amazon's report.

CREATE TABLE amazon (document bytea);
INSERT INTO amazon VALUES (report(
    'mug|B000000MUG|5" mug, blue|Enabled||Yes|Ineligible|No page.|No',
    'cup|B000000CUP||Something else|Ask "us".||||'));
SELECT is(load(document, false), 'read 2, loaded 2', 'Amazon''s report') FROM amazon;
SELECT is(verdicts(), E'cup|CA|Something else|Ask "us".|-\nmug|CA|Enabled|-|Yes\n'
                      'mug|MX|Ineligible|No page.|No',
          'fills the verdicts as it says it, and nothing where it says nothing');
SELECT is(enrollments(),
          'cup CA enrolled auto, cup MX enrolled auto, mug CA enrolled auto, mug MX enrolled auto',
          'without apply it enrolls and removes nothing');
SELECT is(note(), NULL, 'there is nothing to note');
SELECT results_eq(
    $$SELECT sku::text, marketplace::text, own_status::text, amazon_status, amazon_details, disagrees
      FROM rfba.asin_status WHERE seller_id = 'AFIRSTSELLER' ORDER BY sku, marketplace$$,
    $$VALUES ('cup', 'CA', 'enabled', 'Something else', 'Ask "us".', NULL),
             ('cup', 'MX', 'enabled', NULL, NULL, NULL),
             ('mug', 'CA', 'enabled', 'Enabled', NULL, false),
             ('mug', 'MX', 'enabled', 'Ineligible', 'No page.', true)$$,
    'the status tells where Amazon disagrees');
CALL remember();
SELECT is(load(document, false), 'read 2, unchanged 2', 'loaded twice') FROM amazon;
SELECT bag_eq('TABLE contents', 'TABLE contents_before', 'not a row is written');
SELECT is(load(document), 'read 2, loaded 1, unchanged 1', 'with apply') FROM amazon;
SELECT is(enrollments(),
          'cup CA enrolled auto, cup MX enrolled auto, mug CA enrolled auto, mug MX removed report',
          'a No removes, and a Yes leaves what is enrolled');
CALL remember();
SELECT is(load(document), 'read 2, unchanged 2', 'applied twice') FROM amazon;
SELECT bag_eq('TABLE contents', 'TABLE contents_before', 'not a row is written');
SELECT is(load(report('mug|B000000MUG||Enabled|||Enabled||yes')), 'read 1, loaded 1', 'a later one');
SELECT is(test.enrollment('mug'), 'CA enrolled auto, MX enrolled report', 'adds back');
SELECT is(verdicts(), E'cup|CA|Something else|Ask "us".|-\nmug|CA|Enabled|-|-\nmug|MX|Enabled|-|Yes',
          'and replaces the verdicts of the SKUs that it has');

-- What cells may say.

SELECT is(load(report('mug|B000000MUG||Enabled||' || cell || '|Enabled||Yes',
                      'cup|B000000CUP||Something else|Ask "us".||||')),
          expected, to_json(cell) || ' in a cell')
FROM (VALUES (1, 'maybe', 'read 2, unchanged 1, rejected 1'),
             (2, 'Y', 'read 2, unchanged 1, rejected 1'), (3, ' ', 'read 2, unchanged 2'),
             (4, ' NO ', 'read 2, loaded 1, unchanged 1'))
    v (number, cell, expected);
SELECT is(test.enrollment('mug'), 'CA removed report, MX enrolled report', 'No is No in any case');
SELECT is(load(report('mug|B000000MUG||Enabled||maybe|Enabled||No', 'cup|B000000CUP||||No|||',
                      'pen|B0||||No|||')), 'read 3, loaded 1, rejected 2',
          'bad rows');
SELECT is(set_aside(),
          E'5 Enable/Disable Canada (Yes/No) maybe: this column says Yes or No, or nothing\n'
              '7 ASIN B0: an ASIN has 10 characters, and this has 2', 'are set aside');
SELECT is(enrollments(),
          'cup CA removed report, cup MX enrolled auto, mug CA removed report, mug MX enrolled report',
          'as a whole, and the rest is applied');

-- Three destinations, in their own order, and other ones.

SELECT is(load(report_of(ARRAY['Mexico', 'Brazil', 'Atlantis', 'Canada'],
                      'cup|B000000CUP||One|m|Yes|Two|b|No|Three|a|No|Four|c|Yes')),
          'read 1, loaded 1', 'destinations in another order');
SELECT is(regexp_replace(verdicts(), '\nmug.*', ''),
          E'cup|BR|Two|b|No\ncup|CA|Four|c|Yes\ncup|MX|One|m|Yes', 'are told by their country');
SELECT is(test.enrollment('cup'), 'BR removed report, CA enrolled report, MX enrolled auto',
          'what the edition does not have can be removed, as remove_item() can');

-- SKUs that nobody knows, and an account that is not enrolled.

SELECT is(load(report('pen|B000000PEN||Enabled||Yes|Enabled||No')), 'read 1, loaded 1',
          'a SKU that the inventory does not have');
SELECT is(test.enrollment('pen'), 'MX removed report', 'can be removed, and not enrolled');
SELECT is(load(report('mug|B000000MUG||Enabled||Yes|Enabled||No'), seller_id => 'ASECONDSELLER'),
          'read 1, loaded 1', 'an account that is not enrolled');
SELECT is(test.enrollment('mug', 'ASECONDSELLER'), 'MX removed report', 'enrolls nothing');
UPDATE rfba.seller SET enrolled_at = now() WHERE seller_id = 'ASECONDSELLER';
SELECT is(test.enrollment('mug', 'ASECONDSELLER'), 'CA enrolled auto, MX removed report',
          'and what it removed stays so');

-- By load_report() too.

SELECT is(l.loaded, 1::bigint, 'load_report() applies the cells')
FROM rfba.load_report('AFIRSTSELLER', NULL::text, 'GET_REMOTE_FULFILLMENT_ELIGIBILITY',
                      report('mug|B000000MUG||Enabled||Yes|Enabled||')) l;
SELECT is(test.enrollment('mug'), 'CA enrolled report, MX enrolled report', 'as the other function does');
SELECT results_eq(
    'SELECT DISTINCT report_type, marketplace IS NULL FROM rfba.load',
    $$VALUES ('GET_REMOTE_FULFILLMENT_ELIGIBILITY', true)$$, 'under the same name');
SELECT is(refusal($$SELECT FROM rfba.load_report('AFIRSTSELLER', 'CA',
                        'GET_REMOTE_FULFILLMENT_ELIGIBILITY', report('mug|B000000MUG'))$$),
          E'22023: report type GET_REMOTE_FULFILLMENT_ELIGIBILITY names its marketplaces itself\n'
              'HINT: Pass NULL for its marketplace.', 'it names its marketplaces itself');

-- What rfba writes.

DELETE FROM rfba.amazon_verdict;
SELECT rfba.remove_item('AFIRSTSELLER', 'mug', 'MX');
UPDATE rfba.inventory SET product_name = E'5" mug,\tblue' WHERE sku = 'mug';
UPDATE rfba.product_assessment SET assessment = 'high_risk'
WHERE asin = 'B000000CUP' AND marketplace = 'MX';
UPDATE rfba.offer SET has_issue = true WHERE sku = 'cup' AND marketplace = 'CA';

CREATE FUNCTION details(sku text, destination text) RETURNS text
    LANGUAGE sql STABLE
    RETURN (SELECT s.more_details FROM rfba.asin_status s
            WHERE s.seller_id = 'AFIRSTSELLER' AND s.sku::text = details.sku
                AND s.marketplace::text = destination);
SELECT results_eq(
    $$SELECT line FROM string_to_table(rfba.asin_status_text('AFIRSTSELLER'), E'\r\n')
          WITH ORDINALITY l (line, number) WHERE number >= 4$$,
    $$VALUES
        (E'Merchant SKU\tASIN\tProduct name\tOffer status\tMore details\tEnable/Disable Canada (Yes/No)'
             '\tOffer status\tMore details\tEnable/Disable Mexico (Yes/No)'),
        (E'cup\tB000000CUP\t\tAction required\t' || details('cup', 'CA') || E'\tYes\tIneligible\t'
             || details('cup', 'MX') || E'\tYes'),
        (E'mug\tB000000MUG\t5" mug, blue\tEnabled\t' || details('mug', 'CA') || E'\tYes\tRemoved\t'
             || details('mug', 'MX') || E'\tNo'),
        ('')$$,
    'the layout of Amazon''s, with statuses in words');
SELECT alike(rfba.asin_status_text('AFIRSTSELLER'), E'ASIN Status report, written by rfba\r\n%\r\n%\r\nMerchant SKU%',
             'under a title of its own');

SET client_min_messages = warning;
CREATE TABLE ours (what text, document bytea);
INSERT INTO ours VALUES
    ('the text', convert_to(rfba.asin_status_text('AFIRSTSELLER'), 'UTF8')),
    ('the workbook', rfba.asin_status_workbook('AFIRSTSELLER'));
CALL remember();
SELECT is(load(document, apply) || ', ' || left(note(), 33),
          'read 2, unchanged 2, The document was written by rfba,',
          what || ' loads back, apply => ' || apply)
FROM ours, unnest(ARRAY[true, false]) apply;
SELECT bag_eq('TABLE contents', 'TABLE contents_before', 'and not a row is written');

-- Edited.
CREATE FUNCTION edited(was text, becomes text) RETURNS bytea
    LANGUAGE plpgsql
    AS $$
DECLARE
    document text := rfba.asin_status_text('AFIRSTSELLER');
BEGIN
    IF strpos(document, was) = 0 THEN
        RAISE EXCEPTION 'the document has no %', was;
    END IF;
    RETURN convert_to(replace(document, was, becomes), 'UTF8');
END
$$;
SELECT is(load(edited(E'Canada from US stock.\tYes', E'Canada from US stock.\tNo')), 'read 2, loaded 1, unchanged 1',
          'an edited cell');
SELECT is(test.enrollment('mug'), 'CA removed report, MX removed manual', 'applies');
SELECT is(verdicts(), NULL, 'and its statuses are no verdict');
SELECT is(load(document), 'read 2, loaded 1, unchanged 1', 'the workbook from before')
FROM ours WHERE what = 'the workbook';
SELECT is(test.enrollment('mug'), 'CA enrolled report, MX removed manual', 'brings it back');
SELECT is(load(edited('ASIN Status report, written by rfba', 'Remote Fulfillment'), false),
          'read 2, loaded 2', 'under another title');
SELECT is((SELECT string_agg(concat_ws(' ', sku, marketplace, offer_status, enabled), ', '
                             ORDER BY sku, marketplace) FROM rfba.amazon_verdict),
          'cup CA Action required Yes, cup MX Ineligible Yes, mug CA Enabled Yes, mug MX Removed No',
          'it is Amazon''s');
RESET client_min_messages;

UPDATE rfba.seller SET program_edition = '2024' WHERE seller_id = 'AFIRSTSELLER';
SELECT alike(rfba.asin_status_text('AFIRSTSELLER'),
             E'%Product name\tOffer status\tMore details\tEnable/Disable Brazil (Yes/No)\tOffer status'
                 '\tMore details\tEnable/Disable Canada (Yes/No)\tOffer status%Mexico (Yes/No)\r\n%',
             'Brazil has its columns in the edition that has it');
SET client_min_messages = warning;
SELECT is(load(rfba.asin_status_workbook('AFIRSTSELLER')), 'read 2, unchanged 2', 'and loads back');
RESET client_min_messages;
INSERT INTO rfba.seller (seller_id) VALUES ('ATHIRDSELLER');
SELECT is(array_length(string_to_array(rfba.asin_status_text('ATHIRDSELLER'), E'\r\n'), 1), 5,
          'a seller without items has a header');
SELECT is(rfba.asin_status_text(NULL), NULL, 'null of null');
SELECT is(refusal(format('SELECT rfba.%s(%L)', f, 'ANOBODY0001')),
          E'22023: seller "ANOBODY0001" does not exist\n'
              'HINT: The sellers are in rfba.seller; INSERT a row for a new one.', f)
FROM unnest(ARRAY['asin_status_text', 'asin_status_workbook']) f;

-- Refusals leave nothing behind.

CREATE TABLE load_before AS TABLE rfba.load;
CALL remember();
SELECT is(refusal(format('SELECT load(%L::bytea)', document)), '22P04: ' || expected,
          split_part(expected, E'\n', 1))
FROM (VALUES
    (''::bytea, E'the document is empty\n'
         'HINT: Download the report again; its first line must name the columns.'),
    ('\x1f8b0800000000000003', E'the document is compressed with gzip and not an ASIN Status report\n'
         'HINT: Decompress it first.'),
    ('{"url": "https://example.com"}', E'the document is JSON and not an ASIN Status report\n'
         'HINT: Load the report that its URL leads to.'),
    ('<html>', E'the document is HTML or XML and not an ASIN Status report\n'
         'HINT: Download the report again: this may be an error page.'),
    -- An archive with nothing in it, but for its end.
    ('\x504b0304' || decode(repeat('00', 26), 'hex') || '\x504b0506' || decode(repeat('00', 18), 'hex'),
     E'the document is a ZIP archive without a workbook in it and not an ASIN Status report\n'
         'HINT: Load the .xlsx workbook that Amazon delivers, or save it as .xlsx without a password.'),
    (test.document('Title', 'SKU|ASIN', 'mug|B000000MUG'),
     E'the report has no column "Merchant SKU"\nDETAIL: Columns found: sku, asin.\n'
         'HINT: Load the report as Amazon delivers it, header row first, and name its report type.'),
    (report_of('{}'::text[], 'mug|B000000MUG|'),
     E'the report has no column "Enable/Disable <Country> (Yes/No)"\n'
         'DETAIL: Columns found: merchant sku, asin, product name.\n'
         'HINT: Load the report as Amazon delivers it, header row first, and name its report type.'),
    (report_of(ARRAY['Canada', 'Canada'], 'mug|B000000MUG|'),
     E'the report has more than one column "Enable/Disable Canada (Yes/No)"\n'
         'HINT: Load the report as Amazon delivers it.'),
    (report(VARIADIC '{}'::text[]), E'the report has no data rows\n'
         'HINT: Check that the report is complete; rfba.load_report() loads it with force => true, if it is meant.'),
    (report('mug|B0|'), E'the report has no data row that can be loaded\n'
         'DETAIL: Line 5: an ASIN has 10 characters, and this has 2.\n'
         'HINT: Check that the report is complete; rfba.load_report() loads it with force => true, if it is meant.'))
    v (document, expected);
SELECT is(refusal(format('SELECT FROM rfba.load_asin_status_workbook(%s)', arguments)), expected, arguments)
FROM (VALUES
    ($$NULL, ''$$, E'22004: seller_id must not be null\nHINT: Pass seller_id => ...'),
    ($$'AFIRSTSELLER', NULL$$, E'22004: document must not be null\nHINT: Pass document => ...'),
    ($$'AFIRSTSELLER', '', NULL$$, E'22004: apply must not be null\nHINT: Pass apply => ...'),
    ($$'ANOBODY0001', report('mug|B000000MUG|')$$, E'22023: seller "ANOBODY0001" does not exist\n'
         'HINT: The sellers are in rfba.seller; INSERT a row for a new one.')) v (arguments, expected);
SELECT bag_eq('TABLE contents', 'TABLE contents_before', 'what is refused changes nothing');
SELECT bag_eq('TABLE rfba.load', 'TABLE load_before', 'and is no load');

-- Who may load may load verdicts; applying cells takes who may enroll.

CREATE ROLE rfba_loader;
CREATE ROLE rfba_administrator;
CALL rfba.grant_access('rfba_loader', 'load');
CALL rfba.grant_access('rfba_administrator', 'administer');
GRANT USAGE ON SCHEMA test TO PUBLIC;
CALL remember();
SET ROLE rfba_loader;
SELECT alike(refusal($$SELECT load(report('mug|B000000MUG||New||No|New||'))$$),
             '42501: permission denied for table enrollment%', 'a loader may not apply cells');
RESET ROLE;
SELECT bag_eq('TABLE contents', 'TABLE contents_before', 'which leaves nothing behind');
SET ROLE rfba_loader;
SELECT is(load(report('mug|B000000MUG||New|||New||')), 'read 1, loaded 1', 'but load blank ones');
SELECT is(load(report('mug|B000000MUG||New||No|New||'), false), 'read 1, loaded 1', 'and any without apply');
SET ROLE rfba_administrator;
SELECT is(load(report('mug|B000000MUG||New||No|New||')), 'read 1, loaded 1', 'an administrator may');
RESET ROLE;
SELECT is(test.enrollment('mug'), 'CA removed report, MX removed manual', 'and it is applied');

SELECT is_empty('TABLE oracle.status_difference', 'the status is what the rules say');
SELECT test.is_current('in the end');
SELECT is_empty('SELECT FROM rfba.load WHERE read <> loaded + unchanged + rejected',
                'the counts add up');

SELECT * FROM finish();
