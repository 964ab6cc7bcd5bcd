# shellcheck shell=bash
# How each kind of file is asked about: check_KIND sets `files`, and `absent` when its program is not there. Sourced by check-host.sh.
# shellcheck disable=SC2034,SC2154 # files, absent, work, here: check-host.sh's

# each PATTERN…: the files there are
each() { local path; for path in "$@"; do if [[ -f ${path} ]]; then printf '%s\n' "${path}"; fi; done; }

check_sudoers() {
  local file
  for file in /etc/sudoers.d/*; do
    [[ ${file} == */README ]] && continue
    needs visudo || return 0
    silent "${file}" visudo -c -q -f "${file}"
    files=$((files + 1))
  done
}

# A unit is judged by its text alone, and most hosts have the same ones.
check_units() {
  local file known missing='is not executable|Failed to (prepare filename|open|load|connect)|Unit [a-z_@.-]+ (not found|has a bad unit)'
  while read -r file; do
    files=$((files + 1))
    known=/verified/${file##*/}.$(sha256sum <"${file}" | cut -c 1-64)
    [[ -e ${known} ]] && continue
    ran 60 systemd-analyze verify --man=no --recursive-errors=no "${file}"
    # What the archive does not have is not the unit's fault; everything else systemd says is.
    grep -vE "${missing}|^$" "${work}/out" >"${work}/left" || true
    mv "${work}/left" "${work}/out"
    if [[ -s ${work}/out ]]; then finding "${file}"; else touch "${known}"; fi
  done < <(find /etc/systemd/system -maxdepth 1 -type f -name '*.service' -newer /etc/pigstyc-laid 2>/dev/null)
}

check_haproxy() {
  [[ -e /etc/haproxy/haproxy.cfg && -e /etc/pigstyc-has-haproxy ]] || return 0
  needs haproxy || return 0
  files=$(each /etc/haproxy/*.cfg /etc/haproxy/conf.d/*.cfg | wc -l)
  silent haproxy.cfg haproxy -c -q -dW -dD -f /etc/haproxy/haproxy.cfg -f /etc/haproxy/conf.d
}

check_patroni() {
  local file
  while read -r file; do
    needs patroni || return 0
    files=$((files + 1))
    ran 60 runuser -u postgres -- patroni --validate-config "${file}"
    # Nothing listens here, which it reports as a mistake of these.
    sed -i -E '/^$/d; /^(restapi\.listen|postgresql\.listen|etcd3?\.hosts(\.[0-9]+)?) /d' "${work}/out"
    [[ ! -s ${work}/out ]] || finding "${file}"
  done < <(each /pg/conf/*-*.yml | grep -v '\.dcs\.yml$')
}

check_pgbouncer() {
  [[ -e /etc/pgbouncer/pgbouncer.ini && -d /pg/conf ]] || return 0
  needs pgbouncer || return 0
  files=$(each /etc/pgbouncer/* | wc -l)
  starts pgbouncer.ini runuser -u postgres -- pgbouncer /etc/pgbouncer/pgbouncer.ini
  complains pgbouncer.ini 'ERROR|WARNING'
}

# `info` reads every option; a repository on another host is not reachable here, which is the only thing it may complain of.
check_pgbackrest() {
  [[ -e /etc/pgbackrest/pgbackrest.conf ]] || return 0
  needs pgbackrest || return 0
  files=1
  ran 20 runuser -u postgres -- pgbackrest --config=/etc/pgbackrest/pgbackrest.conf help backup repo || finding pgbackrest.conf
  ran 5 runuser -u postgres -- pgbackrest --config=/etc/pgbackrest/pgbackrest.conf --log-level-console=warn info || true
  complains pgbackrest.conf 'WARN: configuration file contains|ERROR: \[03[0-9]\]|deprecat'
}

check_etcd() {
  [[ -e /etc/etcd/etcd.conf ]] || return 0
  needs etcd || return 0
  files=1
  starts etcd.conf runuser -u etcd -- etcd --config-file /etc/etcd/etcd.conf
}

# As its unit starts it: settings, state and sentinel mode are spread over the command line. SERVER stands for the unit's.
store() {
  local unit command server=$1
  while read -r unit; do
    needs "${server}" || return 0
    read -ra command < <(sed -n 's/^ExecStart=//p' "${unit}")
    rm -rf "${work}/data"
    cp -a /data/redis "${work}/data"
    starts "${unit}" runuser -u redis -- "${server}" "${command[@]:1:${#command[@]}-2}" no --logfile ''
    # What a server tells about the kernel is not about our files.
    complains "${unit}" ' # .*warning' 'overcommit|transparent huge|backlog|somaxconn'
    # Neither server reads what the other one has written.
    rm -rf /data/redis
    cp -a "${work}/data" /data/redis
    files=$((files + 1))
  done < <(find /etc/systemd/system -maxdepth 1 -type f -newer /etc/pigstyc-laid -exec grep -lE '^ExecStart=[^ ]*(redis|valkey)-server ' {} + 2>/dev/null)
}
check_redis() { store redis-server; }
check_valkey() { store valkey-server; }

check_nginx() {
  [[ -e /etc/nginx/conf.d/home.conf ]] || return 0
  needs nginx || return 0
  files=$(each /etc/nginx/nginx.conf /etc/nginx/conf.d/*.conf /etc/nginx/conf.d/*/*.conf | wc -l)
  silent nginx.conf nginx -t -q
}

check_dnsmasq() {
  [[ -d /etc/dnsmasq.d/pigsty ]] || return 0
  needs dnsmasq || return 0
  files=$(each /etc/dnsmasq.conf /etc/dnsmasq.d/pigsty/* | wc -l)
  ran 20 dnsmasq --test -C /etc/dnsmasq.conf || finding dnsmasq.conf
  [[ $(<"${work}/out") == 'dnsmasq: syntax check OK.' ]] || finding dnsmasq.conf
  # The names are read when it runs.
  starts dnsmasq.conf dnsmasq --keep-in-foreground --conf-file=/etc/dnsmasq.conf --no-resolv --log-facility=- --user=root
  complains dnsmasq.conf 'bad (name|address)'
}

check_prometheus() {
  [[ -e /infra/prometheus.yml ]] || return 0
  needs promtool || return 0
  files=$(find /infra/prometheus.yml /infra/rules /infra/targets -type f | wc -l)
  ran 60 promtool check config --lint=all --lint-fatal /infra/prometheus.yml || finding prometheus.yml
  # A module that this site has not has no targets.
  complains prometheus.yml 'warning|deprecat' 'file_sd in scrape job .* does not exist'
  ran 60 promtool check rules --lint=all --lint-fatal /infra/rules/*.yml || finding rules
}

# options FILE: the words of the one assignment in a file for EnvironmentFile=
options() { sed -n 's/^[A-Z_]*\(OPTS\|ARGS\)="\?\([^"]*\)"\?$/\2/p' "$1"; }

check_victoria() {
  local words
  [[ -e /etc/default/vmetrics ]] || return 0
  needs victoria-metrics vmalert || return 0
  files=4
  read -ra words < <(options /etc/default/vmetrics)
  ran 30 victoria-metrics "${words[@]}" -promscrape.config.dryRun -promscrape.config.strictParse || finding vmetrics
  complains vmetrics '	(warn|error)	'
  read -ra words < <(options /etc/default/vmalert)
  ran 30 vmalert "${words[@]}" -dryRun || finding vmalert
  complains vmalert '	(warn|error)	'
}

check_alertmanager() {
  [[ -e /etc/alertmanager.yml ]] || return 0
  needs amtool || return 0
  files=1
  ran 20 amtool check-config /etc/alertmanager.yml || finding alertmanager.yml
  complains alertmanager.yml 'warn|deprecat'
}

check_blackbox() {
  [[ -e /etc/blackbox.yml ]] || return 0
  needs prometheus-blackbox-exporter || return 0
  files=1
  ran 20 prometheus-blackbox-exporter --config.check --config.file=/etc/blackbox.yml || finding blackbox.yml
  complains blackbox.yml 'level=(warn|error)|deprecat'
}

# The programs of Prometheus' family read all options before they print their version.
check_options() {
  local file program words
  for file in /etc/default/{prometheus-,}{node,nginx,redis,blackbox}{-,_}exporter /etc/default/{prometheus-,}alertmanager /etc/default/prometheus; do
    [[ -s ${file} ]] || continue
    program=$(basename "${file}" | tr _ -)
    [[ ${program} == prometheus* ]] || program=prometheus-${program}
    needs "${program}" || return 0
    files=$((files + 1))
    read -ra words < <(options "${file}")
    ran 10 "${program}" "${words[@]}" --version || finding "${file}"
    complains "${file}" 'deprecat|try --help'
  done
}

# Where its unit looks for the interface, that is done first.
check_keepalived() {
  [[ -e /etc/keepalived/keepalived.conf ]] || return 0
  needs keepalived || return 0
  files=1
  if [[ -e /etc/keepalived/find-interface ]]; then silent find-interface /etc/keepalived/find-interface; fi
  silent keepalived.conf keepalived -t -f /etc/keepalived/keepalived.conf
}

# -p prints what it has read, and complaints to the other output.
check_chrony() {
  [[ -e /etc/chrony/chrony.conf ]] || return 0
  needs chronyd || return 0
  files=1
  silent chrony.conf sh -c 'exec chronyd -p -f /etc/chrony/chrony.conf >/dev/null'
}

check_cron() {
  local file
  while read -r file; do
    needs crontab || return 0
    files=$((files + 1))
    ran 10 crontab -n "${file}" || finding "${file}"
    complains "${file}" 'bad|error'
  done < <(each /var/spool/cron/crontabs/*)
}

check_tmpfiles() {
  local file
  for file in $(each /etc/tmpfiles.d/{postgresql,redis}.conf); do
    files=$((files + 1))
    silent "${file}" systemd-tmpfiles --create "${file}"
  done
}

check_tuned() {
  local profile=/etc/tuned/profiles
  [[ -d ${profile}/oltp ]] || return 0
  [[ -d /usr/lib/python3/dist-packages/tuned ]] || { absent=tuned; return 0; }
  files=4
  ran 30 python3 "${here}/load-tuned.py" "${profile}" oltp olap crit tiny || finding tuned.conf
  sed -i -E '/^[0-9-]+ /d' "${work}/out"
  [[ $(sed -E 's/[0-9]+/N/' "${work}/out" | tr '\n' ' ') == 'oltp: N units olap: N units crit: N units tiny: N units ' ]] || finding tuned.conf
}

check_ssh() {
  [[ -e /home/dba/.ssh/config ]] || return 0
  needs ssh || return 0
  files=1
  ran 10 ssh -F /home/dba/.ssh/config -G somewhere || finding ssh/config
  complains ssh/config 'unsupported|deprecat|bad configuration|: line '
}

check_shell() {
  local file
  for file in $(each /bundle/apply.sh /usr/libexec/pigstyc/* /etc/profile.d/{node,etcdctl,pgsql,pg-alias}.sh /usr/sbin/policy-rc.d); do
    files=$((files + 1))
    silent "${file}" bash -n "${file}"
  done
}

# It runs on, asking an etcd that is not there.
check_vip() {
  [[ -e /etc/default/vip-manager.yml ]] || return 0
  needs vip-manager || return 0
  files=1
  sed -i 's/^interface: .*/interface: eth1/' /etc/default/vip-manager.yml
  starts vip-manager.yml vip-manager --config=/etc/default/vip-manager.yml
  complains vip-manager.yml 'mandatory|unmarshal|panic|invalid'
}

check_apt() {
  local file
  while read -r file; do
    needs apt-get || return 0
    files=$((files + 1))
    mkdir -p "${work}/lists/partial"
    ran 20 apt-get update --print-uris -o "Dir::Etc::SourceList=${file}" -o Dir::Etc::SourceParts=/dev/null -o "Dir::State::lists=${work}/lists" ||
      finding "${file}"
    complains "${file}" '^(W|E|N):'
  done < <(each /etc/apt/sources.list.d/*.list /etc/pigstyc/repository/sources/*.list)
}

check_certificates() {
  local file
  while read -r file; do
    files=$((files + 1))
    ran 10 openssl verify -x509_strict -purpose any -CAfile /etc/pki/ca.crt "${file}" || finding "${file}"
  done < <(each /pg/cert/server.crt /etc/etcd/server.crt /etc/pki/infra.crt /etc/nginx/conf.d/cert/*.crt)
}

check_names() {
  files=1
  silent hosts sh -c "grep -vE '^[^#]*\b(localhost|ip6-)' /etc/hosts | awk '/^[0-9]/ { print \$2 }' | while read -r name; do getent -s files hosts \"\$name\" >/dev/null || echo \"\$name\"; done"
}
