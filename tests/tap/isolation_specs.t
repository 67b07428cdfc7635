#!/usr/bin/env bash
# Runs tests/isolation/specs by PostgreSQL's isolationtester; what comes out is kept in target/isolation
# and has to be as in tests/isolation/expected. Prints TAP.
set -euo pipefail

tester=$(dirname "$(pg_config --pgxs)")/../test/isolation/isolationtester
psql --no-psqlrc --quiet --set=ON_ERROR_STOP=1 --file=tests/oracle/oracle.sql --file=tests/isolation/world.sql
export PG_TEST_TIMEOUT_DEFAULT=30 # seconds that a step may wait

mkdir -p target/isolation
specs=(tests/isolation/specs/*.spec)
echo "1..${#specs[@]}"
number=0
for spec in "${specs[@]}"; do
    name=$(basename "$spec" .spec)
    output=target/isolation/$name.out
    "$tester" "dbname=$PGDATABASE" <"$spec" >"$output" 2>&1 || echo 'it failed' >>"$output"
    ((++number))
    if difference=$(diff --unified "tests/isolation/expected/$name.out" "$output" 2>&1); then
        echo "ok $number - $name"
    else
        echo "not ok $number - $name"
        printf '# %s\n' "${difference//$'\n'/$'\n'# }"
    fi
done
