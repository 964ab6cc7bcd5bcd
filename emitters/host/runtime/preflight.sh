# Before anything is changed: what listens on the ports of the bundle, and what runs under the names of its units, has to be its own.
# Every function here looks only; all reasons to refuse are found before the run ends.

REFUSALS=()
# Inodes of the sockets that listen: by TCP port, and by path of a socket in the file system.
declare -A TCP_SOCKETS=() UNIX_SOCKETS=() SOCKET_PROCESS=()
SOCKETS_READ=0
# Whom `socket_owner` found.
OWNER_UNIT=
OWNER_TEXT=

# object REASON: keeps the run from beginning.
object() { REFUSALS+=("$*"); }

# proc_directory: in ANSWER; false for an image in preparation, where nothing runs.
proc_directory() {
  ANSWER=${PIGSTYC_PROC:-/proc}
  [[ -z ${ROOT} || -n ${PIGSTYC_PROC:-} ]]
}

# socket_meets ADDRESS: whether a program that listens there is in the way of one that listens on this host's own address: hexadecimal, as in /proc.
socket_meets() {
  local own parts=()
  IFS=. read -r -a parts <<<"${HOST_ADDRESS}"
  if [[ ! ${HOST_ADDRESS} =~ ^[0-9]+(\.[0-9]+){3}$ ]]; then return 0; fi
  printf -v own '%02X%02X%02X%02X' "${parts[3]}" "${parts[2]}" "${parts[1]}" "${parts[0]}"
  case ${1#0000000000000000FFFF0000} in
    00000000 | 00000000000000000000000000000000 | 0100007F | 00000000000000000000000001000000 | "${own}") return 0 ;;
    *) return 1 ;;
  esac
}

