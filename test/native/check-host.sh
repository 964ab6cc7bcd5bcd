#!/usr/bin/env bash
# Runs inside a copy of the lab's root file system into which one host's real files were laid: every file is given to the
# program that will read it. Prints a line `bad: FILE: reason` per finding and `checked: KIND COUNT` per kind; exits 1 on findings.
# usage: check-host.sh ADDRESS…   (addresses the host's daemons bind)
set -uo pipefail
export LC_ALL=C PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
bad=0
work=$(mktemp -d)
chmod 755 "${work}"

finding() { bad=1; printf 'bad: %s: %s\n' "$1" "$(tr '\n' ' ' <"${work}/out" | cut -c1-600)"; }
ran() { timeout "$1" "${@:2}" >"${work}/out" 2>&1 </dev/null; }
checked() { (($2 > 0)) && printf 'checked: %s %d\n' "$1" "$2"; }
# accepts KIND FILE COMMAND…: the command must exit 0 and say nothing.
accepts() { local file=$1; shift; { ran 30 "$@" && [[ ! -s ${work}/out ]]; } || finding "${file}"; }
# starts FILE COMMAND…: a daemon without a check mode: it must still run when the time is up.
starts() { local file=$1 code=0; shift; ran 2 "$@" || code=$?; ((code == 124)) || finding "${file}"; }

network() {
  ip link set lo up
  ip link add eth1 type veth peer name eth1-peer && ip link set eth1 up && ip link set eth1-peer up
  # As on a real member: the pooler may bind the virtual address while another member holds it.
  sysctl -qw net.ipv4.ip_nonlocal_bind=1
  local address
  for address in "$@"; do ip addr add "${address}/24" dev eth1; done
}

sudoers() { local file n=0; for file in /etc/sudoers.d/*; do [[ ${file} == */README ]] && continue; ran 10 visudo -c -q -f "${file}" || finding "${file}"; n=$((n + 1)); done; checked sudoers "${n}"; }

