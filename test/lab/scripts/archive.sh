#!/bin/bash
# archive.sh DIRECTORY NAME…   fills a directory with packages of this machine's archive and all that they depend on, and makes its index.
set -euo pipefail
directory=$1
shift
scratch=$(mktemp -d)
trap 'rm -rf "${scratch}"' EXIT
mkdir -p "${directory}" "${scratch}/lists/partial"
: >"${scratch}/status"
apt=(
  apt-get -qq -y -o "Dir::State::lists=${scratch}/lists" -o "Dir::State::status=${scratch}/status" -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache=
  -o "Dir::Cache::archives=${directory}"
)
chmod 755 "${scratch}"
"${apt[@]}" update
"${apt[@]}" --download-only install --no-install-recommends -- "$@"
rm -rf "${directory}/partial" "${directory}/lock"
bash "$(dirname "$(readlink -f "$0")")/index.sh" "${directory}"
