#!/usr/bin/env bash
# tools/rfba-load, by a role that may load and no more: what it makes of names, what it sends, what it
# tells, and that it leaves nothing behind. Prints TAP.
set -euo pipefail

folder=$(mktemp --directory)
trap 'rm -rf "$folder"' EXIT
mkdir "$folder"/{names,reports,temporary}
inventory=GET_FBA_MYI_UNSUPPRESSED_INVENTORY_DATA
listings=GET_MERCHANT_LISTINGS_ALL_DATA
workbook=GET_REMOTE_FULFILLMENT_ELIGIBILITY
program=$PWD/tools/rfba-load
fixtures=$PWD/tests/fixtures
number=0

sql() { psql --no-psqlrc --quiet --no-align --tuples-only --set=ON_ERROR_STOP=1 "$@"; }

# What it prints goes to the files out and err, its exit status to the end of out.
rfba_load() {
    local status=0
    PGUSER=rfba_client TMPDIR=$folder/temporary "$program" "$@" \
        >"$folder/out" 2>"$folder/err" </dev/null || status=$?
    echo "exit $status" >>"$folder/out"
}

# The same for one seller, from inside the folder.
load() { (cd "$folder/reports" && rfba_load --seller A1EXAMPLE2SELL "$@"); }

passes() {
    ((++number))
    if [[ -z $2 ]]; then
        echo "ok $number - $1"
    else
        echo "not ok $number - $1"
        head -50 <<<"$2" | sed 's/^/# /'
    fi
}

# Passes if two texts are the same: is NAME GOT EXPECTED
is() { passes "$1" "$(diff <(printf '%s\n' "$2") <(printf '%s\n' "$3") || true)"; }

# Passes if the last run ended with this status and these lines are in what it printed:
# ends NAME STATUS LINE...
ends() {
    local name=$1 status=$2 line missing=''
    shift 2
    for line in "exit $status" "$@"; do
        grep --quiet --fixed-strings --regexp="$line" "$folder/out" "$folder/err" || missing+="missing: $line"$'\n'
    done
    passes "$name" "${missing:+$missing$(cat "$folder/out" "$folder/err")}"
}

sql <<'SQL'
CREATE ROLE rfba_client LOGIN;
INSERT INTO rfba.seller (seller_id) VALUES ('A1EXAMPLE2SELL');
SQL

sql --command="CALL rfba.grant_access('rfba_client', 'load')"

# What names say: a file, and what becomes of it.
while IFS='|' read -r name said; do
    touch "$folder/names/$name"
    printf '%s\t%s\n' "$name" "${said/|/$'\t'}"
done >"$folder/expected" <<'NAMES'
%s GET_MERCHANT_LISTINGS_DATA %n BR.txt|GET_MERCHANT_LISTINGS_DATA|BR
-type GET_MERCHANT_LISTINGS_DATA MX.txt|GET_MERCHANT_LISTINGS_DATA|MX
GET_AFN_INVENTORY_DATA US.txt|GET_AFN_INVENTORY_DATA|US
GET_AFN_INVENTORY_DATA_BY_COUNTRY US.txt|GET_AFN_INVENTORY_DATA_BY_COUNTRY|-
GET_MERCHANT_LISTINGS_ALL_DATA_A2EUQ1WTGCTBG2.txt|GET_MERCHANT_LISTINGS_ALL_DATA|CA
Remote-Fulfillment ASIN Status Report (1).XLSX|GET_REMOTE_FULFILLMENT_ELIGIBILITY|-
amazon.com GET_MERCHANT_LISTINGS_DATA.txt|GET_MERCHANT_LISTINGS_DATA|US
ca_get-fba-myi-all-inventory-data.TXT.GZ|GET_FBA_MYI_ALL_INVENTORY_DATA|CA
getInventorySummaries_US.json|getInventorySummaries|-
it's "GET_MERCHANT_LISTINGS_DATA" $(MX) `MX`; --MX.txt|GET_MERCHANT_LISTINGS_DATA|MX
searchlistingsitems.JSON.gz|searchListingsItems|-
united-states GET_MERCHANT_LISTINGS_DATA|GET_MERCHANT_LISTINGS_DATA|US
www.amazon.com.mx GET_MERCHANT_LISTINGS_DATA|GET_MERCHANT_LISTINGS_DATA|MX
ümläut GET MERCHANT LISTINGS DATA [ca]|GET_MERCHANT_LISTINGS_DATA|CA
NAMES
touch "$folder/names/.GET_MERCHANT_LISTINGS_DATA US"
mkdir "$folder/names/GET_MERCHANT_LISTINGS_DATA US"
ln -s . "$folder/names/GET_MERCHANT_LISTINGS_DATA US/round"
touch "$folder/names/GET_MERCHANT_LISTINGS_DATA US/us get_merchant_listings_data"