# A unit is judged by its text alone, and most hosts have the same ones.
units() {
  local file n=0 known
  while read -r file; do
    n=$((n + 1))
    known=/verified/${file##*/}.$(sha256sum <"${file}" | cut -c 1-64)
    [[ -e ${known} ]] && continue
    # What the archive does not have is not the unit's fault; everything else systemd says is.
    ran 60 systemd-analyze verify --man=no --recursive-errors=no "${file}"
    grep -vE 'is not executable: No such file|Failed to (prepare filename|open|load|connect)|Unit [a-z_@.-]+ (not found|has a bad unit)|^$|Command /.* is not executable' "${work}/out" >"${work}/left" || true
    mv "${work}/left" "${work}/out"
    if [[ -s ${work}/out ]]; then finding "${file}"; else touch "${known}"; fi
  done < <(find /etc/systemd/system -maxdepth 1 -type f -name '*.service' -newer /etc/pigstyc-laid 2>/dev/null)
  checked 'systemd units' "${n}"
}

haproxy_config() {
  [[ -e /etc/haproxy/haproxy.cfg && -e /etc/pigstyc-has-haproxy ]] || return 0
  # A name that resolves only where DNS runs is checked by the server at start with init-addr; here it must parse.
  accepts haproxy.cfg haproxy -c -q -dW -f /etc/haproxy/haproxy.cfg -f /etc/haproxy/conf.d
  checked haproxy "$(find /etc/haproxy -name '*.cfg' | wc -l)"
}

patroni_config() {
  local file n=0
  for file in /pg/conf/*-*.yml; do
    [[ -e ${file} && ${file} != *.dcs.yml ]] || continue
    runuser -u postgres -- timeout 60 patroni --validate-config "${file}" >"${work}/out" 2>&1
    # Nothing listens here, which it reports as a mistake of these.
    sed -i -E '/^$/d; /^(restapi\.listen|postgresql\.listen|etcd3?\.hosts(\.[0-9]+)?) /d' "${work}/out"
    [[ -s ${work}/out ]] && finding "${file}"
    n=$((n + 1))
  done
  checked patroni "${n}"
}

pgbouncer_config() {
  [[ -e /etc/pgbouncer/pgbouncer.ini && -d /pg/conf ]] || return 0
  starts pgbouncer.ini runuser -u postgres -- pgbouncer /etc/pgbouncer/pgbouncer.ini
  grep -E 'ERROR|WARNING' "${work}/out" >"${work}/left" && { mv "${work}/left" "${work}/out"; finding pgbouncer.ini; }
  checked pgbouncer 1
}

pgbackrest_config() {
  [[ -e /etc/pgbackrest/pgbackrest.conf ]] || return 0
  ran 20 runuser -u postgres -- pgbackrest --config=/etc/pgbackrest/pgbackrest.conf help backup repo || finding pgbackrest.conf
  # `info` reads every option; a repository on another host is not reachable here, which is the only thing it may complain of.
  runuser -u postgres -- timeout 5 pgbackrest --config=/etc/pgbackrest/pgbackrest.conf --log-level-console=warn info >"${work}/out" 2>&1
  grep -E 'WARN: configuration file contains|ERROR: \[03[0-9]\]' "${work}/out" >"${work}/left" && { mv "${work}/left" "${work}/out"; finding pgbackrest.conf; }
  checked pgbackrest 1
}

etcd_config() {
  [[ -e /etc/etcd/etcd.conf ]] || return 0
  starts etcd.conf runuser -u etcd -- etcd --config-file /etc/etcd/etcd.conf
  checked etcd 1
}

# Redis as its unit starts it: settings, state and sentinel mode are spread over the command line.
redis_configs() {
  local unit n=0 command
  while read -r unit; do
    read -ra command < <(sed -n 's/^ExecStart=//p' "${unit}")
    starts "${unit}" runuser -u redis -- "${command[@]/#systemd/no}"
    n=$((n + 1))
  done < <(grep -lE '^ExecStart=[^ ]*(redis|valkey)-server ' /etc/systemd/system/*.service 2>/dev/null)
  checked redis "${n}"
}

infra_configs() {
  [[ -e /etc/nginx/conf.d/home.conf ]] && { ran 20 nginx -t -q || finding nginx.conf; checked nginx "$(find /etc/nginx/conf.d -name '*.conf' | wc -l)"; }
  [[ -d /etc/dnsmasq.d/pigsty ]] && { ran 20 dnsmasq --test -C /etc/dnsmasq.conf || finding dnsmasq.conf; checked dnsmasq 1; }
  [[ -e /infra/prometheus.yml ]] && { ran 60 promtool check config /infra/prometheus.yml || finding prometheus.yml; checked prometheus "$(find /infra/rules /infra/targets -type f | wc -l)"; }
  [[ -e /etc/alertmanager.yml ]] && { ran 20 amtool check-config /etc/alertmanager.yml || finding alertmanager.yml; checked alertmanager 1; }
  return 0
}

node_configs() {
  [[ -e /etc/keepalived/keepalived.conf ]] && { ran 20 keepalived -t -f /etc/keepalived/keepalived.conf || finding keepalived.conf; checked keepalived 1; }
  [[ -e /etc/chrony/chrony.conf ]] && { ran 20 chronyd -p -f /etc/chrony/chrony.conf || finding chrony.conf; checked chrony 1; }
  return 0
}

# The functions are called by the lines of apply.sh.
# shellcheck disable=SC2317
# The SQL of a primary in the order of apply.sh, twice: the second run must name no change. Then the access rules in the running server.
postgres_files() {
  [[ -e /pg/tmp/pg-init-roles.sql ]] || return 0
  local bin=/usr/pgsql/bin data=${work}/pg n=0 round database
  install -d -o postgres -g postgres "${data}"
  as_postgres() { ran 120 runuser -u postgres -- "$@"; }
  as_postgres "${bin}/initdb" -D "${data}" -A trust -E UTF8 --locale C -N || { finding initdb; return 0; }
  cp /laid/pg/data/pg_hba.conf "${data}/pg_hba.conf"
  printf "local all postgres trust\n%s\n" "$(<"${data}/pg_hba.conf")" >"${data}/pg_hba.conf"
  as_postgres "${bin}/pg_ctl" -D "${data}" -w -l "${data}/log" -o "-k ${data} -c listen_addresses= -c ssl=on -c ssl_cert_file=/pg/cert/server.crt -c ssl_key_file=/pg/cert/server.key -c ssl_ca_file=/pg/cert/ca.crt -c shared_preload_libraries=pg_stat_statements" start ||
    { cp "${data}/log" "${work}/out"; finding postgres; return 0; }
  psql() { runuser -u postgres -- timeout 120 "${bin}/psql" -h "${data}" -U postgres -wqAXt -v ON_ERROR_STOP=1 "$@" 2>"${work}/errors"; }
  pg_run_sql() { psql -d "$1" -f "$2" >"${work}/changes" || { cp "${work}/errors" "${work}/out"; finding "$2"; }; ((round == 1)) || [[ ! -s ${work}/changes ]] || { cp "${work}/changes" "${work}/out"; finding "$2 again"; }; n=$((n + 1)); }
  pg_provision_role() { pg_run_sql postgres "$2"; }
  pg_provision_database() { pg_run_sql postgres "$2"; }
  call() { shift; "$@"; }
  # Citus: Patroni creates the distributed database itself.
  database=$(sed -n '/^citus:/,/^[a-z]/s/^  database: //p' /pg/conf/*-*[0-9].yml)
  [[ -z ${database} ]] || psql -d postgres -c "CREATE DATABASE ${database}"
  for round in 1 2; do
    # shellcheck source=/dev/null
    . <(grep -E "^  call .* pg_(run_sql|provision_role|provision_database) [a-z]" /bundle/apply.sh | grep -v ' absent$')
  done
  psql -d postgres -c 'SELECT line_number, error FROM pg_hba_file_rules WHERE error IS NOT NULL' >"${work}/out"
  [[ ! -s ${work}/out ]] || finding pg_hba.conf
  as_postgres "${bin}/pg_ctl" -D "${data}" -m immediate stop
  checked SQL "${n}"
}

network "$@"
sudoers
units
haproxy_config
patroni_config
postgres_files
pgbouncer_config
pgbackrest_config
etcd_config
redis_configs
infra_configs
node_configs
rm -rf "${work}"
exit "${bad}"
