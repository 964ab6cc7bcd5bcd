#!/bin/bash
# minors.sh DIRECTORY NAME…   packages of which the archive of ${LAB_PLATFORM} has two versions, the release's and a later one: into DIRECTORY/old and
# DIRECTORY/new with an index each, a line `NAME OLD NEW` each. Fails for a name that has only one.
set -euo pipefail
# shellcheck source=lab.env
. "$(dirname "$(readlink -f "$0")")/lab.env"
directory=$1
shift
scratch=$(mktemp -d)
trap 'rm -rf "${scratch}"' EXIT
chmod 755 "${scratch}"
mkdir -p "${scratch}/lists/partial" "${directory}/old" "${directory}/new"
: >"${scratch}/status"
options=(
  -o "Dir::Etc::sourcelist=${ROOTFS}/etc/apt/sources.list.d/debian.sources" -o Dir::Etc::sourceparts=- -o "Dir::State::lists=${scratch}/lists"
  -o "Dir::State::status=${scratch}/status" -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache= -o APT::Sandbox::User=root
)
apt-get -qq "${options[@]}" update
for name; do
  mapfile -t versions < <(apt-cache "${options[@]}" madison "${name}" | awk '{ print $3 }' | sort -uV)
  ((${#versions[@]} > 1)) || { echo "the archive of ${LAB_PLATFORM} has one version of ${name}: ${versions[*]}" >&2; exit 1; }
  (cd "${directory}/old" && apt-get -qq "${options[@]}" download "${name}=${versions[0]}")
  (cd "${directory}/new" && apt-get -qq "${options[@]}" download "${name}=${versions[-1]}")
  printf '%s %s %s\n' "${name}" "${versions[0]}" "${versions[-1]}"
done
for part in old new; do bash "$(dirname "$(readlink -f "$0")")/index.sh" "${directory}/${part}"; done