rfba_load --seller nobody --dry-run "$folder/names/"
is 'types and marketplaces from names' "$(sed "s,^$folder/names/,," "$folder/out" "$folder/err")" \
    "$(<"$folder/expected")"$'\nexit 0'
rfba_load --seller nobody --dry-run --recursive "$folder/names"
is 'folders in folders' "$(grep -c '	GET_MERCHANT_LISTINGS_DATA	' "$folder/out")" 8
passes 'a dry run loads nothing' "$(sql --command='SELECT * FROM rfba.load')"

for name in $'GET_MERCHANT_LISTINGS_DATA CA\nline.txt' 'GET_MERCHANT_LISTINGS_DATA us_ca.txt' \
    'GET_MERCHANT_LISTINGS_DATA música.txt' GET_ORDERS_DATA_US.txt getListingsRestrictions.json \
    us.json GET_MERCHANT_LISTINGS_ALL_DATA_US.json; do
    touch "$folder/reports/$name"
done
load --dry-run .
is 'what names do not say' "$(cat "$folder/out" "$folder/err")" "./GET_MERCHANT_LISTINGS_DATA CA?line.txt	GET_MERCHANT_LISTINGS_DATA	CA
exit 1
[1/7] ./GET_MERCHANT_LISTINGS_ALL_DATA_US.json: refused
    its name has no report type in it that can be loaded: pass --type
[3/7] ./GET_MERCHANT_LISTINGS_DATA música.txt: GET_MERCHANT_LISTINGS_DATA: refused
    neither the report nor its name tells which one marketplace it is of: pass --marketplace
[4/7] ./GET_MERCHANT_LISTINGS_DATA us_ca.txt: GET_MERCHANT_LISTINGS_DATA: refused
    neither the report nor its name tells which one marketplace it is of: pass --marketplace
[5/7] ./GET_ORDERS_DATA_US.txt: refused
    its name has no report type in it that can be loaded: pass --type
[6/7] ./getListingsRestrictions.json: getListingsRestrictions: refused
    the document does not tell which ASIN it is about: pass --asin
[7/7] ./us.json: refused
    its name has no report type in it that can be loaded: pass --type"
load --dry-run --type=get-merchant-listings-data --marketplace amazon.ca -- \
    GET_ORDERS_DATA_US.txt 'GET_MERCHANT_LISTINGS_DATA us_ca.txt'
is 'options win over names' "$(<"$folder/out")" "GET_ORDERS_DATA_US.txt	GET_MERCHANT_LISTINGS_DATA	CA
GET_MERCHANT_LISTINGS_DATA us_ca.txt	GET_MERCHANT_LISTINGS_DATA	CA
exit 0"

# A terminal is asked: a wrong number, then the first type; then that none fits.
printf '99\n1\n0\n' >"$folder/answers"
asked=$(cd "$folder/reports" && script --quiet --command \
    "'$program' --seller nobody --dry-run us.json GET_ORDERS_DATA_US.txt" /dev/null <"$folder/answers")
is 'a terminal is asked for the type' "$(grep -oE 'us.json	.*	-|[[].*: refused' <<<"$asked")" \
    'us.json	getInventorySummaries	-