# read_sockets: what listens, once a run. No process is started for it.
read_sockets() {
  local proc file local_address state inode port path flags
  if [[ ${SOCKETS_READ} == 1 ]]; then return 0; fi
  SOCKETS_READ=1
  if ! proc_directory; then return 0; fi
  proc=${ANSWER}
  for file in "${proc}/net/tcp" "${proc}/net/tcp6"; do
    if [[ ! -r ${file} ]]; then continue; fi
    while read -r _ local_address _ state _ _ _ _ _ inode _; do
      if [[ ${state} != 0A ]] || ! socket_meets "${local_address%:*}"; then continue; fi
      port=$((16#${local_address##*:}))
      TCP_SOCKETS[${port}]="${TCP_SOCKETS[${port}]-} ${inode}"
    done <"${file}"
  done
  if [[ ! -r ${proc}/net/unix ]]; then return 0; fi
  while read -r _ _ _ flags _ _ inode path; do
    if [[ ${flags} == 00010000 && ${path} == /* ]]; then UNIX_SOCKETS[${path#/var}]="${UNIX_SOCKETS[${path#/var}]-} ${inode}"; fi
  done <"${proc}/net/unix"
}

# read_processes: which process has which socket, once a run and only where one of our ports is taken.
read_processes() {
  local proc directory target
  if ((${#SOCKET_PROCESS[@]} > 0)); then return 0; fi
  proc_directory || return 0
  proc=${ANSWER}
  # Processes come and go meanwhile, so find may fail on some.
  answer find "${proc}"/[0-9]*/fd -maxdepth 1 -lname 'socket:*' -printf '%h %l\n' || true
  while read -r directory target; do
    target=${target#socket:\[}
    directory=${directory%/fd}
    if [[ -n ${target} ]]; then SOCKET_PROCESS[${target%\]}]=${directory##*/}; fi
  done <<<"${ANSWER}"
}

# socket_owner INODE: its unit in OWNER_UNIT, and who that is in OWNER_TEXT.
socket_owner() {
  local proc pid name=''
  OWNER_UNIT='' OWNER_TEXT='a process that cannot be seen from here'
  read_processes
  pid=${SOCKET_PROCESS[$1]-}
  if [[ -z ${pid} ]] || ! proc_directory; then return 0; fi
  proc=${ANSWER}
  { name=$(<"${proc}/${pid}/comm") && OWNER_UNIT=$(<"${proc}/${pid}/cgroup"); } 2>/dev/null || return 0
  # The innermost one, whichever hierarchy names it.
  if [[ ${OWNER_UNIT} =~ .*/([^/[:space:]]+\.(service|scope)) ]]; then OWNER_UNIT=${BASH_REMATCH[1]}; else OWNER_UNIT=; fi
  OWNER_TEXT="${name} (process ${pid}${OWNER_UNIT:+ of ${OWNER_UNIT}})"
}

# our_unit NAME.service UNIT…: whether it is one of the named, or one that this or an earlier bundle has the file of.
our_unit() {
  local name=$1 unit installed
  shift
  for unit in "$@"; do
    if [[ ${name} == "${unit}.service" ]]; then return 0; fi
  done
  if [[ -n ${F_ROW[/etc/systemd/system/${name}]-} ]]; then return 0; fi
  for installed in "${STATE}"/installed/*.tsv; do
    if [[ -r ${installed} && $(<"${installed}") == *$'\t'"/etc/systemd/system/${name}"$'\t'* ]]; then return 0; fi
  done
  return 1
}

# expect_port PORT PARAMETER UNIT…: nothing but these units listens there.
expect_port() {
  local port=$1 parameter=$2 inode
  shift 2
  read_sockets
  for inode in ${TCP_SOCKETS[${port}]-}; do
    socket_owner "${inode}"
    if [[ -n ${OWNER_UNIT} ]] && our_unit "${OWNER_UNIT}" "$@"; then continue; fi
    object "port ${port} (${parameter}) is used by ${OWNER_TEXT}: stop that for good, or choose another ${parameter}"
    return 0
  done
}

# expect_socket PATH PARAMETER UNIT…: the same of a socket in the file system.
expect_socket() {
  local path=$1 parameter=$2 inode
  shift 2
  read_sockets
  for inode in ${UNIX_SOCKETS[${path#/var}]-}; do
    socket_owner "${inode}"
    if [[ -n ${OWNER_UNIT} ]] && our_unit "${OWNER_UNIT}" "$@"; then continue; fi
    object "the socket ${path} (${parameter}) is used by ${OWNER_TEXT}: stop that for good, or choose another ${parameter}"
    return 0
  done
}

# expect_stopped UNIT: a server that the distribution runs and the bundle replaces is somebody's who started it.
expect_stopped() {
  local list
  if [[ $1 == *'*'* ]]; then
    answer systemctl list-units --plain --no-legend --state=active -- "$1" || return 0
    list=${ANSWER%%$'\n'*}
    if [[ -n ${list} ]]; then object_running "${list%% *}"; fi
  elif active "$1"; then
    object_running "$1"
  fi
}

object_running() {
  object "$1 runs here and is not ours: move its data away if somebody needs them, then systemctl disable --now $1"
}

# expect_own_units: a service of the bundle that runs from a unit file of somebody else serves somebody else.
expect_own_units() {
  local unit
  for unit in "${UNITS[@]}"; do
    if [[ -z ${F_ROW[/etc/systemd/system/${unit}.service]-} || -z ${U_FRAGMENT[${unit}]-} || ${U_FRAGMENT[${unit}]} == "/etc/systemd/system/${unit}.service" ]]; then continue; fi
    if active "${unit}"; then
      object "${unit} runs from ${U_FRAGMENT[${unit}]}, which is not ours: move away what it serves, then systemctl disable --now ${unit}"
    fi
  done
}

# expectations_met: ends the run where one is not.
expectations_met() {
  local reason text
  expect_own_units
  module_may_leave
  if [[ ${PURGE} == 1 && ${RETIRES} == 0 ]]; then object '--purge is for the last bundle of a host that leaves'; fi
  if [[ ${ENDS} != , && ${RETIRES} == 0 ]]; then object '--end is for the last bundle of a host that leaves'; fi
  if ((${#REFUSALS[@]} == 0)); then return 0; fi
  text=${REFUSALS[0]}
  for reason in "${REFUSALS[@]:1}"; do text+=$'\n'"  also: ${reason}"; done
  refuse "${text}"
}
