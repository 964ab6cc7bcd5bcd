# shellcheck shell=bash
# A server as the bundle makes it, of the major its link names: initdb with the emitted options, all settings, the access rules, all SQL
# twice, the psql profile. Sourced by check-host.sh.
# shellcheck disable=SC2034,SC2154 # files, absent, work, here: check-host.sh's

# Extensions of packages that this root has not: empty ones of their name, so that what surrounds them is tried.
stub_extensions() {
  local share name
  share=$("${pg_bin}/pg_config" --sharedir 2>/dev/null || echo "${pg_bin}/../share/postgresql")
  [[ -d ${share}/extension ]] || share=/usr/share/postgresql/${pg_major}
  while read -r name; do
    [[ -e ${share}/extension/${name}.control ]] && continue
    printf "default_version = '1.0'\nrelocatable = true\n" >"${share}/extension/${name}.control"
    : >"${share}/extension/${name}--1.0.sql"
  done < <(grep -ohE "CREATE EXTENSION IF NOT EXISTS [\"a-z0-9_-]+" /pg/tmp/*.sql | awk '{ gsub("\"", "", $NF); print $NF }' | sort -u)
}

server_of_the_check() {
  printf "%s = '%s'\n" unix_socket_directories "${work}/pg" port 5432 logging_collector off log_destination stderr archive_command true fsync off
}

# make_server: a running one in ${work}/pg; 1 when it does not come up, which is a finding
make_server() {
  local options file yml libraries
  yml=$(each /pg/conf/*-*.yml | grep -v '\.dcs\.yml$' | head -n 1)
  libraries=$("${pg_bin}/pg_config" --pkglibdir 2>/dev/null || echo /usr/lib/postgresql/"${pg_major}"/lib)
  [[ -e ${pg_bin}/../node-package ]] && libraries=${pg_bin}/../lib/postgresql
  rm -rf "${work}/pg"
  install -d -o postgres -g postgres "${work}/pg"
  ran 60 python3 "${here}/patroni-settings.py" "${yml}" "${pg_bin}" "${libraries}" "${work}/initdb" "${work}/settings" || { finding "${yml}"; return 1; }
  complains "${yml}" .
  mapfile -t options <"${work}/initdb"
  ran 120 runuser -u postgres -- "${pg_bin}/initdb" -D "${work}/pg" -A trust -N "${options[@]}" || { finding "initdb ${options[*]}"; return 1; }
  # The first rule and the last settings are how this check gets in and hears of it.
  { echo 'local all postgres trust'; cat /laid/pg/data/pg_hba.conf; } >"${work}/pg/pg_hba.conf"
  { cat "${work}/settings" /laid/pg/data/postgresql.auto.conf; server_of_the_check; } >"${work}/pg/postgresql.auto.conf"
  chown postgres: "${work}"/pg/{pg_hba,postgresql.auto}.conf
  ran 60 runuser -u postgres -- "${pg_bin}/pg_ctl" -D "${work}/pg" -w -l "${work}/pg/log" -o '-c listen_addresses=' start ||
    { cp "${work}/pg/log" "${work}/out"; finding postgres; return 1; }
  cp "${work}/pg/log" "${work}/out"
  complains 'log of the server' 'WARNING|deprecat|obsolete'
}

ask() { runuser -u postgres -- timeout 120 psql -h "${work}/pg" -U postgres -wqAXt -v ON_ERROR_STOP=1 "$@" 2>"${work}/errors"; }
none() { ask -d postgres -c "$2" >"${work}/out"; [[ ! -s ${work}/out ]] || finding "$1"; }

# The functions are called by the lines of apply.sh, here in their order; the second time they must name no change.
# shellcheck disable=SC2317
run_sql_twice() {
  local round database
  pg_run_sql() {
    ask -d "$1" -f "$2" >"${work}/changes" || { cp "${work}/errors" "${work}/out"; finding "$2"; }
    complains_of "$2"
    ((round == 1)) || [[ ! -s ${work}/changes ]] || { cp "${work}/changes" "${work}/out"; finding "$2 again"; }
    files=$((files + 1))
  }
  complains_of() { cp "${work}/errors" "${work}/out"; complains "$1" 'WARNING|deprecat'; }
  pg_provision_role() { pg_run_sql postgres "$2"; }
  pg_provision_database() { pg_run_sql postgres "$2"; }
  call() { shift; "$@"; }
  # Citus: Patroni creates the distributed database itself.
  database=$(sed -n '/^citus:/,/^[a-z]/s/^  database: //p' /pg/conf/*-*[0-9].yml)
  [[ -z ${database} ]] || ask -d postgres -c "CREATE DATABASE ${database}"
  for round in 1 2; do
    # shellcheck source=/dev/null
    . <(grep -E "^  call .* pg_(run_sql|provision_role|provision_database) [a-z]" /bundle/apply.sh | grep -v ' absent$')
  done
}

check_postgres() {
  local pg_bin=/usr/pgsql/bin pg_major
  [[ -e /pg/tmp/pg-init-roles.sql ]] || return 0
  pg_major=$(readlink /usr/pgsql | tr -dc 0-9)
  [[ -x ${pg_bin}/postgres ]] || { absent="postgresql-${pg_major}"; return 0; }
  needs psql || return 0
  stub_extensions
  make_server || { stop_server; return 0; }
  none 'settings' 'SELECT name, setting, error FROM pg_file_settings WHERE error IS NOT NULL'
  none 'settings that wait' 'SELECT name, setting FROM pg_settings WHERE pending_restart'
  none pg_hba.conf 'SELECT line_number, error FROM pg_hba_file_rules WHERE error IS NOT NULL'
  run_sql_twice
  PSQLRC=/var/lib/pgsql/.psqlrc ran 20 runuser -u postgres -- psql -h "${work}/pg" -U postgres -d postgres -Atc 'SELECT 1' || finding .psqlrc
  complains .psqlrc 'error|invalid'
  stop_server
  files=$((files + 4))
}

stop_server() { runuser -u postgres -- "${pg_bin}/pg_ctl" -D "${work}/pg" -m immediate stop >/dev/null 2>&1; }
