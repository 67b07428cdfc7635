# shellcheck shell=bash
# Sourced by the scripts: where things are, and the helpers that several of them need.
set -euo pipefail
umask 022 # user postgres reads what root builds
export LC_ALL=C.UTF-8

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
major=${PG_MAJOR:-15}
cargo_home=${CARGO_HOME:-~/.cargo}
export PATH=$root/target/tools/bin:$PATH:$cargo_home/bin:/usr/sbin # Debian's su leaves the last out

say() { printf 'rfba: %s\n' "$*" >&2; }

die() {
    say "$*"
    exit 1
}

# Shows a command's output only if the command fails.
quietly() {
    local output
    output=$("$@" 2>&1 </dev/null) || {
        printf '%s\n' "$output" >&2
        return 1
    }
}

# Points pgrx, and whatever runs PostgreSQL's programs, to the private copy that tools/setup made.
use_private_postgres() {
    prefix=$(readlink -e "$root/target/postgresql-$major") || die "no PostgreSQL $major here: run tools/setup"
    bin=$prefix/lib/postgresql/$major/bin
    export PATH=$bin:$PATH
    export PGRX_PG_CONFIG_PATH=$bin/pg_config # cargo rebuilds pgrx's bindings when this changes
    export PGRX_HOME=$root/target/pgrx        # instead of the user's ~/.pgrx
}

# Hides the user's own servers from the programs that we run, and backtraces from DETAIL.
forget_user_settings() {
    local name
    for name in "${!PG@}"; do
        [[ $name == PG_* || $name == PGRX_* ]] || unset "$name"
    done
    unset RUST_BACKTRACE
}

# PostgreSQL refuses to run as root, so root runs it as user postgres.
as_server() {
    if ((EUID == 0)); then
        (cd / && exec runuser -u postgres -- "$@")
    else
        "$@"
    fi
}

# Makes $folder for servers, which only their user may enter; with the script both go, folder and servers.
make_server_folder() {
    local parent=${TMPDIR:-/tmp}
    if ((${#parent} > 60)) || ! as_server test -w "$parent"; then
        parent=/tmp # a socket's path has to be short
    fi
    folder=$(as_server mktemp --directory "$parent/rfba.XXXXXX")
    trap remove_server_folder EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM HUP
}

remove_server_folder() {
    local pid_file
    for pid_file in "$folder"/*/postmaster.pid; do
        [[ ! -e $pid_file ]] || quietly as_server "$bin/pg_ctl" stop --mode=immediate --pgdata="${pid_file%/*}"
    done
    rm -rf "$folder"
}