[2/2] GET_ORDERS_DATA_US.txt: refused'
rm "$folder"/reports/*

# Reports: one that is compressed, one that is not there, and some that are refused.
cp tests/fixtures/us_inventory.txt "$folder/reports/us $inventory.txt"
gzip <tests/fixtures/mx_listings.txt >"$folder/reports/mx '$listings'.txt.gz"
cp tests/fixtures/ca_inventory.txt "$folder/reports/-ca-$inventory.txt"
cp tests/fixtures/broken/no_header.txt "$folder/reports/"
head -c 2000 "$folder/reports/mx '$listings'.txt.gz" >"$folder/reports/br $listings.txt.gz"
cp "$fixtures/us_listings.txt" "$folder/reports/"
load --type="$inventory" --marketplace=us no_header.txt
ends 'a broken report' 1 "[1/1] no_header.txt: $inventory, US: refused" '    ERROR:  the report has no column "sku"' \
    '    DETAIL:  Columns found: ' '    HINT:  Load the report as Amazon delivers it'
load nothing "us $inventory.txt" us_listings.txt "br $listings.txt.gz" "mx '$listings'.txt.gz" -- "-ca-$inventory.txt"
ends 'the others are loaded all the same' 1 '[1/6] nothing: refused' \
    "[2/6] us $inventory.txt: $inventory, US: 314 read, 307 loaded, 1 unchanged, 6 set aside, 0 removed, " \
    '      160 | afn-fulfillable-quantity | -3 ' '[3/6] us_listings.txt: refused' \
    "[4/6] br $listings.txt.gz: $listings, BR: refused" '    it cannot be read to its end' \
    "[5/6] mx '$listings'.txt.gz: $listings, MX: 272 read, 269 loaded, 0 unchanged, 3 set aside, 0 removed, " \
    "[6/6] -ca-$inventory.txt: $inventory, CA: 263 read, 263 loaded, 0 unchanged, 0 set aside, 0 removed, " \
    'Files: 6, refused 3. Rows: 849 read, 839 loaded, 1 unchanged, 9 set aside, 0 removed.'
load -- "-ca-$inventory.txt"
ends 'a report again' 0 ': 263 read, 0 loaded, 263 unchanged, 0 set aside, 0 removed, '
load --quiet "mx '$listings'.txt.gz" -- "-ca-$inventory.txt"
is 'quiet tells only what was set aside' "$(grep -oE '^\[[0-9]+|^Files|^ +[0-9]+ \| [a-z]*' "$folder/err")" \
    '[1
       26 | 
      149 | price
      260 | fulfillment'
is 'what arrived is what the files have in them' \
    "$(sql --command="SELECT DISTINCT encode(sha256, 'hex') FROM rfba.load ORDER BY 1")" \
    "$(sha256sum "$fixtures"/{us_inventory,mx_listings,ca_inventory}.txt | cut -d' ' -f1 | sort)"

# Of 50 bad rows in two reports, 20 are shown.
{
    printf 'seller-sku\tasin1\tprice\tfulfillment-channel\nMUG\tB07XJ8C8F5\t9.99\tDEFAULT\n'
    printf 'SKU%s\tB07XJ8C8F5\tfree\tDEFAULT\n' {1..25}
} >"$folder/reports/many.txt"
load --type="$listings" --marketplace=BR many.txt many.txt
ends 'the first rows set aside, and a query for all' 1 'Rows set aside and not shown here: 30. All of them:'
is 'which finds them' "$(grep -c '| price ' "$folder/err") $(sql --command="$(grep '^    SELECT' "$folder/err")" | wc -l)" '20 50'

# What would delete too much needs force.
head -30 "$fixtures/us_inventory.txt" >"$folder/reports/few.txt"
load --type GET_FBA_MYI_ALL_INVENTORY_DATA --marketplace US few.txt
ends 'a report that would delete too much' 1 'refused' 'ERROR: '
load --type GET_FBA_MYI_ALL_INVENTORY_DATA --marketplace US --force few.txt
ends 'force loads it' 0 '29 read, 0 loaded, 29 unchanged, 0 set aside, 278 removed'

# Bytes of every kind in a column that nobody reads, 20 MB of them.
bytes=$(printf '\\0%o' {0..8} {14..255}) # without what ends a field or a line
{
    printf 'seller-sku\tasin1\tprice\tfulfillment-channel\tnoise\n'
    for row in {1..25}; do
        printf 'ROW-%s\tB07XJ8C8F5\t9.99\tDEFAULT\t%b' "$row" "$bytes"
        head -c 800000 /dev/zero | tr '\0' '\134'
        printf '%b\n' "$bytes"
    done
} >"$folder/reports/$listings-BR.txt"
load --force "$listings-BR.txt"
ends 'a report of 20 MB' 0 ': 25 read, 25 loaded, '
is 'whose bytes arrived as they were' \
    "$(sql --command="SELECT encode(sha256, 'hex') FROM rfba.load ORDER BY load_id DESC LIMIT 1")" \
    "$(sha256sum <"$folder/reports/$listings-BR.txt" | cut -d' ' -f1)"

# The workbook, and JSON.
sql --command="SELECT encode(rfba.asin_status_workbook('A1EXAMPLE2SELL'), 'base64')" |
    base64 --decode >"$folder/reports/Remote_Fulfillment_ASIN_Status_Report.xlsx"
load "Remote_Fulfillment_ASIN_Status_Report.xlsx"
ends 'the workbook' 0 "xlsx: $workbook: "
load --no-apply "Remote_Fulfillment_ASIN_Status_Report.xlsx"
ends 'the workbook as Amazon sees it' 0 "xlsx: $workbook: "
printf 'Merchant SKU\tASIN\tEnable/Disable Canada (Yes/No)\nMUG\tB07XJ8C8F5\tNo\n' >"$folder/reports/no.txt"
load --type "$workbook" no.txt
ends 'a No is carried out, by who may' 1 'ERROR:  permission denied for table enrollment'
load --type "$workbook" --no-apply no.txt
ends 'and not with --no-apply' 0 "no.txt: $workbook: 1 read, 0 loaded, 1 unchanged, "
load --type "$workbook" few.txt
ends 'what is no workbook' 1 "few.txt: $workbook: refused" 'ERROR: '
printf '\357\273\277{"restrictions": []}\n' >"$folder/reports/B07XJ8C8F5 getListingsRestrictions.json"
load --asin B07XJ8C8F5 'B07XJ8C8F5 getListingsRestrictions.json'
ends 'JSON with a byte order mark' 0 'json: getListingsRestrictions: 0 read'
load --type getlistingsrestrictions --asin "'" few.txt
ends 'what is no JSON' 1 'few.txt: getListingsRestrictions: refused' 'ERROR:  invalid input syntax for type json'

# Texts that are no SQL.
rfba_load --seller "'; DROP TABLE rfba.load_rejection; --" --type "$listings" --marketplace BR "$folder/reports/few.txt"
ends 'a seller that nobody knows' 1 "ERROR:  " "'; DROP TABLE"
for arguments in '--seller X' '--seller= X' '--seller X --nonsense Y' "--seller X --type nonsense Y" \
    '--seller X --marketplace UK Y' '--seller X Y --marketplace'; do
    # shellcheck disable=SC2086 # it is several words
    rfba_load $arguments
    ends "wrong usage: $arguments" 2 'Try: rfba-load --help'
done
rfba_load --help
ends 'help' 0 'Usage: '
load --dbname 'host=/nowhere' many.txt
ends 'no connection' 1 '/nowhere'

is 'nothing stays behind' "$(find "$folder/temporary" -mindepth 1)$(
    sql --command="SELECT oid FROM pg_largeobject_metadata" \
        --command="SELECT oid FROM pg_class WHERE relpersistence = 't'")" ''
echo "1..$number"
