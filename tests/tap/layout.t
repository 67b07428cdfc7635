#!/usr/bin/env bash
# Code is where a stranger would look for it. Prints TAP.
set -euo pipefail

number=0

# Passes if nothing was found.
none() {
    ((++number))
    if [[ -z $2 ]]; then
        echo "ok $number - $1"
    else
        echo "not ok $number - $1"
        printf '%s\n' "$2" | sed 's/^/# /'
    fi
}

echo 1..5
none 'the domain and the file formats know nothing of PostgreSQL' \
    "$(grep -rnE 'pgrx|pg_sys|crate::(engine|error|functions|triggers|types)' src/domain src/amazon || true)"
none 'unsafe code is in the types, the engine and the triggers only' \
    "$(grep -rnE '\bunsafe\b' src fuzz/src fuzz/fuzz_targets --include='*.rs' | grep -vE '^src/(types|engine|triggers)/|unsafe_code' || true)"
none 'src/lib.rs has less than 100 lines' "$(awk 'END { if (NR >= 100) print NR }' src/lib.rs)"
none 'every file of the schema is loaded' \
    "$(for file in sql/*.sql; do grep -q "../$file" src/lib.rs || echo "$file"; done)"
none 'what is fuzzed is built with the same versions as the extension' \
    "$(awk 'FNR == 1 { name = "" }
            /^name = / { name = $3 }
            /^version = / && NR == FNR { versions[name] = versions[name] " " $3 " " }
            /^version = / && name in versions && index(versions[name], " " $3 " ") == 0 { print name, $3 }
           ' Cargo.lock fuzz/Cargo.lock)"
