#!/bin/bash
# index.sh DIRECTORY   makes the index of a directory of packages, for apt.
set -euo pipefail
cd "$1"
for package in *.deb; do
  dpkg-deb -f "${package}"
  printf 'Filename: ./%s\nSize: %s\nSHA256: %s\n\n' "${package}" "$(stat -c %s "${package}")" "$(sha256sum "${package}" | cut -d ' ' -f 1)"
done >Packages
