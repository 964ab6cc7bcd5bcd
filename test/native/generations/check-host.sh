#!/usr/bin/env bash
# Runs inside a root of one generation into which one host's real files were laid: every file is given to the program that
# reads it. What it says is a finding, warnings and deprecations included. Then each control breaks one file, which must be refused.
#   bad: FILE: WHAT IT SAYS          checked: KIND FILES          absent: KIND PROGRAM          refused: KIND NUMBER
# Exits 1 on findings. /verified/controls.tsv has KIND, NUMBER, FILE and what sed does to it; /verified remembers what need not be asked again.
# usage: check-host.sh ADDRESS KIND…   (the address the host's daemons bind)
# shellcheck disable=SC2317 # functions are called by checks.sh and postgres.sh
set -uo pipefail
export LC_ALL=C PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
here=$(dirname "$0")
bad=0 expected=0
work=$(mktemp -d)
chmod 755 "${work}"

finding() {
  if ((expected)); then refused=1; return 0; fi
  bad=1
  printf 'bad: %s: %s\n' "$1" "$(tr '\n' ' ' <"${work}/out" | cut -c1-900)"
}
# ran SECONDS COMMAND…: both its outputs are in ${work}/out afterwards
ran() { timeout "$1" "${@:2}" >"${work}/out" 2>&1 </dev/null; }
# silent FILE COMMAND…: it must exit 0 and say nothing
silent() { local file=$1; shift; { ran 60 "$@" && [[ ! -s ${work}/out ]]; } || finding "${file}"; }
# starts FILE COMMAND…: a daemon without a check mode: it must still run when the time is up, and complain of nothing
starts() {
  local file=$1 code=0
  shift
  ran 2 "$@" || code=$?
  ((code == 124)) || { finding "${file}"; return 0; }
  complains "${file}" 'deprecat|obsolete|unrecogni[sz]ed|unknown (option|parameter|setting)|bad directive'
}
# complains FILE EXPRESSION [ALLOWED]: lines of the output that match are findings
complains() {
  grep -iE "$2" "${work}/out" | grep -vE "${3:-^$}" >"${work}/left" || return 0
  mv "${work}/left" "${work}/out"
  finding "$1"
}
# needs PROGRAM…: not every archive has all of them every day
needs() {
  local program
  for program in "$@"; do
    command -v "${program}" >/dev/null || { absent=${program}; return 1; }
  done
}

network() {
  ip link set lo up
  ip link add eth1 type veth peer name eth1-peer && ip link set eth1 up && ip link set eth1-peer up
  # As on a real member: the pooler may bind the virtual address while another member holds it.
  sysctl -qw net.ipv4.ip_nonlocal_bind=1
  ip addr add "$1/24" dev eth1
}

# one KIND: its files; `files` is how many there are, `absent` the program that is not there
one() { files=0 absent=''; "check_$1"; }

controls() {
  local kind number path expression
  while IFS=$'\t' read -r kind number path expression; do
    [[ ${kind} == "$1" && ! -e /verified/control.$1.${number} ]] || continue
    # shellcheck disable=SC2086 # a pattern
    set -- "$1" ${path}
    [[ -e $2 ]] || continue
    touch "/verified/control.$1.${number}"
    cp -a "$2" "${work}/whole"
    sed -i "${expression}" "$2"
    expected=1 refused=0
    one "$1"
    expected=0
    cp -a "${work}/whole" "$2"
    if ((refused)); then echo "refused: $1 ${number}"; else echo "$1 accepts it with: ${expression}" >"${work}/out"; finding "$2"; fi
  done </verified/controls.tsv
}

# shellcheck source=test/native/generations/checks.sh
. "${here}/checks.sh"
# shellcheck source=test/native/generations/postgres.sh
. "${here}/postgres.sh"

network "$1"
shift
for kind in "$@"; do
  one "${kind}"
  if [[ -n ${absent} ]]; then echo "absent: ${kind} ${absent}"; continue; fi
  ((files > 0)) || continue
  echo "checked: ${kind} ${files}"
  controls "${kind}"
done
rm -rf "${work}"
exit "${bad}"
