#!/usr/bin/env bash
# Inside new mount, network and process namespaces: mounts a copy of ROOT, gives it the files of a bundle's host with their owners
# and modes, and runs check-host.sh in it.
# STATE, shared by all hosts of a generation, remembers what a checker has accepted that would say the same of it again, and holds
# controls.tsv. SERVERS has PostgreSQL by major that the root has not, or is empty.
# usage: lay-out-host.sh ROOT SCRATCH BUNDLE STATE SERVERS ADDRESS KIND…
set -euo pipefail
base=$1 scratch=$2 bundle=$3 state=$4 servers=$5
shift 5
here=$(dirname "$(readlink -f "$0")")
root=${scratch}/merged
mount --make-rprivate /
mount -t tmpfs tmpfs "${scratch}"
mkdir -p "${scratch}/upper" "${scratch}/work" "${root}"
mount -t overlay overlay -o "lowerdir=${base},upperdir=${scratch}/upper,workdir=${scratch}/work" "${root}"
mount -t proc proc "${root}/proc"
mount --rbind /dev "${root}/dev"
mount -t tmpfs tmpfs "${root}/run"
mount -o remount,rw /proc/sys 2>/dev/null || true
for account in postgres etcd redis minio victoria infra prometheus grafana nginx dnsmasq; do
  chroot "${root}" getent group "${account}" >/dev/null || chroot "${root}" groupadd -r "${account}"
  chroot "${root}" getent passwd "${account}" >/dev/null || chroot "${root}" useradd -r -g "${account}" -s /bin/sh "${account}"
done
touch -d '1 minute ago' "${root}/etc/pigstyc-laid"

mkdir "${root}/bundle" "${root}/verified" "${root}/checks"
mount --bind "${state}" "${root}/verified"
mount --bind "${bundle}" "${root}/bundle"
mount --bind "${here}" "${root}/checks"
# A server of a package for node brings its libraries along, and is where the archive's would be.
for server in "${servers:+${servers}/}"[0-9]*; do
  major=${server##*/}
  [[ -x ${server}/bin/postgres && ! -e ${root}/usr/lib/postgresql/${major}/bin/postgres ]] || continue
  mkdir -p "${root}/usr/lib/postgresql/${major}"
  cp -a "$(readlink -f "${server}/bin")/.." "${root}/usr/lib/postgresql/${major}/"
  touch "${root}/usr/lib/postgresql/${major}/node-package"
done
# Directories and links as apply.sh makes them, then files with owner and mode from the manifest.
chroot "${root}" /bin/bash -s <<'LAY'
set -euo pipefail
dir() { mkdir -p "$1"; chown "$2:$3" "$1" 2>/dev/null || true; chmod "$4" "$1"; }
link() { mkdir -p "$(dirname "$1")"; ln -sfn "$2" "$1"; }
# shellcheck source=/dev/null
. <(grep -E '^  (dir|link) ' /bundle/apply.sh || true)
while IFS=$'\t' read -r _ kind path owner group mode _ source _; do
  [[ ${kind} == whole || ${kind} == once ]] || continue
  # Patroni takes a directory with files in it for a database that is broken.
  if [[ ${path} == /pg/data/* ]]; then path=/laid${path}; fi
  mkdir -p "$(dirname "${path}")"
  cp "/bundle/${source}" "${path}"
  chown "${owner}:${group}" "${path}" 2>/dev/null || true
  chmod "${mode}" "${path}"
  if [[ ${path} == /etc/haproxy/haproxy.cfg ]]; then touch /etc/pigstyc-has-haproxy; fi
done </bundle/manifest.tsv
LAY
exec chroot "${root}" /bin/bash /checks/check-host.sh "$@"
