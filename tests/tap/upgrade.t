#!/usr/bin/env bash
# pg_upgrade keeps every row, the status among them, and the triggers at work. Prints TAP.
. "$(dirname "$0")/../../tools/lib.sh"

use_private_postgres
forget_user_settings
make_server_folder
export PGHOST=$folder PGUSER=postgres PGDATABASE=postgres

sql() { psql --no-psqlrc --quiet --no-align --tuples-only --set=ON_ERROR_STOP=1 "$@"; }

start() {
    quietly as_server "$bin/pg_ctl" start --wait --pgdata="$folder/$1" --log="$folder/log" \
        --options="-h '' -k '$folder' -F"
}

contents() {
    sql --command='SELECT t::text FROM rfba.asin_status t ORDER BY 1' \
        --command='SELECT t::text FROM rfba.status_history t ORDER BY 1' \
        --command='SELECT t::text FROM rfba.enrollment t ORDER BY 1' \
        --command='SELECT t::text FROM rfba.load t ORDER BY 1'
}

report() {
    if [[ $3 == "$4" ]]; then echo "ok $1 - $2"; else echo "not ok $1 - $2"; fi
}

echo 1..4
for cluster in old new; do
    quietly as_server "$bin/initdb" --no-sync --auth=trust --username=postgres --encoding=UTF8 \
        --locale=C.UTF-8 --pgdata="$folder/$cluster"
done
start old
sql --command='CREATE EXTENSION rfba'
sql --set=fixtures="$root/tests/fixtures" --file="$root/tests/tap/include/example_seller.sql" >/dev/null
before=$(contents)
quietly as_server "$bin/pg_ctl" stop --wait --pgdata="$folder/old"

upgraded=yes
(cd "$folder" && as_server bash -c 'cd "$1" && shift && exec "$@"' bash "$folder" \
    "$bin/pg_upgrade" --old-bindir="$bin" --new-bindir="$bin" --old-datadir="$folder/old" \
    --new-datadir="$folder/new" --socketdir="$folder" --username=postgres) >"$folder.output" 2>&1 ||
    upgraded=no
sed 's/^/# /' "$folder.output" | tail -5
rm -f "$folder.output"
report 1 'pg_upgrade succeeds' "$upgraded" yes

start new
report 2 'every row is there, and the status' "$(contents)" "$before"
differences=$(sql --command='SELECT * FROM rfba.check_status()' 2>&1)
sed 's/^/# /' <<<"$differences" | head -5
report 3 'which is right' "$differences" ''
sql --command='UPDATE rfba.inventory SET fba_quantity = 0'
report 4 'and follows changes' \
    "$(sql --command="SELECT DISTINCT 'NO_US_INVENTORY' = ANY (own_reasons) FROM rfba.asin_status")" t
