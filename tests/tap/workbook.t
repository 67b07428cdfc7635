#!/usr/bin/env bash
# The ASIN Status workbook goes to the seller's spreadsheet program and comes back: LibreOffice shows
# its cells to the letter, and what it saves says the same, or what was edited. Prints TAP.
set -euo pipefail

folder=$(mktemp --directory)
trap 'rm -rf "$folder"' EXIT
mkdir "$folder"/{home,written,cells,saved,flat,edited}
name=Remote_Fulfillment_ASIN_Status_Report
number=0

sql() { psql --no-psqlrc --quiet --no-align --tuples-only --set=ON_ERROR_STOP=1 "$@"; }

# Passes if two texts are the same: is NAME GOT EXPECTED
is() {
    local difference result=ok
    difference=$(diff <(printf '%s\n' "$2") <(printf '%s\n' "$3")) || result='not ok'
    ((++number))
    echo "$result $number - $1"
    [[ $result == ok ]] || head -50 <<<"$difference" | sed 's/^/# /'
}

# Has LibreOffice save a document in another format: convert DOCUMENT FORMAT RESULT
convert() {
    if ! HOME=$folder/home timeout 60 soffice "-env:UserInstallation=file://$folder/home/profile" --headless \
        --norestore --convert-to "$2" --outdir "$(dirname "$3")" "$1" >"$folder/log" 2>&1 || [[ ! -s $3 ]]; then
        sed 's/^/# /' "$folder/log"
        return 1
    fi
}

# The cells of a workbook, none converted, a tab between them; blank ones at the end of a row left out.
cells() {
    # 9: tabs; 0: no quotes; 76: UTF-8; the last two: each cell's own value, of the first sheet.
    convert "$1" 'csv:Text - txt - csv (StarCalc):9,0,76,1,,0,false,false,false,false,false,1' \
        "$folder/cells/$(basename "$1" .xlsx)-Enrollment.csv" || return 1
    without_blanks <"$folder/cells/$(basename "$1" .xlsx)-Enrollment.csv"
}

without_blanks() { sed 's/[[:blank:]\r]*$//'; }

write() {
    sql --command="SELECT encode(rfba.asin_status_workbook('ASELLER0001'), 'base64')" | base64 --decode >"$1"
}

# Loads a workbook and prints what it made: the counts, how it is noted, and the verdicts in all.
load() {
    sql --set=document="$(base64 --wrap=0 "$1")" <<'SQL'
SET client_min_messages = warning;
SELECT format('read %s, loaded %s, unchanged %s, rejected %s', read, loaded, unchanged, rejected)
FROM rfba.load_report('ASELLER0001', NULL, 'GET_REMOTE_FULFILLMENT_ELIGIBILITY', decode(:'document', 'base64'));
SELECT coalesce(split_part(note, ',', 1), 'Amazon''s') FROM rfba.load ORDER BY load_id DESC LIMIT 1;
SELECT count(*) || ' verdicts' FROM rfba.amazon_verdict;
SQL
}

# Every item with its cell.
enrollment() {
    sql --command="SELECT sku, marketplace, state FROM rfba.enrollment ORDER BY sku, marketplace"
}

