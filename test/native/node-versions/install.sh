#!/bin/bash
# Installs the newest release of each Node.js line the program is tried on, from the npm packages that hold node's binary.
# Cached in ${PIGSTYC_NODES:-/var/tmp/pigstyc-nodes}/<major>/; prints the directory.
set -euo pipefail
dir=${PIGSTYC_NODES:-/var/tmp/pigstyc-nodes}
case $(uname -m) in
  x86_64) arch=x64 ;;
  aarch64) arch=arm64 ;;
  *) echo "no node packages for $(uname -m)" >&2; exit 1 ;;
esac
for major in 18 20 22 24 26; do
  [[ -x ${dir}/${major}/bin/node ]] && continue
  npm install --silent --no-audit --no-fund --ignore-scripts --prefix "${dir}/${major}" "node-linux-${arch}@${major}" >&2
  ln -sfn "node_modules/node-linux-${arch}/bin" "${dir}/${major}/bin"
done
echo "${dir}"
