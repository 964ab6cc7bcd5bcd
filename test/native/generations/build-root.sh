#!/bin/bash
# Builds a root file system with the programs that read what we emit, of one release of Debian: the smallest system and these packages.
# Cached in ${PIGSTYC_ROOTS:-/var/tmp/pigstyc-roots}/RELEASE, built again when this file has changed. sid moves every day: each call
# brings its programs to the newest version. What an archive cannot install today is in RELEASE.missing, versions in RELEASE.versions.
# usage: build-root.sh bookworm|trixie|sid
set -euo pipefail
release=${1:?usage: build-root.sh bookworm|trixie|sid}
roots=${PIGSTYC_ROOTS:-/var/tmp/pigstyc-roots}
root=${roots}/${release}
export LC_ALL=C DEBIAN_FRONTEND=noninteractive

# What the bundles of a platform ask programs of Debian to read.
packages=(
  bash-completion chrony cron dnsmasq etcd-client etcd-server haproxy iproute2 keepalived nginx-light openssh-client openssl patroni
  pgbackrest pgbouncer procps prometheus prometheus-alertmanager prometheus-node-exporter redis-sentinel redis-server sudo systemd
)
newer=(
  vip-manager2 valkey-server valkey-sentinel tuned prometheus-blackbox-exporter prometheus-nginx-exporter prometheus-redis-exporter
)
case ${release} in
  bookworm) packages+=(vip-manager python3-etcd) major=15 ;;
  trixie) packages+=("${newer[@]}" postgresql-17-pgvector) major=17 ;;
  sid) packages+=("${newer[@]}" victoria-metrics postgresql-18-pgvector postgresql-19) major=18 ;;
  *) echo "no generation ${release}" >&2; exit 1 ;;
esac
packages+=("postgresql-${major}" "postgresql-plperl-${major}" "postgresql-${major}-repack" "postgresql-${major}-wal2json")

wanted=$(sha256sum "$0" | cut -d ' ' -f 1)
inside() { chroot "${root}" "$@"; }
apt() { inside apt-get -q -o Dpkg::Use-Pty=0 -o Dpkg::Options::=--force-confold "$@"; }

base() {
  local mirror
  if [[ -e ${root}.base ]]; then return 0; fi
  mirror=$(awk '/^URIs:/ { print $2; exit }' /etc/apt/sources.list.d/debian.sources 2>/dev/null || true)
  rm -rf --one-file-system "${root}"
  debootstrap --variant=minbase --include=ca-certificates "${release}" "${root}" "${mirror:-http://deb.debian.org/debian}"
  echo "${mirror:-http://deb.debian.org/debian}" >"${root}.base"
}

# How this machine reaches the archive is how the root does. A release candidate of PostgreSQL is in experimental only.
archive() {
  local mirror suites=("${release}")
  mirror=$(<"${root}.base")
  if [[ ${release} == sid ]]; then suites+=(experimental); fi
  rm -f "${root}/etc/apt/sources.list"
  printf 'Types: deb\nURIs: %s\nSuites: %s\nComponents: main\nSigned-By: /usr/share/keyrings/debian-archive-keyring.gpg\n' \
    "${mirror}" "${suites[*]}" >"${root}/etc/apt/sources.list.d/debian.sources"
  cp -n /etc/apt/apt.conf.d/* "${root}/etc/apt/apt.conf.d/" 2>/dev/null || true
  cp -L /etc/resolv.conf /etc/hosts "${root}/etc/"
}

# All at once; when that cannot be done today, one by one, and what is left over is named.
install_packages() {
  local package
  printf '#!/bin/sh\nexit 101\n' >"${root}/usr/sbin/policy-rc.d"
  chmod 755 "${root}/usr/sbin/policy-rc.d"
  mkdir -p "${root}/etc/postgresql-common"
  echo 'create_main_cluster = false' >"${root}/etc/postgresql-common/createcluster.conf"
  # Neither manuals nor translations are read by anybody.
  printf 'path-exclude=/usr/share/%s/*\n' doc man locale info >"${root}/etc/dpkg/dpkg.cfg.d/small"
  apt update
  apt -y full-upgrade
  : >"${root}.missing"
  apt install -y --no-install-recommends "${packages[@]}" && return 0
  for package in "${packages[@]}"; do
    apt install -y --no-install-recommends "${package}" || apt install -y --no-install-recommends -t experimental "${package}" ||
      echo "${package}" >>"${root}.missing"
  done
}

mkdir -p "${roots}"
exec 9>"${root}.lock"
flock 9
if [[ ${release} != sid && -e ${root}.done && $(<"${root}.done") == "${wanted}" ]]; then
  echo "${release}: cached"
  exit 0
fi
rm -f "${root}.done"
base
archive
mount -t proc proc "${root}/proc"
trap 'umount "${root}/proc"' EXIT
install_packages
apt clean
rm -rf "${root}"/var/lib/apt/lists/*
# shellcheck disable=SC2016 # dpkg-query's own
inside dpkg-query -W -f '${Package} ${Version}\n' >"${root}.versions"
echo "${wanted}" >"${root}.done"
echo "${release}: built in ${SECONDS} s, not available: $(tr '\n' ' ' <"${root}.missing")"