# SKUs that a spreadsheet program would take for numbers, dates and formulas, and names to trip over.
# In Mexico each has been removed: a SKU that came back as another one would be removed anew.
sql <<'SQL'
SET client_min_messages = warning;
INSERT INTO rfba.seller (seller_id, program_edition) VALUES ('ASELLER0001', '2024');
INSERT INTO rfba.inventory (seller_id, sku, asin, product_name, fba_offer, fba_quantity)
VALUES ('ASELLER0001', '007', '0306406152', 'Planner, 2026', true, 5),
       ('ASELLER0001', '=1+1', 'B07XJ8C8F5', '=HYPERLINK("https://example.com")', true, 5),
       ('ASELLER0001', '1E5', '9780000001', '"5'' x 7"" frame"', true, 5),
       ('ASELLER0001', '+55', 'B07XJ8C8F5', 'Jogo de café, açúcar; 5½"', true, 5),
       ('ASELLER0001', '-3', 'B07XJ8C8F5', '蓝色茶杯,两只装 🫖', true, 5),
       ('ASELLER0001', '@mug', 'B07XJ8C8F5', 'two  blanks & a <b>', true, 5),
       ('ASELLER0001', '''mug', 'B07XJ8C8F5', '''quoted''', true, 5),
       ('ASELLER0001', '2026-01-15', 'B07XJ8C8F5', '1/2', true, 5),
       ('ASELLER0001', '12345678901234567890', 'B07XJ8C8F5', NULL, true, 5),
       ('ASELLER0001', 'TRUE', 'B07XJ8C8F5', '_x0041_', true, 5),
       ('ASELLER0001', '#N/A', 'B07XJ8C8F5', '1.50', true, 0);
INSERT INTO rfba.offer (seller_id, marketplace, sku, asin, price)
SELECT seller_id, m, sku, asin, 20 FROM rfba.inventory, unnest('{CA,MX}'::rfba.marketplace[]) m;
INSERT INTO rfba.product_assessment (asin, marketplace, assessment)
SELECT 'B07XJ8C8F5', m, 'cleared' FROM unnest('{CA,MX}'::rfba.marketplace[]) m;
UPDATE rfba.seller SET enrolled_at = now();
INSERT INTO rfba.enrollment (seller_id, sku, marketplace, state)
SELECT seller_id, sku, 'MX', 'removed' FROM rfba.inventory
ON CONFLICT (seller_id, sku, marketplace) DO UPDATE SET state = 'removed';
SQL
is 'there are cells of every kind' "$(sql --command="
    SELECT s.marketplace, e.state, count(*), count(DISTINCT s.status)
    FROM rfba.asin_status s LEFT JOIN rfba.enrollment e USING (seller_id, sku, marketplace)
    GROUP BY 1, 2 ORDER BY 1, 2")" 'BR||11|1
CA|enrolled|9|2
CA||2|1
MX|removed|11|1'

# What LibreOffice shows.
write "$folder/written/$name.xlsx"
sql --command="SELECT rfba.asin_status_text('ASELLER0001')" | without_blanks | sed '$d' >"$folder/text"
is 'LibreOffice shows each cell to the letter' "$(cells "$folder/written/$name.xlsx")" "$(<"$folder/text")"

# What LibreOffice saves.
enrollment >"$folder/enrollment"
convert "$folder/written/$name.xlsx" xlsx "$folder/saved/$name.xlsx"
is 'a workbook that it has saved has the same cells' "$(cells "$folder/saved/$name.xlsx")" "$(<"$folder/text")"
unchanged='read 11, loaded 0, unchanged 11, rejected 0
The document was written by rfba
0 verdicts'
is 'and changes nothing' "$(load "$folder/saved/$name.xlsx"; enrollment)" "$unchanged"$'\n'"$(<"$folder/enrollment")"
convert "$folder/written/$name.xlsx" fods "$folder/flat/$name.fods"
convert "$folder/flat/$name.fods" xlsx "$folder/saved/$name.xlsx"
is 'by way of OpenDocument too' "$(load "$folder/saved/$name.xlsx"; enrollment)" "$unchanged"$'\n'"$(<"$folder/enrollment")"
is 'the Enable/Disable cells still offer Yes and No' \
    "$(grep -oE 'cell-content-is-in-list[^)]*|base-cell-address="[^"]*' "$folder/flat/$name.fods" | sort)" \
    'base-cell-address="Enrollment.F5
base-cell-address="Enrollment.I5
base-cell-address="Enrollment.L5
cell-content-is-in-list(&quot;Yes&quot;;&quot;No&quot;
cell-content-is-in-list(&quot;Yes&quot;;&quot;No&quot;
cell-content-is-in-list(&quot;Yes&quot;;&quot;No&quot;'

# Every Yes becomes a No, and the other way round.
perl -pe 's/<text:p>\K(Yes|No)(?=<)/$1 eq "Yes" ? "No" : "Yes"/ge' "$folder/flat/$name.fods" >"$folder/edited/$name.fods"
convert "$folder/edited/$name.fods" xlsx "$folder/edited/$name.xlsx"
is 'an edited workbook applies' "$(load "$folder/edited/$name.xlsx"; enrollment)" 'read 11, loaded 11, unchanged 0, rejected 0
The document was written by rfba
0 verdicts
'"$(sed 's/enrolled/other/; s/removed/enrolled/; s/other/removed/' "$folder/enrollment")"
write "$folder/edited/$name.xlsx"
is 'and is the one that is written next' "$(cells "$folder/edited/$name.xlsx" | cut -f 1,9,12 | sed 1,4d)" \
    "$(cut -f 1,9,12 "$folder/text" | sed '1,4d; s/Yes/other/; s/No$/Yes/; s/other/No/')"
is 'the first one brings it back' "$(load "$folder/written/$name.xlsx"; enrollment)" \
    "${unchanged/loaded 0, unchanged 11/loaded 11, unchanged 0}"$'\n'"$(<"$folder/enrollment")"

# Without rfba's title it is Amazon's.
perl -pe 's/ASIN Status report, written by rfba/Remote Fulfillment/' "$folder/flat/$name.fods" >"$folder/edited/$name.fods"
convert "$folder/edited/$name.fods" xlsx "$folder/edited/$name.xlsx"
is 'under another title its statuses are verdicts' "$(load "$folder/edited/$name.xlsx"; enrollment)" 'read 11, loaded 11, unchanged 0, rejected 0
Amazon'\''s
33 verdicts
'"$(<"$folder/enrollment")"
is 'to the letter' "$(sql --command="
    SELECT sku, marketplace, offer_status, more_details, enabled FROM rfba.amazon_verdict ORDER BY sku, marketplace")" \
    "$(sed 1,4d "$folder/text" | awk -F '\t' -v OFS='|' '
        { split("BR CA MX", destinations, " "); for (i = 1; i <= 3; i++) print $1, destinations[i], $(3 * i + 1), $(3 * i + 2), $(3 * i + 3) }')"
is 'the status is current' "$(sql --command='SELECT * FROM rfba.check_status()')" ''
echo "1..$number"
