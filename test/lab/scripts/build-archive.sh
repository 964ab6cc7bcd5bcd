#!/bin/bash
# Builds what hosts of the default profile install: ${LAB}/archive-pigsty-4.5 with a directory for each module of `repo_modules`. Packages are sid's; those
# that have other names and places in the profile's own repositories are made of sid's here, and what no archive has is stood in for.
# Cached: a change of this file or of a stand-in builds it again.
set -euo pipefail
HERE_SCRIPTS=$(dirname "$(readlink -f "$0")")
export LAB_PLATFORM=pigsty-4.5
# shellcheck source=lab.env
. "${HERE_SCRIPTS}/lab.env"
STAND_INS=${HERE_SCRIPTS}/../stand-ins
ARCHIVE=${LAB}/archive-pigsty-4.5
STAMP=${ARCHIVE}.done
WANTED=$(cat "$0" "${STAND_INS}"/* | sha256sum | cut -d ' ' -f 1)
if [[ ${STAMP} -nt ${ROOTFS}.done && $(<"${STAMP}") == "${WANTED}" ]]; then
  echo 'archive cached'
  exit 0
fi

# Packages that the profile installs by the names they have in the archive.
NODE=(
  bash python3 sudo acl ca-certificates openssl curl wget lz4 zstd unzip bzip2 gzip tar tzdata chrony openssh-server util-linux rsync psmisc logrotate pv jq
  git make patch lsof less ncdu htop iotop socat net-tools telnet ipvsadm tuned numactl nvme-cli sysstat keepalived haproxy zlib1g libreadline-dev xz-utils
  locales cron openssh-client bind9-dnsutils iproute2 iputils-ping netcat-openbsd procps vim-tiny nginx dnsmasq redis
)
PGSQL=(
  postgresql-18 postgresql-client-18 postgresql-plpython3-18 postgresql-plperl-18 postgresql-pltcl-18 postgresql-18-repack postgresql-18-wal2json
  postgresql-18-pgvector patroni python3-etcd pgbouncer pgbackrest
)
# Packages of the archive that others are made of.
SOURCES=(
  etcd-server etcd-client prometheus-node-exporter prometheus-alertmanager prometheus-blackbox-exporter prometheus-nginx-exporter
  prometheus-redis-exporter prometheus-pgbackrest-exporter pg-exporter victoria-metrics vip-manager2
)

inside() { chroot "${ROOTFS}" "$@"; }

# download: the packages and all they depend on, as if nothing was installed.
download() {
  local into=/var/cache/archive
  rm -rf "${ROOTFS}${into}"
  mkdir -p "${ROOTFS}${into}/partial"
  cp -L /etc/resolv.conf "${ROOTFS}/etc/resolv.conf"
  inside apt-get update -q
  inside apt-get -q -y -o Dir::State::status=/dev/null -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache= -o "Dir::Cache::archives=${into}" \
    --download-only install --no-install-recommends "${NODE[@]}" "${PGSQL[@]}" "${SOURCES[@]}"
  rm -rf "${ROOTFS}/var/lib/apt/lists"/*
  echo 'nameserver 127.0.0.1' >"${ROOTFS}/etc/resolv.conf"
  rm -rf "${ARCHIVE}"
  mkdir -p "${ARCHIVE}"/{node,pgsql,infra,sources}
  mv "${ROOTFS}${into}"/*.deb "${ARCHIVE}/node/"
  rm -rf "${ROOTFS}${into}"
}

# move MODULE NAME…: packages go to the directory of another module.
move() {
  local module=$1 name
  shift
  for name in "$@"; do mv "${ARCHIVE}/node/${name}"_*.deb "${ARCHIVE}/${module}/"; done
}

# pack NAME VERSION DEPENDS [ACCOUNT]: the tree ${TREE} as a package, which makes the account of its daemon as the profile's package does.
pack() {
  mkdir -p "${TREE}/DEBIAN"
  printf 'Package: %s\nVersion: %s\nArchitecture: amd64\nMaintainer: lab\nDescription: %s for the lab\n' "$1" "$2" "$1" >"${TREE}/DEBIAN/control"
  if [[ -n $3 ]]; then echo "Depends: $3" >>"${TREE}/DEBIAN/control"; fi
  if [[ -n ${4-} ]]; then
    printf '#!/bin/sh\nset -e\ngetent group %s >/dev/null || groupadd -r %s\ngetent passwd %s >/dev/null || useradd -r -g %s -s /usr/sbin/nologin %s\n' \
      "$4" "$4" "$4" "$4" "$4" >"${TREE}/DEBIAN/preinst"
    chmod 755 "${TREE}/DEBIAN/preinst"
  fi
  dpkg-deb --root-owner-group -Znone -b "${TREE}" "${ARCHIVE}/infra/$1_$2_amd64.deb" >/dev/null
  rm -rf "${TREE}"
}

# made NAME ACCOUNT SOURCE FROM TO [SOURCE FROM TO]…: a package with programs of packages of the archive, under the names that the profile expects.
made() {
  local name=$1 account=$2 version='' depends=() file
  shift 2
  TREE=$(mktemp -d)
  chmod 755 "${TREE}"
  while (($# > 0)); do
    file=$(echo "${ARCHIVE}/sources/$1"_*.deb)
    mkdir -p "${TREE}${3%/*}"
    dpkg-deb --fsys-tarfile "${file}" | tar -xO ".$2" >"${TREE}$3"
    chmod "$(if [[ $3 == */bin/* ]]; then echo 755; else echo 644; fi)" "${TREE}$3"
    version=$(dpkg-deb -f "${file}" Version)
    depends+=("$(dpkg-deb -f "${file}" Depends)")
    shift 3
  done
  pack "${name}" "${version}" "$(printf '%s\n' "${depends[@]}" | sort -u | paste -sd ,)" "${account}"
}

# stood_in NAME ACCOUNT PROGRAM [FILE TO]…
stood_in() {
  local name=$1 account=$2
  TREE=$(mktemp -d)
  chmod 755 "${TREE}"
  shift 2
  while (($# > 0)); do
    install -D -m "$(if [[ $2 == */bin/* ]]; then echo 755; else echo 644; fi)" "${STAND_INS}/$1" "${TREE}$2"
    shift 2
  done
  pack "${name}" 0 python3 "${account}"
}

mkdir -p "${LAB}"
rm -f "${STAMP}"
mount -t proc proc "${ROOTFS}/proc"
trap 'umount "${ROOTFS}/proc"' EXIT
download
move sources "${SOURCES[@]}"
move pgsql "${PGSQL[@]}" libpq5
made etcd etcd etcd-server /usr/bin/etcd /usr/bin/etcd etcd-client /usr/bin/etcdctl /usr/bin/etcdctl
made node-exporter prometheus prometheus-node-exporter /usr/bin/prometheus-node-exporter /usr/bin/node_exporter
# Debian's reads its templates from a file, the profile's has them in itself.
templates=/usr/share/prometheus/alertmanager
made alertmanager prometheus prometheus-alertmanager /usr/bin/prometheus-alertmanager /usr/bin/alertmanager \
  prometheus-alertmanager ${templates}/default.tmpl ${templates}/default.tmpl prometheus-alertmanager ${templates}/email.tmpl ${templates}/email.tmpl
made blackbox-exporter prometheus prometheus-blackbox-exporter /usr/bin/prometheus-blackbox-exporter /usr/bin/blackbox_exporter
made nginx-exporter prometheus prometheus-nginx-exporter /usr/bin/prometheus-nginx-exporter /usr/bin/nginx_exporter
made redis-exporter prometheus prometheus-redis-exporter /usr/bin/prometheus-redis-exporter /usr/bin/redis_exporter
made pgbackrest-exporter '' prometheus-pgbackrest-exporter /usr/bin/prometheus-pgbackrest-exporter /usr/bin/pgbackrest_exporter
made pg-exporter prometheus pg-exporter /usr/bin/pg_exporter /usr/bin/pg_exporter pg-exporter /etc/pg_exporter/pg_exporter.yml /etc/pg_exporter.yml
made victoria-metrics '' victoria-metrics /usr/bin/victoria-metrics /usr/bin/victoria-metrics
made vmutils '' victoria-metrics /usr/bin/vmalert /usr/bin/vmalert
made vip-manager '' vip-manager2 /usr/bin/vip-manager /usr/bin/vip-manager
stood_in victoria-logs '' server.py /usr/bin/victoria-logs
stood_in victoria-traces '' server.py /usr/bin/victoria-traces
stood_in vector vector server.py /usr/bin/vector
stood_in grafana grafana server.py /usr/bin/grafana-server grafana-server.service /usr/lib/systemd/system/grafana-server.service
stood_in uv '' uv /usr/bin/uv
stood_in pig '' uv /usr/bin/pig
rm -rf "${ARCHIVE}/sources"
for module in node pgsql infra; do bash "${HERE_SCRIPTS}/index.sh" "${ARCHIVE}/${module}"; done
echo "${WANTED}" >"${STAMP}"
echo "archive built in ${SECONDS} s"
