#!/bin/sh
# Prints the facts of this host as JSON and changes nothing. The argument is the directory that will hold the data.
set -eu
LC_ALL=C
export LC_ALL

quoted() {
  printf '"%s"' "$(printf '%s' "$1" | tr -d '\000-\037' | sed 's/[\\"]/\\&/g')"
}

# A key of /etc/os-release, in a subshell: the file sets variables.
release() (
  # shellcheck source=/dev/null
  [ -r /etc/os-release ] && . /etc/os-release
  case $1 in
    vendor) printf '%s' "${ID:-linux}" ;;
    version) printf '%s' "${VERSION_ID:-0}" ;;
    codename) printf '%s' "${VERSION_CODENAME:-}" ;;
  esac
)

interfaces() {
  command -v ip >/dev/null 2>&1 || return 0
  ip -o -4 addr show scope global | awk '
    { if (!($2 in seen)) { seen[$2] = ++count; name[count] = $2 }
      list[$2] = list[$2] (list[$2] == "" ? "" : ", ") "\"" $4 "\"" }
    END { for (i = 1; i <= count; i++) printf "%s{\"name\": \"%s\", \"addresses\": [%s]}", (i > 1 ? ", " : ""), name[i], list[name[i]] }'
}

dir=${1:-/data}
while [ ! -d "$dir" ]; do dir=$(dirname "$dir"); done

printf '{\n'
printf '  "hostname": %s,\n' "$(quoted "$(uname -n)")"
printf '  "cpu": %d,\n' "$(getconf _NPROCESSORS_ONLN)"
printf '  "memoryMib": %d,\n' "$(awk '/^MemTotal:/ { printf "%d", $2 / 1024 }' /proc/meminfo)"
printf '  "diskGib": %d,\n' "$(df -Pk "$dir" | awk 'NR == 2 { gib = $2 / 1048576; printf "%d", gib < 1 ? 1 : gib }')"
printf '  "os": { "vendor": %s, "version": %s, "codename": %s },\n' "$(quoted "$(release vendor)")" "$(quoted "$(release version)")" "$(quoted "$(release codename)")"
printf '  "arch": %s,\n' "$(quoted "$(uname -m)")"
printf '  "interfaces": [%s]\n}\n' "$(interfaces)"
