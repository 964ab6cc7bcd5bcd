# shellcheck shell=bash
# Runtime of apply.sh: options, preflight, running commands, reporting. bash 4.4+, coreutils, util-linux, systemd.
# Rules: a function that finds nothing to do forks as little as it can and counts `ok`; every change goes through
# `change` or `changed`, so that --check and the summary see it; every external command that must work is `run … || die`.

STAGES_KNOWN=(repo node etcd infra minio pgsql redis monitor)

# Prefix of every path on the host; set in tests and when preparing an image, empty on a live host.
ROOT=${PIGSTYC_ROOT:-}
STATE=${ROOT}/var/lib/pigstyc

CHECK=0
DIFF=0
INSPECT=0
# What the next difference means to those who use the host (see inspect.sh).
CLASS=host
JSON=0
ALLOW_RESTART=0
UPGRADE=0
ROLLBACK=0
PURGE=0
PURGE_NAME=
# Clusters that end with this host, with commas around them.
ENDS=,
# Clusters that the inventory has, likewise; empty when nobody has said so.
SITE_CLUSTERS=
STAGES_WANTED=()
STAGE=preflight
STEP=start
HOST_NAME=
HOST_ADDRESS=

CHANGED=()
RESTARTED=()
PENDING=()
NOTES=()
OK=0
WORK=
# Proxies of the environment, as NAME=VALUE.
PROXIES=()

usage() {
  cat <<'TEXT'
usage: apply.sh [--check] [--diff] [--inspect] [--stage STAGE,…] [--allow-restart] [--upgrade]
                [--rollback] [--end=CLUSTER,…] [--clusters=CLUSTER,…] [--purge[=HOST,…]] [--json]

  --check          change nothing, list what differs, exit 2 when something does
  --diff           like --check, with the differences of files (secrets stay masked)
  --inspect        like --check, without sealed files: what each difference would mean to those who use the host (make inspect)
  --stage S,…      only these of: repo node etcd infra minio pgsql redis monitor; `gone` cleans what stages left that this host has no more
  --allow-restart  restart or stop guarded units (PostgreSQL, Patroni, etcd, MinIO, Redis) where a change needs it
  --upgrade        packages of this bundle for which the repositories have a newer version: list them; with --allow-restart install them
  --rollback       put back the files that the last changing run replaced
  --end=CLUSTER,…  of a host that leaves the site: its last member may go, and etcd without a quorum; data stay
  --clusters=C,…   all that the inventory has, as make says: an instance of another one, on a host that stays, ends with its cluster
  --purge[=HOST,…] of a host that leaves the site, remove its data as well; the name of the host confirms it
  --json           print one JSON object at the end; progress goes to standard error

exit: 0 converged, 1 failed, 2 --check found differences, 3 refused before any change, 4 another run holds the lock
TEXT
}

# --- reporting ------------------------------------------------------------------------------------------------------

say() {
  # A table comes at the end.
  if [[ ${INSPECT} == 1 ]]; then return 0; fi
  if [[ ${JSON} == 1 ]]; then printf '%s\n' "$*" >&2; else printf '%s\n' "$*"; fi
}

note() {
  NOTES+=("$*")
  say "  note: $*"
}

ok() { OK=$((OK + 1)); }

# changed WHAT…: something was changed, or would be under --check.
changed() {
  CHANGED+=("${STAGE}: $*")
  if [[ ${INSPECT} == 1 ]]; then differ "$*"; fi
  if [[ ${CHECK} == 1 ]]; then say "  would change: $*"; else say "  changed: $*"; fi
}

# change WHAT COMMAND…: runs the command, which must work, unless --check.
change() {
  local what=$1
  shift
  if [[ ${CHECK} == 0 ]]; then run "$@" || die "${what}"; fi
  changed "${what}"
}

pending() {
  PENDING+=("$*")
  if [[ ${INSPECT} == 1 ]]; then CLASS=drops differ "$*"; fi
  say "  pending: $*"
}

json_string() {
  local text=$1
  text=${text//\\/\\\\}
  text=${text//\"/\\\"}
  text=${text//$'\n'/\\n}
  text=${text//$'\t'/\\t}
  text=${text//$'\r'/\\r}
  text=${text//[$'\001'-$'\037']/ }
  printf '"%s"' "${text}"
}

json_list() {
  local item separator=
  printf '['
  for item in "$@"; do
    printf '%s' "${separator}"
    json_string "${item}"
    separator=,
  done
  printf ']'
}

# report RESULT [ERROR]: the summary line, or the JSON object.
report() {
  local result=$1 error=${2:-}
  if [[ ${JSON} == 0 ]]; then
    if [[ ${INSPECT} == 1 ]]; then report_differences; fi
    printf 'apply: %s %s changed=%d ok=%d restarted=%d pending=%d\n' \
      "${HOST_NAME}" "${result}" "${#CHANGED[@]}" "${OK}" "${#RESTARTED[@]}" "${#PENDING[@]}"
    return 0
  fi
  printf '{"host":'
  json_string "${HOST_NAME}"
  printf ',"result":"%s","ok":%d,"changed":' "${result}" "${OK}"
  json_list ${CHANGED[@]+"${CHANGED[@]}"}
  printf ',"restarted":'
  json_list ${RESTARTED[@]+"${RESTARTED[@]}"}
  printf ',"pending":'
  json_list ${PENDING[@]+"${PENDING[@]}"}
  printf ',"notes":'
  json_list ${NOTES[@]+"${NOTES[@]}"}
  if [[ ${INSPECT} == 1 ]]; then json_differences; fi
  if [[ -n ${error} ]]; then
    printf ',"error":'
    json_string "${error}"
  fi
  printf '}\n'
}

# --- running commands -----------------------------------------------------------------------------------------------

LAST_COMMAND=
LAST_CODE=0
ANSWER=
# Unit whose journal explains a failure of the last command.
LAST_UNIT=
# What `run` gives a command to read.
INPUT=/dev/null
# How `run_as` runs a command: `run` or `run_long`.
RUNNER=run
# Process of `run_long`.
LONG_RUNNING=

# run COMMAND…: output goes to a scratch file that `die` shows. Secrets never are arguments, so the command may be printed.
# The lock is not inherited: a program that outlives a killed run must not keep the next one out.
run() {
  LAST_COMMAND=$*
  LAST_CODE=0
  "$@" >"${WORK}/out" 2>&1 <"${INPUT}" 9>&- || LAST_CODE=$?
  room
  return "${LAST_CODE}"
}

# room: an answer that was cut off by a full disk reads as another answer, so nothing goes on without space for the next one.
room() {
  if { printf '%16384s' '' >"${WORK}/room" && : >"${WORK}/room"; } 2>/dev/null; then return 0; fi
  if [[ ! -d ${WORK} ]]; then return 0; fi
  LAST_COMMAND=
  die "no space in ${WORK%/*}: what commands answer cannot be kept"
}

# run_long COMMAND…: `run` for what may take hours. A signal ends it at once; any other command is waited for before a signal counts.
run_long() {
  LAST_COMMAND=$*
  LAST_CODE=0
  "$@" >"${WORK}/out" 2>&1 <"${INPUT}" 9>&- &
  LONG_RUNNING=$!
  wait "${LONG_RUNNING}" || LAST_CODE=$?
  LONG_RUNNING=
  room
  return "${LAST_CODE}"
}

# answer COMMAND…: like `run`, with standard output in ANSWER; what the command says otherwise is what `die` shows.
answer() {
  LAST_COMMAND=$*
  LAST_CODE=0
  ANSWER=$("$@" 2>"${WORK}/out" </dev/null 9>&-) || LAST_CODE=$?
  room
  return "${LAST_CODE}"
}

# says TEXT…: true when the output of the last command holds one of them.
says() {
  local text output
  output=$(<"${WORK}/out")
  for text in "$@"; do
    if [[ ${output} == *"${text}"* ]]; then return 0; fi
  done
  return 1
}

# run_private COMMAND…: `run`; what the command creates is for root alone.
run_private() {
  local code=0
  umask 077
  run "$@" || code=$?
  umask 022
  return "${code}"
}

# run_as USER COMMAND…: `run`, or RUNNER, as another user, with that user's groups and a clean environment.
run_as() {
  local user=$1
  shift
  if [[ ${user} == root || -n ${ROOT} ]]; then "${RUNNER}" "$@"; else "${RUNNER}" runuser -u "${user}" -- "$@"; fi
}

# The last lines of some output, without what may be secret in it.
show_masked() {
  { tail -n 20 || true; } | sed -E -e 's/^/  | /' -e "s/SCRAM-SHA-256[$][^'\" ]*/SCRAM-SHA-256…/g" -e "s/([Pp][Aa][Ss][Ss][Ww][Oo][Rr][Dd][^=:' ]*[=: ]+)('[^']*'|[^' ]+)/\1…/g"
}

# die WHAT: names stage, step, command, exit code, the last lines of output, and what to do.
die() {
  local what=$*
  {
    printf 'apply: FAILED %s: stage %s, step %s: %s\n' "${HOST_NAME}" "${STAGE}" "${STEP}" "${what}"
    if [[ -n ${LAST_COMMAND} && ${LAST_CODE} != 0 ]]; then
      printf '  command: %s\n  exit code: %s\n' "${LAST_COMMAND}" "${LAST_CODE}"
      if [[ -s ${WORK}/out ]]; then show_masked <"${WORK}/out"; fi
      if [[ -n ${LAST_UNIT} ]] && command -v journalctl >/dev/null; then
        printf '  last lines of its journal:\n'
        timeout 10 journalctl -u "${LAST_UNIT}" -n 20 --no-pager -o cat >"${WORK}/journal" 2>/dev/null || true
        show_masked <"${WORK}/journal"
      fi
    fi
    printf '  Fix the cause and run apply.sh again: it continues from here, and what is done stays done.\n'
  } >&2
  if [[ ${CHECK} == 0 && ${STAGE} != preflight ]]; then (umask 077 && : >"${STATE}/failed-${STAGE// /-}") 2>/dev/null || true; fi
  report failed "stage ${STAGE}, step ${STEP}: ${what}"
  exit 1
}

# mended STAGE: what has failed in it before has not now. `make deploy` visits a host again that has a mark of a failure, whatever it was sent.
mended() {
  local mark=${STATE}/failed-${1// /-}
  if [[ ${CHECK} == 0 && -e ${mark} ]]; then run rm -f -- "${mark}" || die 'cannot write the journal'; fi
}

# refuse WHY: nothing has been changed.
refuse() {
  printf 'apply: REFUSED %s: %s\n' "${HOST_NAME}" "$*" >&2
  if [[ ${JSON} == 1 ]]; then report refused "$*"; fi
  exit 3
}

# bounded COMMAND…: `run` for at most ten seconds. A function of the runtime bounds what it runs.
bounded() {
  if declare -F "$1" >/dev/null; then "$@"; else run timeout 10 "$@"; fi
}

# deadline SECONDS COMMAND…: repeats a quick check until it works or time is up. Waits on the condition, not on a guess.
deadline() {
  local seconds=$1 started=${SECONDS} pause=0.1
  shift
  until bounded "$@"; do
    if ((SECONDS - started >= seconds)); then return 1; fi
    sleep "${pause}"
    if [[ ${pause} == 0.1 ]]; then pause=0.3; else pause=1; fi
  done
}

have() { command -v "$1" >/dev/null 2>&1; }

CONTAINER=
# True inside a container, where the kernel belongs to somebody else.
in_container() {
  if [[ -z ${CONTAINER} ]]; then
    CONTAINER=no
    if have systemd-detect-virt && systemd-detect-virt --container --quiet; then CONTAINER=yes; fi
  fi
  [[ ${CONTAINER} == yes ]]
}

# --- start and end ----------------------------------------------------------------------------------------------------

options() {
  local stage
  while (($# > 0)); do
    case $1 in
      --check) CHECK=1 ;;
      --diff) CHECK=1 DIFF=1 ;;
      --inspect) CHECK=1 INSPECT=1 ;;
      --json) JSON=1 ;;
      --allow-restart) ALLOW_RESTART=1 ;;
      --upgrade) UPGRADE=1 ;;
      --rollback) ROLLBACK=1 ;;
      --purge) PURGE=1 ;;
      --end=*) ENDS+="${1#--end=}," ;;
      --clusters=*) SITE_CLUSTERS=",${1#--clusters=}," ;;
      --purge=*) PURGE=1 PURGE_NAME=${1#--purge=} ;;
      --stage | --stage=*)
        if [[ $1 == --stage ]]; then
          if (($# < 2)); then refuse '--stage needs a list'; fi
          shift
        fi
        IFS=, read -r -a STAGES_WANTED <<<"${1#--stage=}"
        for stage in ${STAGES_WANTED[@]+"${STAGES_WANTED[@]}"}; do
          if [[ " ${STAGES_KNOWN[*]} gone " != *" ${stage} "* ]]; then refuse "no stage \`${stage}\`; there are: ${STAGES_KNOWN[*]}"; fi
        done
        ;;
      -h | --help)
        usage
        exit 0
        ;;
      *)
        usage >&2
        refuse "unknown option $1"
        ;;
    esac
    shift
  done
}

finished() {
  local code=$?
  if [[ -n ${WORK} ]]; then rm -rf -- "${WORK}"; fi
  exit "${code}"
}

interrupted() {
  LAST_COMMAND=
  if [[ -n ${LONG_RUNNING} ]]; then
    kill -TERM "${LONG_RUNNING}" 2>/dev/null || true
    wait "${LONG_RUNNING}" || true
  fi
  die 'interrupted'
}

# take_lock: one run at a time. The lock is on the state directory itself and is released by the kernel, however the run ends.
take_lock() {
  if [[ ! -d ${STATE} ]]; then
    if [[ ${CHECK} == 1 ]]; then return 0; fi
    (umask 077 && mkdir -p -- "${STATE}") || refuse "cannot create ${STATE}"
  fi
  exec 9<"${STATE}" || refuse "cannot open ${STATE}"
  local code=0
  flock -n 9 || code=$?
  if ((code > 1)); then refuse "cannot lock ${STATE}: flock ends with ${code}"; fi
  if [[ ${code} == 1 ]]; then
    printf 'apply: LOCKED %s: another apply.sh is running on this host\n' "${HOST_NAME}" >&2
    if [[ ${JSON} == 1 ]]; then report locked 'another apply.sh is running on this host'; fi
    exit 4
  fi
}

# expect_host ADDRESS NAME: refuses on any other host than the one the bundle was made for.
expect_host() {
  local address=$1 name=$2 have_addresses have_name
  HOST_ADDRESS=${address}
  if [[ -n ${PIGSTYC_ASSUME_HOST:-} ]]; then
    if [[ ${PIGSTYC_ASSUME_HOST} == "${address}" ]]; then return 0; fi
    refuse "this bundle is for ${address} (${name}), told to assume ${PIGSTYC_ASSUME_HOST}"
  fi
  have_addresses=$(hostname -I 2>/dev/null || ip -o addr show 2>/dev/null)
  if [[ " ${have_addresses//[$'\n'\/]/ } " == *" ${address} "* ]]; then return 0; fi
  have_name=$(uname -n)
  if [[ ${have_name} == "${name}" || ${have_name%%.*} == "${name}" || ${have_name} == "${address}" ]]; then return 0; fi
  refuse "this bundle is for ${address} (${name}); this host is ${have_name} with ${have_addresses:-no address}"
}

# expect_os FAMILY VENDOR VERSION strict|lenient: lenient where nothing in the bundle depends on the release.
expect_os() {
  local family=$1 vendor=$2 version=$3 strictness=$4 line id='' id_version='' id_like=''
  if [[ ! -r ${ROOT}/etc/os-release ]]; then refuse 'no /etc/os-release: cannot tell the operating system'; fi
  while IFS= read -r line; do
    line=${line//[\"\']/}
    case ${line} in
      ID=*) id=${line#ID=} ;;
      ID_LIKE=*) id_like=${line#ID_LIKE=} ;;
      VERSION_ID=*) id_version=${line#VERSION_ID=} ;;
      *) ;;
    esac
  done <"${ROOT}/etc/os-release"
  local found=rpm
  if [[ " ${id} ${id_like} " == *" debian "* || ${id} == ubuntu ]]; then found=deb; fi
  local way='set os_vendor and os_version, or collect facts (make facts), and build again'
  if [[ ${found} != "${family}" ]]; then refuse "compiled for a ${family} system (${vendor} ${version}), this is ${id} ${id_version}: ${way}"; fi
  if [[ ${id} == "${vendor}" && (${id_version} == "${version}" || ${id_version%%.*} == "${version%%.*}") ]]; then return 0; fi
  if [[ ${strictness} == strict ]]; then refuse "compiled for ${vendor} ${version}, this is ${id} ${id_version}: ${way}"; fi
  note "compiled for ${vendor} ${version}, this is ${id} ${id_version}"
}

# expect_memory MIB CPUS: settings sized for more memory than the host has would kill it. A tenth is tolerated: the kernel keeps some.
expect_memory() {
  local wanted=$1 cpus=$2 key value unit have_mib=0 have_cpus
  while read -r key value unit; do
    if [[ ${key} == MemTotal: && ${unit} == kB ]]; then
      have_mib=$((value / 1024))
      break
    fi
  done <"${PIGSTYC_MEMINFO:-/proc/meminfo}"
  if ((have_mib * 10 < wanted * 9)); then
    refuse "sized for ${wanted} MiB of memory, this host has ${have_mib} MiB: set node_mem_mb or collect facts, build again"
  fi
  have_cpus=$(nproc 2>/dev/null || echo "${cpus}")
  if ((have_cpus < cpus)); then note "sized for ${cpus} CPUs, this host has ${have_cpus}"; fi
}

# expect_interface PARAMETER NAME: a virtual address needs the interface that the inventory names. An image in preparation has none yet.
expect_interface() {
  local interfaces=${PIGSTYC_INTERFACES:-/sys/class/net} known=()
  if [[ -n ${ROOT} && -z ${PIGSTYC_INTERFACES:-} ]]; then return 0; fi
  if [[ -e ${interfaces}/$2 ]]; then return 0; fi
  known=("${interfaces}"/*)
  refuse "$1 names the interface $2, this host has ${known[*]##*/}"
}

# scratch: a private directory for this run, named after its process; what killed runs left behind goes.
scratch() {
  local parent=${TMPDIR:-/tmp} left pid
  for left in "${parent}"/pigstyc.*.*; do
    pid=${left#"${parent}"/pigstyc.}
    pid=${pid%%.*}
    if [[ -O ${left} && ${pid} =~ ^[0-9]+$ && ! -e /proc/${pid} ]]; then rm -rf -- "${left}" || true; fi
  done
  WORK=$(mktemp -d -- "${parent}/pigstyc.$$.XXXXXXXX") || refuse "cannot create a scratch directory in ${parent}"
  if ! printf '%65536s' '' 2>/dev/null >"${WORK}/room"; then
    rm -rf -- "${WORK}"
    WORK=
    refuse "no space in ${parent}, where what commands answer is kept"
  fi
}

# state_room: what a run owes and what it replaces is written down before anything changes, so a run without a place for that does not begin. Asked without a
# trace: a run that changes nothing touches nothing.
state_room() {
  local free size inodes left
  if [[ ${CHECK} == 1 ]]; then return 0; fi
  answer stat -f -c '%f %S %c %d' -- "${STATE}" || refuse "cannot look at ${STATE}"
  read -r free size inodes left <<<"${ANSWER}"
  # Some file systems count no inodes.
  if ((free * size < 262144 || (inodes > 0 && left < 64))) || [[ ! -w ${STATE} ]]; then
    refuse "cannot write 256 KiB into ${STATE}, where what a run still owes is kept: make room there, or mount it writable"
  fi
}

# proxies_aside: proxies that a log-in brings along are for downloads. A proxy knows nothing of the services of the site, which are asked directly.
proxies_aside() {
  local name
  for name in $(compgen -e); do
    if [[ ${name,,} != *_proxy ]]; then continue; fi
    PROXIES+=("${name}=${!name}")
    unset "${name}"
  done
}

# begin NAME OPTION…: reads options, takes the lock. The expectations and `load_bundle` follow.
begin() {
  HOST_NAME=$1
  shift
  options "$@"
  # From here on a trace would print passwords on their way from a file to a program.
  if [[ $- == *[xv]* ]]; then
    set +xv
    note 'no trace of what follows: it would show passwords'
  fi
  proxies_aside
  if [[ ${EUID} != 0 && -z ${ROOT} ]]; then refuse 'must run as root'; fi
  # Whatever a log-in shell of root has gathered: programs come from the system's directories.
  if [[ -z ${ROOT} ]]; then PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin; fi
  local tool
  for tool in flock stat sha256sum install mktemp timeout sed systemctl getent; do
    if ! have "${tool}"; then refuse "\`${tool}\` is not installed"; fi
  done
  take_lock
  umask 022
  scratch
  trap finished EXIT
  trap interrupted INT TERM HUP
  state_room
}

# stage NAME: true when this stage is to run.
stage() {
  STAGE=$1
  STEP=start
  if ((${#STAGES_WANTED[@]} > 0)) && [[ " ${STAGES_WANTED[*]} " != *" $1 "* ]]; then return 1; fi
  say "${STAGE}"
  remove_orphans "${STAGE}"
}

# stage_end: what is still queued is done now, and what this stage manages is remembered for the next run.
stage_end() {
  STEP='queued effects'
  flush_effects
  daemon_reload links
  remember_manifest "${STAGE}"
  mended "${STAGE}"
  STAGE='after the stages'
}

# finish: stages that this host no longer has are cleaned up; then the summary and the exit code.
finish() {
  STAGE='after the stages'
  if goes; then
    leave_stages
    mended rollback
  fi
  purge_data
  verify_started
  announce_pending
  if [[ ${CHECK} == 1 ]]; then
    if ((${#CHANGED[@]} + ${#PENDING[@]} > 0)); then
      report drift
      exit 2
    fi
    report converged
    exit 0
  fi
  mended 'after the stages'
  mended "${STAGE}"
  note_running
  report converged
  exit 0
}

# Whether services answer through their own port. That something accepts a connection proves nothing: the kernel does that for a program that hangs.

# What asks; arguments are address, port and path.
# shellcheck disable=SC2016
HTTP_ASK='exec 3<>"/dev/tcp/$1/$2" && printf "GET %s HTTP/1.0\r\nHost: localhost\r\n\r\n" "$3" >&3 && read -r _ status _ <&3 && [[ ${status} == [1-4]?? ]]'

# http_answers ADDRESS PORT [PATH]: an answer that wants a password, or TLS, is one; an error of the server is none.
http_answers() { run timeout 10 bash -c "${HTTP_ASK}" bash "$1" "$2" "${3:-/}"; }

# https_answers URL CA
https_answers() { run timeout 10 curl -fsS --max-time 8 --cacert "${ROOT}$2" -o /dev/null "$1"; }

# A question about the server itself, which it passes on to nobody: version.bind, class CH, with its length and its number before it.
# shellcheck disable=SC2016
DNS_ASK='exec 3<>"/dev/tcp/$1/$2" && printf "\0\036\0224\001\0\0\001\0\0\0\0\0\0\007version\004bind\0\0\020\0\003" >&3 && [[ $(od -An -tx1 -j2 -N2 <&3) == " 12 34" ]]'

# dns_answers ADDRESS PORT
dns_answers() { run timeout 10 bash -c "${DNS_ASK}" bash "$1" "$2"; }

# vip_held ADDRESS: the host that leads has the virtual address, and no other one. Who leads is not to be found out here.
vip_held() {
  local leads=0
  if ! pg_env || ! answer hostname -I; then return 0; fi
  local addresses=" ${ANSWER} "
  if ! patroni_answers "${PATRONI_URL}/leader"; then return 0; fi
  if [[ ${LAST_CODE} == 0 ]]; then leads=1; fi
  if [[ ${addresses} == *" $1 "* ]]; then [[ ${leads} == 1 ]]; else [[ ${leads} == 0 ]]; fi
}

# Who may change a path. Root works by name only where nobody else can put another thing in the place of a name. Below the first
# directory of another account that account does the work, as far as it may: what it plants there can lead it to nothing but its own.

# The account that works on an entry, and what runs a command as that account.
WHOSE=root
AS=()
# Where the way to an entry ends, links followed.
WALKED=
# 1 when the entry is in a directory where everybody may make entries, and only their owners may replace them.
STICKY=0
# What is known of the directories on the way: type, owner, number, group, mode, target.
declare -A ENTRY=()
# Where `fetch` has put what is to be read, and the words of `words_of`.
FETCHED=
WORDS=()
# 1 while the host is looked at as a whole: ENTRY has it all.
LOOKING=0

# become USER: AS for this account.
become() {
  AS=()
  if [[ $1 != root && ${EUID} == 0 ]]; then AS=(runuser -u "$1" --); fi
}

# whose PATH: who works on the entry of this name, in WHOSE and AS. What the entry is does not matter.
whose() { walk stay "$1"; }

# whose_content PATH: who reads what the name leads to.
whose_content() { walk follow "$1"; }

# at PATH COMMAND…: `run`, as whose the entry is.
at() {
  whose "$1"
  run ${AS[@]+"${AS[@]}"} "${@:2}"
}

# change_at WHAT PATH COMMAND…: `change`, as whose the entry is.
change_at() {
  whose "$2"
  change "$1" ${AS[@]+"${AS[@]}"} "${@:3}"
}

# walk stay|follow PATH: from the top to the entry. Nobody but root can change what it passes, so it is true as long as root leaves it so.
walk() {
  local at=${ROOT} rest=${2#/} name hops=0 type owner uid gid mode target
  WHOSE=root STICKY=0
  if [[ ${LOOKING} == 0 ]]; then ENTRY=(); fi
  while [[ -n ${rest} ]]; do
    name=${rest%%/*}
    if [[ $1 == follow || ${rest} == */* ]]; then know_way "${at}" "${rest}"; fi
    if [[ ${rest} == */* ]]; then rest=${rest#*/}; else rest=''; fi
    case ${name} in
      '' | .) continue ;;
      ..)
        at=${at%/*}
        continue
        ;;
      *) ;;
    esac
    at+=/${name}
    if [[ -z ${rest} && $1 == stay || -z ${ENTRY[${at}]-} ]]; then break; fi
    IFS=$'\t' read -r type owner uid gid mode target <<<"${ENTRY[${at}]}"
    if [[ ${type} == 'symbolic link' ]]; then
      own_link "${at}" "${uid}" "${owner}"
      if ((++hops > 40)); then die "too many links on the way to $2"; fi
      if [[ ${target} == /* ]]; then at=''; else at=${at%/*}; fi
      rest=${target#/}${rest:+/${rest}}
    elif [[ -z ${rest} || ${type} != directory ]]; then
      break
    elif ! own_directory "${at}"; then
      break
    fi
  done
  WALKED=${at}${rest:+/${rest}}
  become "${WHOSE}"
}

# know_way DIRECTORY REST: looks at everything on a way that is not known yet, with one call.
know_way() {
  local at=$1 rest=$2 name
  if [[ -n ${ENTRY[$1/${2%%/*}]+known} ]]; then return 0; fi
  local ways=()
  while [[ -n ${rest} ]]; do
    at+=/${rest%%/*}
    ways+=("${at}")
    if [[ ${rest} == */* ]]; then rest=${rest#*/}; else rest=''; fi
  done
  know_entries "${ways[@]}"
}

# know_entries PATH…: fills ENTRY; empty is what does not exist.
know_entries() {
  local type owner uid gid mode path name failed=0
  for path in "$@"; do ENTRY[${path}]=''; done
  QUOTING_STYLE=literal stat --printf '%F\t%U\t%u\t%g\t%a\t%n\t%N\n' -- "$@" >"${WORK}/ways" 2>"${WORK}/out" || failed=$?
  while IFS=$'\t' read -r type owner uid gid mode path name; do
    ENTRY[${path}]=${type}$'\t'${owner}$'\t'${uid}$'\t'${gid}$'\t'${mode}$'\t'${name#"${path} -> "}
  done <"${WORK}/ways"
  if [[ ${failed} == 0 ]]; then return 0; fi
  for path in "$@"; do
    if ((failed > 1)) || [[ -z ${ENTRY[${path}]-} && (-e ${path} || -L ${path}) ]]; then
      LAST_COMMAND='stat …' LAST_CODE=${failed}
      die "cannot look at ${path}"
    fi
  done
}

# is_root UID: root, or whoever prepares an image without being it.
is_root() { [[ $1 == 0 || $1 == "${EUID}" ]]; }

# own_link PATH UID OWNER: a link on the way has to be root's.
own_link() {
  if ! is_root "$2"; then die "${1#"${ROOT}"} is a link that belongs to $3: root follows its own links only"; fi
}

# own_directory PATH: false when another account may change what is in it; that account is WHOSE then. What a group or everybody may change
# is nobody's: it is read as `nobody`, and nothing is changed in it.
own_directory() {
  local type owner uid gid mode rest
  IFS=$'\t' read -r type owner uid gid mode rest <<<"${ENTRY[$1]}"
  STICKY=0
  if ! is_root "${uid}"; then
    WHOSE=${owner}
    if [[ ${owner} == UNKNOWN ]]; then nobody "${1#"${ROOT}"} belongs to ${uid}, which is no account: chown it"; fi
    return 1
  fi
  if ((8#${mode} & 8#1000)); then
    STICKY=1
    return 0
  fi
  if ((8#${mode} & 8#2)) || { ((8#${mode} & 8#20)) && ! only_root_in "${gid}"; }; then
    nobody "others than root may change what is in ${1#"${ROOT}"} (mode ${mode}): chmod go-w ${1#"${ROOT}"}"
    return 1
  fi
}

# nobody WHY: a directory without an account to work in it, until its own step has put that right.
nobody() {
  if [[ ${CHECK} == 0 && ${LOOKING} == 0 ]]; then die "$1"; fi
  WHOSE=nobody
}

# only_root_in GID: true for a group of nobody else.
only_root_in() {
  local line fields=() name=''
  if [[ $1 == 0 || ${EUID} != 0 ]]; then return 0; fi
  read_accounts
  for line in "${GR_ENTRY[@]}"; do
    IFS=: read -r -a fields <<<"${line}"
    if [[ ${fields[2]-} == "$1" ]]; then
      name=${fields[0]}
      if [[ -n ${fields[3]-} && ${fields[3]} != root ]]; then return 1; fi
    fi
  done
  for line in "${PW_ENTRY[@]}"; do
    IFS=: read -r -a fields <<<"${line}"
    if [[ ${fields[3]-} == "$1" && ${fields[2]-} != 0 ]]; then return 1; fi
  done
  [[ -n ${name} ]]
}

# only_owner PATH OWNER: after `whose`. An account can make nothing but its own.
only_owner() {
  if ((${#AS[@]} == 0)) || [[ $2 == "${WHOSE}" ]]; then return 0; fi
  answer id -u -- "${WHOSE}" || die "no user ${WHOSE}"
  if [[ ${ANSWER} == "$2" ]]; then return 0; fi
  die "$1 has to be $2's, and ${WHOSE} may change a directory on the way to it: only what is ${WHOSE}'s can be there"
}

# fetch PATH: where to read what is there, in FETCHED. What others may replace is read as they could read it, and into a copy.
fetch() {
  FETCHED=${ROOT}$1
  whose_content "$1"
  if ((${#AS[@]} == 0)); then return 0; fi
  FETCHED=${WORK}/fetched
  LAST_COMMAND="cat $1" LAST_CODE=0
  timeout 60 "${AS[@]}" head -c 64M -- "${ROOT}$1" >"${FETCHED}" 2>"${WORK}/out" </dev/null 9>&- || LAST_CODE=$?
  room
  return "${LAST_CODE}"
}

# --- what is written on a host ------------------------------------------------------------------------------------------

# fresh PATH SOURCE OWNER GROUP MODE: the new version beside it, in TEMPORARY. Owner and mode are set while it has no other name, the owner last.
fresh() {
  local code=0
  temporary_of "$1"
  if [[ -e ${TEMPORARY} || -L ${TEMPORARY} ]]; then run ${AS[@]+"${AS[@]}"} rm -f -- "${TEMPORARY}" || return; fi
  umask 077
  INPUT=$2 run ${AS[@]+"${AS[@]}"} dd "of=${TEMPORARY}" bs=64k conv=excl status=none || code=$?
  umask 022
  if [[ ${code} != 0 ]]; then return "${code}"; fi
  run ${AS[@]+"${AS[@]}"} chmod -- "0$5" "${TEMPORARY}" || return
  run ${AS[@]+"${AS[@]}"} chown -h -- "$3:$4" "${TEMPORARY}" || return
  run ${AS[@]+"${AS[@]}"} sync -- "${TEMPORARY}"
}

# --- what is written in files -------------------------------------------------------------------------------------------

# words_of TEXT: the words of a shell command, unquoted, in WORDS. Nothing in it is executed or replaced.
words_of() {
  local rest=$1 word='' begun=0 part
  WORDS=()
  while [[ -n ${rest} ]]; do
    case ${rest} in
      [[:space:]]*)
        if [[ ${begun} == 1 ]]; then WORDS+=("${word}"); fi
        word='' begun=0 rest=${rest#?}
        continue
        ;;
      \'*)
        rest=${rest#\'}
        part=${rest%%\'*}
        rest=${rest:${#part}+1}
        ;;
      \"*)
        rest=${rest#\"} part=''
        while [[ -n ${rest} && ${rest} != \"* ]]; do
          if [[ ${rest} == \\[\"\\\$\`]* ]]; then rest=${rest#\\}; fi
          part+=${rest:0:1} rest=${rest:1}
        done
        rest=${rest#\"}
        ;;
      \\*) part=${rest:1:1} rest=${rest:2} ;;
      *)
        part=${rest%%[[:space:]\'\"\\]*}
        rest=${rest:${#part}}
        ;;
    esac
    word+=${part} begun=1
  done
  if [[ ${begun} == 1 ]]; then WORDS+=("${word}"); fi
}

# settings FILE NAME…: reads `NAME=value` into variables of these names, empty where the file has none. Anything else in it is left alone.
settings() {
  local word name text
  for name in "${@:2}"; do printf -v "${name}" '%s' ''; done
  text=$(<"$1") || return
  words_of "${text}"
  for word in ${WORDS[@]+"${WORDS[@]}"}; do
    name=${word%%=*}
    if [[ ${word} == *=* && " ${*:2} " == *" ${name} "* ]]; then printf -v "${name}" '%s' "${word#*=}"; fi
  done
}

# Whether two versions of a file say the same in another form. What differs only in form is replaced, and owes nobody a reload or a restart.

# Lines of a unit file that a running service does not notice: words for people, its place in the order of a boot, what systemd itself does with it
# from the next `daemon-reload` on, and what is so without them.
UNIT_WORDS='^[[:space:]]*([#;].*|(Description|Documentation|After|Before|Wants|WantedBy|ExecReload|ExecStop|ExecStopPost|Restart|RestartSec|StartLimitIntervalSec|StartLimitBurst|TimeoutSec|TimeoutStartSec|TimeoutStopSec|KillMode|KillSignal|SuccessExitStatus)[[:space:]]*=.*|Type[[:space:]]*=[[:space:]]*simple)?$'

is_unit_file() { [[ $1 == /etc/systemd/system/* || $1 == /usr/lib/systemd/system/* || $1 == /lib/systemd/system/* ]]; }

# is_settings_file PATH: lines of names and values, in sections or below names, of which order, blanks, quotes and comments say nothing.
is_settings_file() {
  is_unit_file "$1" || [[ $1 == /etc/default/* || $1 == /etc/etcd/etcd.conf || $1 == /etc/pgbouncer/pgbouncer.ini ]]
}

# form_of FILE [LINES [NAMES]]: its settings, one a line and sorted, in FORM, without lines of the first expression and without names of the second, which sees
# those above, too, with blanks between. Each has its section and the names above it in front; of a name that is there several times the order counts.
FORM=
form_of() {
  local line rest='' section='' key value depth indent level
  local -a above=()
  local -A times=()
  : >"${WORK}/form"
  while IFS= read -r line || [[ -n ${line} ]]; do
    if [[ ${line} == *\\ ]]; then
      rest+="${line%\\} "
      continue
    fi
    line=${rest}${line} rest=''
    if [[ (-n ${2:-} && ${line} =~ $2) || ${line} =~ ^[[:space:]]*([#\;].*|---)?$ ]]; then continue; fi
    if [[ ${line} =~ ^\[(.*)\]$ ]]; then
      section=${line}
      continue
    fi
    if [[ ${line} =~ ^([[:space:]]*)([A-Za-z0-9_.-]+)[[:space:]]*(=|:[[:space:]]+|:$)[[:space:]]*(.*)$ ]]; then
      indent=${BASH_REMATCH[1]} key=${BASH_REMATCH[2]} value=${BASH_REMATCH[4]}
    else
      [[ ${line} =~ ^([[:space:]]*)(.*)$ ]]
      indent=${BASH_REMATCH[1]} key=- value=${BASH_REMATCH[2]}
    fi
    depth=${#indent}
    for level in "${!above[@]}"; do if ((level >= depth)) && [[ ${key} != - ]]; then unset "above[${level}]"; fi; done
    value=${value%"${value##*[![:space:]]}"}
    if [[ ${value} =~ ^([\"\'])([^\"\'\\\$]*)[\"\']$ ]]; then value=${BASH_REMATCH[2]}; fi
    if [[ ${key} != - ]]; then above[depth]=${key}; fi
    if [[ -n ${3:-} && ${above[*]-} =~ $3 ]]; then continue; fi
    key="${section} ${above[*]-} ${key}"
    times[${key}]=$((${times[${key}]-0} + 1))
    if [[ -n ${value} ]]; then printf '%s %s=%s\n' "${key}" "${times[${key}]}" "${value}" >>"${WORK}/form"; fi
  done <"$1"
  LC_ALL=C answer sort -- "${WORK}/form" || die "cannot compare $1"
  FORM=${ANSWER}
}

# weigh_effects PATH FIRST_START RESTART RESTART_LINES: the part of `file` that looks at which settings differ, with its variable `effects`.
weigh_effects() {
  local new=${BUNDLE}/${F_SOURCE[$1]} words=''
  # What its account cannot read differs in all lines.
  fetch "$1" || FETCHED=/dev/null
  if is_unit_file "$1"; then words=${UNIT_WORDS}; fi
  if is_settings_file "$1" && same_form "${words}" "${FETCHED}" "${new}"; then effects=''; fi
  if [[ -n $2 ]] && same_form '' "${FETCHED}" "${new}" "$2" && ! may_be_secret "$1" "${new}"; then effects=''; fi
  if [[ -n $3 ]] && ! same_lines "$4" "${FETCHED}" "${new}"; then effects="restart! $3${effects:+;}${effects}"; fi
}

# may_be_secret PATH NEW: true when what was fetched may differ in a secret alone, which --inspect does not know.
may_be_secret() { [[ ${INSPECT} == 1 && -n ${DIGEST[$1]-} ]] && same_form '' "${FETCHED}" "$2"; }

# same_form LINES OLD NEW [NAMES]: true when the files have the same settings, but for these lines and names.
same_form() {
  local former
  form_of "$2" "$1" "${4:-}"
  former=${FORM}
  form_of "$3" "$1" "${4:-}"
  if [[ ${INSPECT} == 1 ]]; then same_form_but_secrets "${former}" "${FORM}"; else [[ ${former} == "${FORM}" ]]; fi
}

# same_lines REGEX OLD NEW: true when both have the same settings in lines of the expression.
same_lines() {
  local line former='' wanted=''
  while IFS= read -r line; do if [[ ${line} =~ $1 ]]; then former+=${line//[[:space:]]/}$'\n'; fi; done <"$2"
  while IFS= read -r line; do if [[ ${line} =~ $1 ]]; then wanted+=${line//[[:space:]]/}$'\n'; fi; done <"$3"
  [[ ${former} == "${wanted}" ]]
}

# Files, directories and links. One `stat` and one `sha256sum` look at everything the bundle manages; what differs is written to
# a temporary file beside its target, checked by its own program, and renamed.

declare -A F_STAGE=() F_KIND=() F_OWNER=() F_GROUP=() F_MODE=() F_HASH=() F_SOURCE=() F_EFFECTS=() F_ROW=()
declare -A S_TYPE=() S_OWNER=() S_GROUP=() S_MODE=() S_HASH=() S_TARGET=()
MANAGED_PATHS=()
# Directories and links of the plan.
PATHS=()
BUNDLE_STAGES=
# Units that the bundle names, between blanks.
BUNDLE_UNITS=
# For --inspect, by key of a sealed file: see inspect.sh.
declare -A DIGEST=()
GENERATION=
TEMPORARY=
TEMPORARY_TWIN=

# load_bundle: reads the manifest, verifies the bundle against it, looks at the host.
load_bundle() {
  local stage kind path owner group mode hash source effects key sealed=0
  BUNDLE_UNITS=" ${UNITS[*]-} "
  if [[ ! -r ${BUNDLE}/manifest.tsv ]]; then refuse 'manifest.tsv is missing: copy the whole directory of the host'; fi
  while IFS=$'\t' read -r stage kind path owner group mode hash source effects; do
    if [[ ${stage} == '#'* || -z ${stage} ]]; then continue; fi
    key=${path}
    if [[ ${kind} == block:* ]]; then key=${path}#${kind#block:}; fi
    F_STAGE[${key}]=${stage} F_KIND[${key}]=${kind} F_OWNER[${key}]=${owner} F_GROUP[${key}]=${group} F_MODE[${key}]=${mode}
    F_HASH[${key}]=${hash} F_SOURCE[${key}]=${source} F_EFFECTS[${key}]=${effects}
    F_ROW[${key}]=${stage}$'\t'${kind}$'\t'${path}$'\t'${owner}$'\t'${group}$'\t'${mode}$'\t'${hash}$'\t'${source}$'\t'${effects}
    MANAGED_PATHS+=("${path}")
    if [[ ${source} == sealed/* ]]; then sealed=1; fi
  done <"${BUNDLE}/manifest.tsv"
  if [[ ${sealed} == 1 && ${INSPECT} == 1 ]]; then load_digests; elif [[ ${sealed} == 1 ]]; then load_sealed; fi
  verify_bundle
  MANAGED_PATHS+=(${PATHS[@]+"${PATHS[@]}"})
  scan_host
  load_effects
  local path
  for path in "${MANAGED_PATHS[@]}"; do drop_temporary "${path}"; done
}

# The manifest hashes what git sees; the hashes of real files come with them.
load_sealed() {
  local key hash
  if [[ ! -r ${BUNDLE}/sealed/manifest.tsv ]]; then
    refuse 'sealed/ is missing: this copy has only the reviewable files; copy the whole directory from where it was built'
  fi
  while IFS=$'\t' read -r hash key; do
    if [[ -n ${F_HASH[${key}]-} ]]; then F_HASH[${key}]=${hash}; fi
  done <"${BUNDLE}/sealed/manifest.tsv"
}

# A half-copied bundle must not reach the host.
verify_bundle() {
  local key
  for key in "${!F_SOURCE[@]}"; do
    printf '%s  %s\n' "${F_HASH[${key}]}" "${BUNDLE}/${F_SOURCE[${key}]}"
  done >"${WORK}/sums"
  if [[ -s ${WORK}/sums ]] && ! run sha256sum --check --quiet --strict "${WORK}/sums"; then
    refuse "the bundle is incomplete or was edited: $(head -n 3 "${WORK}/out" | tr '\n' ' ' || true)"
  fi
}

# temporary_of PATH: where its new version is made, in TEMPORARY, and that of its twin, in TEMPORARY_TWIN.
temporary_of() {
  TEMPORARY=${ROOT}${1%/*}/.${1##*/}.pigstyc
  TEMPORARY_TWIN=${STATE}/twins${1%/*}/.${1##*/}.pigstyc
}

# drop_temporary PATH: what a killed run left beside it. The new version may be another one by now, or not needed any more. Without it
# the run was killed after the rename, and the twin belongs to what is there.
drop_temporary() {
  temporary_of "$1"
  if [[ ${CHECK} == 1 ]]; then return 0; fi
  if [[ -e ${TEMPORARY} || -L ${TEMPORARY} ]]; then
    at "$1" rm -f -- "${TEMPORARY}" || die "cannot remove ${TEMPORARY}"
    run rm -f -- "${TEMPORARY_TWIN}" || die "cannot remove ${TEMPORARY_TWIN}"
  else
    settle_twin "$1"
  fi
}

# scan_host: fills S_* for every managed path. Called again after a package may have brought files of its own.
scan_host() {
  local path type owner group mode name existing=() failed=0
  S_TYPE=() S_OWNER=() S_GROUP=() S_MODE=() S_HASH=() S_TARGET=()
  if ((${#MANAGED_PATHS[@]} == 0)); then return 0; fi
  QUOTING_STYLE=literal stat --printf '%F\t%U:%u\t%G:%g\t%a\t%n\t%N\n' -- "${MANAGED_PATHS[@]/#/${ROOT}}" >"${WORK}/stat" 2>"${WORK}/out" || failed=$?
  while IFS=$'\t' read -r type owner group mode path name; do
    path=${path#"${ROOT}"}
    S_TYPE[${path}]=${type} S_OWNER[${path}]=${owner} S_GROUP[${path}]=${group} S_MODE[${path}]=${mode}
    case ${type} in
      'regular file' | 'regular empty file') existing+=("${path}") ;;
      'symbolic link') S_TARGET[${path}]=${name#* -> } ;;
      *) ;;
    esac
  done <"${WORK}/stat"
  if [[ ${failed} != 0 ]]; then
    # Paths that do not exist are no failure and end with 1; one that exists and was not seen is.
    for path in "${MANAGED_PATHS[@]}"; do
      if ((failed > 1)) || [[ -z ${S_TYPE[${path}]-} && (-e ${ROOT}${path} || -L ${ROOT}${path}) ]]; then
        LAST_COMMAND='stat …' LAST_CODE=${failed}
        die "cannot look at ${path}"
      fi
    done
  fi
  if ((${#existing[@]} > 0)); then scan_contents "${existing[@]}"; fi
}

# scan_contents PATH…: fills S_HASH; each file is read as whose it is. What its account cannot read counts as different.
scan_contents() {
  local path ways=() directory list=()
  local -A whose_of=() files_of=()
  ENTRY=()
  for path in "$@"; do
    directory=${path%/*}
    while [[ -n ${directory} && -z ${whose_of[${directory}]+known} ]]; do
      whose_of[${directory}]='' ways+=("${ROOT}${directory}") directory=${directory%/*}
    done
  done
  if ((${#ways[@]} > 0)); then know_entries "${ways[@]}"; fi
  LOOKING=1
  for path in "$@"; do
    directory=${path%/*}
    if [[ -z ${whose_of[${directory}]-} ]]; then
      whose "${path}"
      if ((${#AS[@]} == 0)); then whose_of[${directory}]=root; else whose_of[${directory}]=${WHOSE}; fi
    fi
    files_of[${whose_of[${directory}]}]+=${ROOT}${path}$'\n'
  done
  LOOKING=0
  for path in "${!files_of[@]}"; do
    mapfile -t list <<<"${files_of[${path}]%$'\n'}"
    become "${path}"
    read_contents "${list[@]}"
  done
}

# read_contents FILE…: as AS.
read_contents() {
  local name path
  LAST_COMMAND='sha256sum …' LAST_CODE=0
  timeout 600 ${AS[@]+"${AS[@]}"} sha256sum -- "$@" >"${WORK}/hash" 2>"${WORK}/out" </dev/null || LAST_CODE=$?
  room
  if [[ ${LAST_CODE} != 0 ]] && ((${#AS[@]} == 0)); then die 'cannot read the files that are managed'; fi
  while read -r name path; do
    path=${path#"${ROOT}"} name=${name#\\}
    S_HASH[${path}]=${name}
    if [[ ${INSPECT} == 1 ]] && same_secret "${path}" "${name}"; then S_HASH[${path}]=${F_HASH[${path}]}; fi
  done <"${WORK}/hash"
}

# look PATH: refreshes what is known of one path after this run changed it.
look() {
  local path=$1 type owner group mode name
  unset "S_TYPE[${path}]" "S_HASH[${path}]" "S_TARGET[${path}]"
  if [[ ! -e ${ROOT}${path} && ! -L ${ROOT}${path} ]]; then return 0; fi
  QUOTING_STYLE=literal answer stat --printf '%F\t%U:%u\t%G:%g\t%a\t%N\n' -- "${ROOT}${path}" || die "cannot look at ${path}"
  IFS=$'\t' read -r type owner group mode name <<<"${ANSWER}"
  S_TYPE[${path}]=${type} S_OWNER[${path}]=${owner} S_GROUP[${path}]=${group} S_MODE[${path}]=${mode}
  if [[ ${type} == 'symbolic link' ]]; then S_TARGET[${path}]=${name#* -> }; fi
}

# made PATH TYPE OWNER GROUP MODE: what is known of a path that this run has just made so.
made() {
  S_TYPE[$1]=$2 S_OWNER[$1]=$3:$3 S_GROUP[$1]=$4:$4 S_MODE[$1]=$5
  while [[ ${S_MODE[$1]} == 0?* ]]; do S_MODE[$1]=${S_MODE[$1]#0}; done
}

# same_attributes PATH OWNER GROUP MODE: S_OWNER and S_GROUP are `name:number`; an account may be given as either.
same_attributes() {
  local mode=$4 owner=${S_OWNER[$1]-} group=${S_GROUP[$1]-}
  while [[ ${mode} == 0?* ]]; do mode=${mode#0}; done
  [[ (${owner%:*} == "$2" || ${owner#*:} == "$2") && (${group%:*} == "$3" || ${group#*:} == "$3") && ${S_MODE[$1]-} == "${mode}" ]]
}

# --- generations: what a run replaced ------------------------------------------------------------------------------

KEEP_GENERATIONS=5

# keep_previous KIND PATH EFFECTS: records a change in this run's generation and keeps the file it replaces, and its twin.
keep_previous() {
  local kind=$1 path=$2 effects=$3 last=0 name
  if [[ -z ${GENERATION} ]]; then
    for name in "${STATE}"/generations/*/; do
      name=${name%/}
      name=${name##*/}
      if [[ ${name} =~ ^[0-9]+$ && -e ${STATE}/generations/${name}/changes.tsv ]] && ((10#${name} > last)); then last=$((10#${name})); fi
    done
    GENERATION=${STATE}/generations/$((last + 1))
    # Of a run that ended before its first change.
    if [[ -e ${GENERATION} ]]; then run rm -rf -- "${GENERATION}" || die 'cannot create a generation'; fi
    run_private mkdir -p -- "${GENERATION}" || die 'cannot create a generation'
    if [[ -d ${STATE}/installed ]]; then run cp -a -- "${STATE}/installed" "${GENERATION}/installed" || die 'cannot create a generation'; fi
    run rm -rf -- "${STATE}/generations/$((last + 1 - KEEP_GENERATIONS))" || die 'cannot remove an old generation'
  fi
  if [[ ${kind} != created ]]; then
    run mkdir -p -- "${GENERATION}/files${path%/*}" || die 'cannot keep the previous file'
    keep_copy "${path}" "${GENERATION}/files${path}" || die 'cannot keep the previous file'
    if [[ -f ${STATE}/twins${path} ]]; then
      run_private install -D -m 0600 -- "${STATE}/twins${path}" "${GENERATION}/twins${path}" || die 'cannot keep the previous reviewable form'
    fi
  fi
  printf '%s\t%s\t%s\n' "${kind}" "${path}" "${effects}" >>"${GENERATION}/changes.tsv" || die "cannot write to ${GENERATION}"
}

# whole_lines FILE: in LINES. One without an end was cut off by a full disk or a loss of power; the change it was for never came, and the next line has to
# begin a line.
LINES=()
whole_lines() {
  local LC_ALL=C
  mapfile LINES <"$1"
  if ((${#LINES[@]} > 0)) && [[ ${LINES[-1]} != *$'\n' ]]; then
    if [[ ${CHECK} == 0 ]]; then run truncate -s "-${#LINES[-1]}" -- "$1" || die "cannot repair $1"; fi
    unset 'LINES[-1]'
  fi
  LINES=(${LINES[@]+"${LINES[@]%$'\n'}"})
}

# keep_copy PATH FILE: a file or link as it is. What others may replace is read as they could read it.
keep_copy() {
  whose "$1"
  if ((${#AS[@]} == 0)); then
    run cp -a -- "${ROOT}$1" "$2"
  elif [[ -L ${ROOT}$1 ]]; then
    link_target "$1"
    run ln -s -- "${ANSWER}" "$2"
  else
    answer stat --printf '%u\t%g\t%a' -- "${ROOT}$1" || return
    local owner group mode
    IFS=$'\t' read -r owner group mode <<<"${ANSWER}"
    fetch "$1" || die "${WHOSE} cannot read $1, so it would not be kept: chown -h ${WHOSE} $1"
    run install -m "${mode}" -o "${owner}" -g "${group}" -- "${FETCHED}" "$2"
  fi
}

# put_back PATH FILE: the new version beside PATH, in TEMPORARY, is what was kept.
put_back() {
  local owner group mode
  temporary_of "$1"
  whose "$1"
  if [[ -L $2 ]]; then
    answer readlink -- "$2" || return
    run ${AS[@]+"${AS[@]}"} ln -sfn -- "${ANSWER}" "${TEMPORARY}"
    return
  fi
  answer stat --printf '%u\t%g\t%a' -- "$2" || return
  IFS=$'\t' read -r owner group mode <<<"${ANSWER}"
  # Made by root in a directory that has become an account's since.
  if ((${#AS[@]} > 0)); then owner=${WHOSE}; fi
  fresh "$1" "$2" "${owner}" "${group}" "${mode}"
}

# rollback: puts back the last generation, newest change first, then forgets it.
rollback() {
  local last=0 name kind path effects lines=()
  STAGE=rollback
  for name in "${STATE}"/generations/*/; do
    name=${name%/}
    name=${name##*/}
    if [[ ${name} =~ ^[0-9]+$ && -e ${STATE}/generations/${name}/changes.tsv ]] && ((10#${name} > last)); then last=$((10#${name})); fi
  done
  if [[ ${last} == 0 ]]; then refuse 'there is no previous generation to go back to'; fi
  local generation=${STATE}/generations/${last}
  whole_lines "${generation}/changes.tsv"
  lines=(${LINES[@]+"${LINES[@]}"})
  local i
  for ((i = ${#lines[@]} - 1; i >= 0; i--)); do
    IFS=$'\t' read -r kind path effects <<<"${lines[i]}"
    STEP="put back ${path}"
    queue_effects "${effects}"
    unit_file_touched "${path}"
    if [[ ${kind} == created ]]; then
      change_at "removed ${path}" "${path}" rm -f -- "${ROOT}${path}"
    elif [[ ${CHECK} == 1 ]]; then
      changed "put back ${path}"
    else
      put_back "${path}" "${generation}/files${path}" || die "cannot put back ${path}"
      if [[ -f ${generation}/twins${path} ]]; then
        run_private install -D -m 0600 -- "${generation}/twins${path}" "${TEMPORARY_TWIN}" || die 'cannot put back the reviewable form'
      elif [[ -f ${STATE}/twins${path} ]]; then
        run rm -f -- "${STATE}/twins${path}" || die 'cannot remove the reviewable form of another version'
      fi
      change_at "put back ${path}" "${path}" mv -fT -- "${TEMPORARY}" "${ROOT}${path}"
      settle_twin "${path}"
    fi
  done
  STEP='queued effects'
  flush_effects
  if [[ ${CHECK} == 0 ]]; then
    # Until the generation is out of the way all of this can be repeated; from then on it has happened.
    run rm -rf -- "${STATE}/installed" "${STATE}/generations/.undone" || die 'cannot restore what was installed'
    if [[ -d ${generation}/installed ]]; then run cp -a -- "${generation}/installed" "${STATE}/installed" || die 'cannot restore what was installed'; fi
    run mv -T -- "${generation}" "${STATE}/generations/.undone" || die 'cannot remove the generation'
    rm -rf -- "${STATE}/generations/.undone" || true
    mended rollback
  fi
  announce_pending
  report converged
  exit 0
}

# --- files ------------------------------------------------------------------------------------------------------------

# file PATH [--first-start REGEX] [--restart UNIT REGEX] [--user USER] [CHECKER…]: brings one file of the manifest to its content, owner and mode. `{}` in the checker
# stands for the new file. Settings whose names match the first expression are read by a program that starts for the first time: where they alone differ, nothing is owed; where
# lines of the other one do, the unit owes a restart.
file() {
  local path=$1 first_start='' restart='' restart_lines=''
  shift
  if (($# > 0)) && [[ $1 == --first-start ]]; then
    first_start=$2
    shift 2
  fi
  if (($# > 0)) && [[ $1 == --restart ]]; then
    restart=$2 restart_lines=$3
    shift 3
  fi
  STEP="file ${path}"
  local owner=${F_OWNER[${path}]-} group=${F_GROUP[${path}]-} mode=${F_MODE[${path}]-} type
  if [[ -z ${owner} ]]; then die 'not in the manifest'; fi
  # It was not there when the host was looked at, but a step of this run may have made it (a data directory, a link to one).
  if [[ -z ${S_TYPE[${path}]-} && -e ${ROOT}${path} ]]; then
    look "${path}"
  fi
  # Nor could it be read before its directory was put right.
  if [[ ${S_TYPE[${path}]-} == regular* && -z ${S_HASH[${path}]-} ]]; then
    whose "${path}"
    read_contents "${ROOT}${path}"
  fi
  type=${S_TYPE[${path}]-}
  if [[ ${F_KIND[${path}]} == once && -n ${type} ]]; then
    ok
    return 0
  fi
  if [[ ${type} == regular* && ${S_HASH[${path}]-} == "${F_HASH[${path}]}" ]]; then
    if same_attributes "${path}" "${owner}" "${group}" "${mode}"; then
      ok
      return 0
    fi
    # A new file: what a name means may change between a look and a chmod.
    if [[ ${INSPECT} == 1 ]]; then
      differ_file "${path} is ${owner}:${group} ${mode}" "${F_EFFECTS[${path}]}" "${F_EFFECTS[${path}]}"
      return 0
    elif [[ ${CHECK} == 1 ]]; then
      queue_effects "${F_EFFECTS[${path}]}"
    else
      place "${path}" "${BUNDLE}/${F_SOURCE[${path}]}" "${owner}" "${group}" "${mode}" "${F_EFFECTS[${path}]}"
    fi
    changed "${path} is ${owner}:${group} ${mode}"
    return 0
  fi
  if [[ ${type} == directory ]]; then die "${path} is a directory"; fi
  if [[ ${DIFF} == 1 ]]; then show_difference "${path}"; fi
  local effects=${F_EFFECTS[${path}]}
  if [[ ${type} == regular* ]] && { [[ -n ${first_start}${restart} ]] || is_settings_file "${path}"; }; then
    weigh_effects "${path}" "${first_start}" "${restart}" "${restart_lines}"
  fi
  if [[ ${CHECK} == 0 ]]; then
    remember_row "${path}"
    place "${path}" "${BUNDLE}/${F_SOURCE[${path}]}" "${owner}" "${group}" "${mode}" "${effects}" "$@"
  fi
  if [[ ${INSPECT} == 1 ]]; then
    differ_file "${path}" "${F_EFFECTS[${path}]}" "${effects}"
    return 0
  fi
  changed "${path}"
  if [[ ${CHECK} == 1 ]]; then queue_effects "${effects}"; fi
}

# place PATH SOURCE OWNER GROUP MODE EFFECTS [--user USER] [CHECKER…]: the effects are written down before the rename, so
# that a run that dies in between still owes them.
place() {
  local path=$1 source=$2 owner=$3 group=$4 mode=$5 effects=$6 user word kind=created
  shift 6
  local target=${ROOT}${path}
  local temporary checker=()
  whose "${path}"
  user=root
  if ((${#AS[@]} > 0)); then user=${WHOSE}; fi
  only_owner "${path}" "${owner}"
  temporary_of "${path}"
  temporary=${TEMPORARY}
  make_way "${path}"
  fresh "${path}" "${source}" "${owner}" "${group}" "${mode}" || die "cannot write beside ${path}"
  if (($# > 0)) && [[ $1 == --user ]]; then
    user=$2
    shift 2
  fi
  if (($# > 0)); then
    for word in "$@"; do checker+=("${word//\{\}/${temporary}}"); done
    if have "$1" && ! accepted "${user}" "${checker[@]}"; then
      # Its words are what is to be shown.
      ${AS[@]+"${AS[@]}"} rm -f -- "${temporary}"
      die "${path} was not replaced: its own program rejects the new file"
    fi
  fi
  # Anything else than a file or a link is nothing to go back to.
  if [[ -f ${target} || -L ${target} ]]; then kind=replaced; fi
  keep_previous "${kind}" "${path}" "${effects}"
  queue_effects "${effects}"
  unit_file_touched "${path}"
  remember_twin "${path}"
  at "${path}" mv -fT -- "${temporary}" "${target}" || die "cannot replace ${path}"
  settle_twin "${path}"
  if [[ -e /sys/fs/selinux/enforce && -z ${ROOT} && ${user} == root ]] && have restorecon; then run restorecon -- "${target}" || die 'cannot label the file'; fi
  made "${path}" 'regular file' "${owner}" "${group}" "${mode}"
  S_HASH[${path}]=${F_HASH[${path}]-}
}

# accepted USER COMMAND ARGUMENT…: the word of a program, or of a function of this library, about a new file.
accepted() {
  if declare -F "$2" >/dev/null; then
    "${RUNNER}" "${@:2}"
  else
    run_as "$1" timeout 60 "${@:2}"
  fi
}

# make_way PATH: its directory, by who works there (see `whose`).
make_way() {
  local directory=${ROOT}${1%/*}
  if [[ ! -d ${directory}/ ]]; then run ${AS[@]+"${AS[@]}"} mkdir -p -- "${directory}" || die "cannot create ${directory}"; fi
}

# remember_twin PATH: the reviewable form of a file with secrets is kept, so that --diff can show what changes without showing them.
remember_twin() {
  if [[ ${F_SOURCE[$1]-} != sealed/* ]]; then return 0; fi
  temporary_of "$1"
  run_private install -D -m 0600 -- "${BUNDLE}/files/${F_SOURCE[$1]#sealed/}" "${TEMPORARY_TWIN}" || die 'cannot keep the reviewable form'
}

# settle_twin PATH: the file has its new version, so has its twin.
settle_twin() {
  temporary_of "$1"
  if [[ ! -e ${TEMPORARY_TWIN} ]]; then return 0; fi
  run mv -f -- "${TEMPORARY_TWIN}" "${STATE}/twins$1" || die 'cannot keep the reviewable form'
}

show_difference() {
  local path=$1 old=${ROOT}$1 new=${BUNDLE}/${F_SOURCE[$1]}
  if [[ ${F_SOURCE[${path}]} == sealed/* ]]; then
    old=${STATE}/twins${path}
    new=${BUNDLE}/files/${F_SOURCE[${path}]#sealed/}
    if [[ -e ${old} ]] && cmp -s -- "${old}" "${new}"; then
      say "  ${path}: a secret or the file on the host changed (not shown)"
      return 0
    fi
    if [[ ! -e ${old} ]]; then old=/dev/null; fi
  else
    former "${path}"
    old=${FETCHED}
  fi
  print_difference "${path}" "${old}" "${new}"
}

# former PATH: what a difference compares with, in FETCHED. What a link leads to is not the bundle's to show.
former() {
  if [[ -L ${ROOT}$1 ]]; then
    say "  $1 is a link (what it leads to is not shown)"
  elif [[ -f ${ROOT}$1 ]] && fetch "$1"; then
    return 0
  fi
  FETCHED=/dev/null
}

# print_difference PATH OLD NEW
print_difference() {
  answer diff -u --label "$1 (now)" --label "$1 (new)" -- "$2" "$3" || [[ ${LAST_CODE} == 1 ]] || die "cannot compare $1"
  if [[ -n ${ANSWER} ]]; then say "${ANSWER}"; fi
}

# block PATH NAME: keeps one marked block in a file that others own; the rest of the file, its owner and its mode stay.
block() {
  local path=$1 name=$2
  STEP="block ${name} in ${path}"
  local key=${path}#${name} start="# BEGIN pigstyc ${name}" end="# END pigstyc ${name}" line state=before
  local source=${BUNDLE}/${F_SOURCE[${path}#${name}]} old=() new=() wanted=()
  mapfile -t wanted <"${source}"
  if [[ -e ${ROOT}${path} ]]; then
    fetch "${path}" || die "cannot read ${path}"
    mapfile -t old <"${FETCHED}"
  fi
  if [[ ${INSPECT} == 1 ]] && same_secret_block "${key}" ${old[@]+"${old[@]}"}; then
    ok
    return 0
  fi
  for line in ${old[@]+"${old[@]}"}; do
    if [[ ${state} == before && ${line} == "${start}" ]]; then
      state=inside
      new+=("${start}" ${wanted[@]+"${wanted[@]}"} "${end}")
    elif [[ ${state} == inside ]]; then
      if [[ ${line} == "${end}" ]]; then state=after; fi
    else
      new+=("${line}")
    fi
  done
  if [[ ${state} == inside ]]; then die "${path} has \`${start}\` without \`${end}\`: repair it by hand"; fi
  if [[ ${state} == before ]]; then
    new+=("${start}" ${wanted[@]+"${wanted[@]}"} "${end}")
    remember_row "${key}"
  fi
  replace_lines "${path}" "${F_OWNER[${key}]}" "${F_GROUP[${key}]}" "${F_MODE[${key}]}" "${F_EFFECTS[${key}]}" "${#old[@]}" ${old[@]+"${old[@]}"} "${new[@]}"
}

# replace_lines PATH OWNER GROUP MODE EFFECTS COUNT OLD… NEW…: writes the new lines when they differ. An existing file keeps its owner and mode.
replace_lines() {
  local path=$1 owner=$2 group=$3 mode=$4 effects=$5 count=$6
  shift 6
  local old=("${@:1:count}") new=("${@:count+1}")
  if [[ -e ${ROOT}${path} && ${#old[@]} == "${#new[@]}" && "${old[*]-}" == "${new[*]-}" ]]; then
    ok
    return 0
  fi
  printf '%s\n' ${new[@]+"${new[@]}"} >"${WORK}/lines"
  if [[ ${DIFF} == 1 ]]; then
    former "${path}"
    print_difference "${path}" "${FETCHED}" "${WORK}/lines"
  fi
  if [[ ${CHECK} == 0 ]]; then
    if [[ -e ${ROOT}${path} ]]; then
      answer stat -L --printf '%U\t%G\t%a\n' -- "${ROOT}${path}" || die "cannot look at ${path}"
      IFS=$'\t' read -r owner group mode <<<"${ANSWER}"
    fi
    place "${path}" "${WORK}/lines" "${owner}" "${group}" "${mode}" "${effects}"
  elif [[ ${INSPECT} == 0 ]]; then
    queue_effects "${effects}"
  fi
  if [[ ${INSPECT} == 1 ]]; then differ_file "${path}" "${effects}" "${effects}"; else changed "${path}"; fi
}

# dir PATH OWNER GROUP MODE: a link of root's may stand for it.
dir() {
  local path=$1 owner=$2 group=$3 mode=$4 entry=${ROOT}$1
  STEP="directory ${path}"
  if [[ -z ${S_TYPE[${path}]-} && -e ${ROOT}${path} ]]; then look "${path}"; fi
  if [[ ${S_TYPE[${path}]-} == 'symbolic link' ]]; then dir_by_link "${path}"; fi
  if [[ ${S_TYPE[${path}]-} == directory ]] && same_attributes "${path}" "${owner}" "${group}" "${mode}"; then
    ok
    return 0
  fi
  if [[ -n ${S_TYPE[${path}]-} && ${S_TYPE[${path}]} != directory ]]; then die "${path} exists and is a ${S_TYPE[${path}]}"; fi
  if [[ ${CHECK} == 0 ]]; then
    whose_content "${path}"
    entry=${WALKED}
    only_owner "${path}" "${owner}"
    if [[ -z ${S_TYPE[${path}]-} ]]; then
      make_way "${path}"
      run_private ${AS[@]+"${AS[@]}"} mkdir -- "${entry}" || die 'cannot create the directory'
    elif [[ ${STICKY} == 1 && ${S_OWNER[${path}]#*:} != 0 ]]; then
      die "${path} belongs to ${S_OWNER[${path}]%:*}, who may replace it"
    fi
    # Five digits: with four a directory keeps a set-group-ID bit.
    run ${AS[@]+"${AS[@]}"} chmod -- "0${mode}" "${entry}" || die 'cannot change the mode'
    run ${AS[@]+"${AS[@]}"} chown -- "${owner}:${group}" "${entry}" || die 'cannot change the owner'
    made "${path}" directory "${owner}" "${group}" "${mode}"
  fi
  changed "${path}/ is ${owner}:${group} ${mode}"
}

# dir_by_link PATH: what is known of it becomes what is known of the directory the link leads to.
dir_by_link() {
  if ! is_root "${S_OWNER[$1]#*:}"; then die "$1 is a link to ${S_TARGET[$1]-} that belongs to ${S_OWNER[$1]%:*}: root follows its own links only"; fi
  if [[ ! -d ${ROOT}$1 ]]; then die "$1 is a link to ${S_TARGET[$1]-}, which is no directory"; fi
  whose_content "$1"
  answer ${AS[@]+"${AS[@]}"} stat -L --printf '%U:%u\t%G:%g\t%a\n' -- "${WALKED}" || die "cannot look at $1"
  IFS=$'\t' read -r S_OWNER["$1"] S_GROUP["$1"] S_MODE["$1"] <<<"${ANSWER}"
  S_TYPE[$1]=directory
}

# link PATH TARGET [OWNER GROUP]
link() {
  local path=$1 target=$2
  STEP="link ${path}"
  if [[ -z ${S_TYPE[${path}]-} && -L ${ROOT}${path} ]]; then look "${path}"; fi
  if [[ ${S_TYPE[${path}]-} == 'symbolic link' && ${S_TARGET[${path}]-} == "${target}" ]] && link_owned "${path}" "${3:-}"; then
    ok
    return 0
  fi
  if [[ ${S_TYPE[${path}]-} == directory ]]; then die "${path} is a directory: it would have to become a link to ${target}"; fi
  if [[ ${CHECK} == 0 ]]; then
    temporary_of "${path}"
    local temporary=${TEMPORARY}
    whose "${path}"
    make_way "${path}"
    if [[ -f ${ROOT}${path} || -L ${ROOT}${path} ]]; then keep_previous replaced "${path}" ''; else keep_previous created "${path}" ''; fi
    at "${path}" ln -sfn -- "${target}" "${temporary}" || die 'cannot create the link'
    if (($# > 2)); then run ${AS[@]+"${AS[@]}"} chown -h -- "$3:$4" "${temporary}" || die 'cannot change the owner'; fi
    run ${AS[@]+"${AS[@]}"} mv -fT -- "${temporary}" "${ROOT}${path}" || die 'cannot place the link'
    look "${path}"
  fi
  changed "${path} -> ${target}"
}

# link_owned PATH OWNER: whether a link is its owner's, or root's without one.
link_owned() {
  local owner=${S_OWNER[$1]}
  if [[ -z $2 ]]; then is_root "${owner#*:}"; else [[ ${owner%:*} == "$2" || ${owner#*:} == "$2" ]]; fi
}

# link_target PATH: where a link of the host leads, in ANSWER; empty when it is none.
link_target() {
  ANSWER=
  if [[ -L ${ROOT}$1 ]]; then answer readlink -- "${ROOT}$1" || die "cannot read the link $1"; fi
}

# absent PATH [EFFECTS]: removes a file, a link or an empty directory; anything else that lives there is left alone and named.
absent() {
  local path=$1 effects=${2:-}
  STEP="remove ${path}"
  if [[ ! -e ${ROOT}${path} && ! -L ${ROOT}${path} ]]; then
    ok
    return 0
  fi
  if [[ -d ${ROOT}${path} && ! -L ${ROOT}${path} ]]; then
    whose "${path}"
    answer ${AS[@]+"${AS[@]}"} find "${ROOT}${path}" -mindepth 1 -maxdepth 1 -print -quit || die "cannot look into ${path}"
    if [[ -n ${ANSWER} ]]; then
      note "${path} is not empty and stays"
      return 0
    fi
    change_at "removed ${path}/" "${path}" rmdir -- "${ROOT}${path}"
  else
    if [[ ${INSPECT} == 1 ]]; then
      differ_file "removed ${path}" "${effects}" "${effects}"
      return 0
    fi
    if [[ ${CHECK} == 0 ]]; then keep_previous removed "${path}" "${effects}"; fi
    queue_effects "${effects}"
    unit_file_touched "${path}"
    change_at "removed ${path}" "${path}" rm -f -- "${ROOT}${path}"
  fi
  unset "S_TYPE[${path}]" "S_HASH[${path}]"
}

# --- what an earlier run managed ------------------------------------------------------------------------------------

# Rows of earlier manifests whose files stay for now.
ORPHANS_KEPT=()
# What the earlier manifests of this stage have: a path, or path#block.
declare -A REMEMBERED=()

# remember_row KEY: before a file or block is written that was not there before. A run that ends early, and is followed by a
# bundle without it, must not leave what nobody knows to remove.
remember_row() {
  if [[ ${CHECK} == 1 || -n ${REMEMBERED[$1]-} ]]; then return 0; fi
  if [[ ! -d ${STATE}/installed ]]; then run mkdir -p -- "${STATE}/installed" || die 'cannot remember the manifest'; fi
  (umask 077 && printf '%s\n' "${F_ROW[$1]}" >>"${STATE}/installed/${F_STAGE[$1]}.tsv") || die 'cannot remember the manifest'
  REMEMBERED[$1]=1
}

# remember_manifest STAGE
remember_manifest() {
  local key installed=${STATE}/installed/$1.tsv
  if [[ ${CHECK} == 1 ]]; then return 0; fi
  {
    for key in "${!F_ROW[@]}"; do
      if [[ ${F_STAGE[${key}]} == "$1" ]]; then printf '%s\n' "${F_ROW[${key}]}"; fi
    done
    if ((${#ORPHANS_KEPT[@]} > 0)); then printf '%s\n' "${ORPHANS_KEPT[@]}"; fi
  } >"${WORK}/unsorted"
  if [[ ! -s ${WORK}/unsorted ]]; then
    if [[ -e ${installed} ]]; then run rm -f -- "${installed}" || die 'cannot remember the manifest'; fi
    return 0
  fi
  LC_ALL=C run sort -o "${WORK}/installed" -- "${WORK}/unsorted" || die 'cannot remember the manifest'
  if [[ ! -e ${installed} ]] || ! run cmp -s -- "${WORK}/installed" "${installed}"; then
    run mkdir -p -- "${STATE}/installed" || die 'cannot remember the manifest'
    run install -m 0600 -- "${WORK}/installed" "${STATE}/installed/.$1.tsv" || die 'cannot remember the manifest'
    run mv -f -- "${STATE}/installed/.$1.tsv" "${installed}" || die 'cannot remember the manifest'
  fi
}

# remove_orphans STAGE: files an earlier manifest of this stage had and no stage has now. While one of them is the unit of a
# guarded server that runs and may not be stopped, all of them stay: it would not start again without its settings.
# Of a stage that this host has no more (GONE) what lies among the data stays with them, and its calls have nothing left to work on.
GONE=0
remove_orphans() {
  local kind path effects installed=${STATE}/installed/$1.tsv rows=() row orphans=() held=0
  ORPHANS_KEPT=() REMEMBERED=()
  if [[ ! -e ${installed} ]]; then return 0; fi
  whole_lines "${installed}"
  rows=(${LINES[@]+"${LINES[@]}"})
  for row in ${rows[@]+"${rows[@]}"}; do
    IFS=$'\t' read -r _ kind path _ _ _ _ _ effects <<<"${row}"
    if [[ ${path} != /* || ${path} == *'/../'* || ${kind} == once ]]; then continue; fi
    drop_temporary "${path}"
    if [[ ${GONE} == 1 && ${path} == /pg/data/* ]]; then continue; fi
    if stays_with_host "$1" "${path}" "${effects}"; then
      ORPHANS_KEPT+=("${row}")
      continue
    fi
    if [[ ${kind} == block:* ]]; then
      REMEMBERED[${path}#${kind#block:}]=1
      if [[ -z ${F_ROW[${path}#${kind#block:}]-} ]]; then orphans+=("${row}"); fi
      continue
    fi
    REMEMBERED[${path}]=1
    if [[ -z ${F_ROW[${path}]-} ]] && [[ -f ${ROOT}${path} || -L ${ROOT}${path} ]]; then
      orphans+=("${row}")
      if must_run "${path}" "${effects}"; then
        pending "stop ${UNIT_OF} and remove ${path}: needs --allow-restart"
        held=1
      fi
    fi
  done
  if [[ ${held} == 0 && ${GONE} == 1 ]] && ((${#orphans[@]} > 0)) && ! before_leaving "$1"; then held=1 LEAVE_WAITS=1; fi
  if [[ ${held} == 1 ]]; then
    ORPHANS_KEPT+=("${orphans[@]}")
    return 0
  fi
  remove_rows "$1" ${orphans[@]+"${orphans[@]}"}
}

# remove_rows STAGE ROW…: what runs ends with all its files in place; then they go.
remove_rows() {
  local kind path effects row
  if (($# == 1)); then return 0; fi
  for row in "${@:2}"; do
    IFS=$'\t' read -r _ kind path _ _ _ _ _ effects <<<"${row}"
    remove_unit "${path}"
    idle_units "${effects}"
  done
  if [[ ${GONE} == 1 ]]; then after_leaving "$1"; fi
  for row in "${@:2}"; do
    IFS=$'\t' read -r _ kind path _ _ _ _ _ effects <<<"${row}"
    if [[ ${GONE} == 1 ]]; then
      without_calls "${effects}"
      effects=${ANSWER}
    fi
    if [[ ${kind} == block:* ]]; then remove_block "${path}" "${kind#block:}" "${effects}"; else absent "${path}" "${effects}"; fi
  done
}

# without_calls 'EFFECT;EFFECT': those that are no calls, in ANSWER.
without_calls() {
  local effect list=()
  ANSWER=
  IFS=';' read -r -a list <<<"$1"
  for effect in ${list[@]+"${list[@]}"}; do
    if [[ ${effect} != 'call '* ]]; then ANSWER+=${ANSWER:+;}${effect}; fi
  done
}

remove_block() {
  local path=$1 name=$2 effects=$3 line inside=0 old=() new=()
  if [[ ! -e ${ROOT}${path} ]]; then return 0; fi
  STEP="block ${name} in ${path}"
  fetch "${path}" || die "cannot read ${path}"
  mapfile -t old <"${FETCHED}"
  for line in ${old[@]+"${old[@]}"}; do
    if [[ ${line} == "# BEGIN pigstyc ${name}" ]]; then inside=1; fi
    if [[ ${inside} == 0 ]]; then new+=("${line}"); fi
    if [[ ${line} == "# END pigstyc ${name}" ]]; then inside=0; fi
  done
  if [[ ${inside} == 1 ]]; then die "${path} has a block ${name} without an end: repair it by hand"; fi
  replace_lines "${path}" root root 0644 "${effects}" "${#old[@]}" ${old[@]+"${old[@]}"} ${new[@]+"${new[@]}"}
}

# systemd units and what changes owe them.

declare -A U_ACTIVE=() U_FILE=() U_LOAD=() U_RELOAD=() U_FRAGMENT=() U_PID=()
UNITS=()
# Processes whose program is not on the disk any more; 1 in REPLACED_READ when they are known.
REPLACED=' '
REPLACED_READ=0
# What systemd has yet to read: `files`, units whose files changed, before its next action; `links`, what was only enabled or
# disabled, at the end of the stage: a reload is the most expensive thing a run asks of it. Also remembered over a crash.
RELOAD_OWED=
# Queued effects in order, each `STAGE reload UNIT`, `… restart UNIT`, `… restart! UNIT` (guarded) or `… call FUNCTION ARGUMENT…`.
# They are done in their stage only: a deployment takes the hosts of one stage in an order that other stages do not know.
# `… start UNIT` says that all files of the unit were in place when a run was about to start it.
EFFECTS=()
BOOT_ID=
# Guarded units whose restart was announced.
GUARDED=' '
# Units this run started or reloaded: one that died since is a failure even where nothing probes it.
STARTED=()
# The service `unit_of` found.
UNIT_OF=

# scan_units: one call for every unit of the bundle. systemd answers from what it has read.
scan_units() {
  local line i=0 key value
  if [[ -n ${RELOAD_OWED} ]]; then
    daemon_reload links
    return 0
  fi
  U_ACTIVE=() U_FILE=() U_LOAD=() U_RELOAD=() U_FRAGMENT=() U_PID=() REPLACED_READ=0
  if ((${#UNITS[@]} == 0)); then return 0; fi
  answer systemctl show -p LoadState,ActiveState,UnitFileState,CanReload,FragmentPath,MainPID -- "${UNITS[@]}" || die 'cannot ask systemd about its units'
  while IFS= read -r line; do
    if [[ -z ${line} ]]; then
      i=$((i + 1))
      continue
    fi
    key=${line%%=*} value=${line#*=}
    case ${key} in
      ActiveState) U_ACTIVE[${UNITS[i]}]=${value} ;;
      UnitFileState) U_FILE[${UNITS[i]}]=${value} ;;
      LoadState) U_LOAD[${UNITS[i]}]=${value} ;;
      FragmentPath) U_FRAGMENT[${UNITS[i]}]=${value} ;;
      MainPID) U_PID[${UNITS[i]}]=${value} ;;
      CanReload) U_RELOAD[${UNITS[i]}]=${value} ;;
      *) ;;
    esac
  done <<<"${ANSWER}"
}

# know UNIT: a unit that only an effect names is looked up when it is needed.
know() {
  if [[ -n ${U_ACTIVE[$1]-} ]]; then return 0; fi
  UNITS+=("$1")
  scan_units
}

active() {
  know "$1"
  [[ ${U_ACTIVE[$1]-} == active || ${U_ACTIVE[$1]-} == reloading || ${U_ACTIVE[$1]-} == activating ]]
}

unit_file_touched() {
  if is_unit_file "$1"; then owe_reload files; fi
}

# owe_reload files|links
owe_reload() {
  if [[ ${CHECK} == 1 ]]; then return 0; fi
  if [[ ${RELOAD_OWED} != files ]]; then RELOAD_OWED=$1; fi
  : >"${STATE}/daemon-reload" || die 'cannot write the journal'
}

# daemon_reload [links]: what is owed now, or with `links` at all.
daemon_reload() {
  if [[ ${RELOAD_OWED} != files && ${RELOAD_OWED} != "${1-files}" ]]; then return 0; fi
  RELOAD_OWED=
  run systemctl daemon-reload || die 'systemd cannot read its unit files'
  run rm -f -- "${STATE}/daemon-reload" || die 'cannot write the journal'
  scan_units
}

# unit_at_boot UNIT enable|disable: whether it starts with the host. An init script of the same name has no say where there is a unit.
unit_at_boot() {
  owe_reload links
  SYSTEMCTL_SKIP_SYSV=1 unit_change "$1" "$2d $1" systemctl "$2" --quiet --no-reload -- "$1"
  if [[ ${CHECK} == 0 ]]; then U_FILE[$1]=${2}d; fi
}

# unit_change UNIT WHAT COMMAND…: a change whose failure the unit's journal explains.
unit_change() {
  LAST_UNIT=$1
  change "$2" "${@:3}"
  LAST_UNIT=
}

# unit NAME enabled|disabled|- started|stopped|- masked|- guarded|-
unit() {
  local name=$1 enabled=$2 state=$3 masked=$4 guarded=$5
  STEP="unit ${name}"
  daemon_reload
  know "${name}"
  local before=${#CHANGED[@]}
  if [[ ${masked} == masked ]]; then
    if [[ ${U_LOAD[${name}]-} != masked ]]; then unit_change "${name}" "masked ${name}" systemctl mask --quiet -- "${name}"; fi
  elif [[ ${U_LOAD[${name}]-} == masked && (${enabled} == enabled || ${state} == started) ]]; then
    unit_change "${name}" "unmasked ${name}" systemctl unmask --quiet -- "${name}"
  fi
  case ${enabled}:${U_FILE[${name}]-} in
    enabled:disabled | enabled: | enabled:masked*) unit_at_boot "${name}" enable ;;
    disabled:enabled*) unit_at_boot "${name}" disable ;;
    *) ;;
  esac
  if [[ ${state} == started ]]; then
    unit_started "${name}"
  elif [[ ${state} == stopped ]] && active "${name}"; then
    if [[ ${guarded} == guarded && ${ALLOW_RESTART} == 0 ]]; then
      pending "stop ${name}: needs --allow-restart"
    else
      stop_unit "${name}"
    fi
  fi
  if ((${#CHANGED[@]} == before)); then ok; fi
}

unit_started() {
  local name=$1
  if [[ ${U_ACTIVE[${name}]-} == active || ${U_ACTIVE[${name}]-} == reloading ]]; then
    if is_replaced "${name}"; then unit_outdated "${name}" 'its program was replaced'; fi
    flush_unit "${name}"
    return 0
  fi
  if [[ ${CHECK} == 0 ]]; then systemctl reset-failed -- "${name}" >/dev/null 2>&1 || true; fi
  if owes "${name}"; then queue_effects "start ${name}"; fi
  unit_change "${name}" "started ${name}" timeout 180 systemctl start -- "${name}"
  U_ACTIVE[${name}]=active
  STARTED+=("${name}")
  # It has just read everything: nothing is owed any more.
  drop_effects "${name}"
}

# is_replaced UNIT: true when the program that it runs has been replaced on the disk, as every upgrade does. Package scripts do not restart what is
# configured here (policy-rc.d).
is_replaced() {
  local line pid paths=()
  if [[ ${REPLACED_READ} == 0 ]]; then
    REPLACED=' ' REPLACED_READ=1
    for pid in "${U_PID[@]}"; do
      if [[ ${pid} != 0 ]]; then paths+=("${PIGSTYC_PROC:-/proc}/${pid}/exe"); fi
    done
    # A process may have ended since, and one in a container of its own does not say what it runs.
    if ((${#paths[@]} > 0)); then answer stat -c '%n %N' -- "${paths[@]}" || true; else ANSWER=; fi
    while IFS= read -r line; do
      if [[ ${line} == *' (deleted)'* ]]; then
        pid=${line%%/exe *}
        REPLACED+="${pid##*/} "
      fi
    done <<<"${ANSWER}"
  fi
  [[ -n ${U_PID[$1]-} && ${REPLACED} == *" ${U_PID[$1]} "* ]]
}

# unit_outdated UNIT WHY: a running unit that does not run what is installed. Nothing that was declared has changed, so it is noted, and restarted with
# leave only.
unit_outdated() {
  if [[ ${INSPECT} == 1 ]]; then return 0; fi
  if [[ ${CHECK} == 0 && ${ALLOW_RESTART} == 1 ]]; then
    queue_effects "restart! $1"
  elif ! owes "$1"; then
    note "a restart of $1 waits for --allow-restart: $2"
  fi
}

# --- effects ----------------------------------------------------------------------------------------------------------

# load_effects: what an interrupted run, or a run without --allow-restart, still owes.
load_effects() {
  local boot=
  EFFECTS=()
  if [[ -e ${STATE}/daemon-reload && ${CHECK} == 0 ]]; then RELOAD_OWED=files; fi
  if [[ -s ${STATE}/effects ]]; then mapfile -t EFFECTS <"${STATE}/effects"; fi
  if [[ ${EFFECTS[0]-} == 'boot '* ]]; then
    boot=${EFFECTS[0]#boot }
    EFFECTS=("${EFFECTS[@]:1}")
  fi
  boot_id
  settle_effects "${boot:-${BOOT_ID}}"
}

# settle_effects BOOT: a unit that was started since has read everything: by a run that was cut off before it could say so, or with the host.
settle_effects() {
  local effect
  for effect in ${EFFECTS[@]+"${EFFECTS[@]}"}; do
    case ${effect#* } in
      'start '*) if active "${effect##* }"; then drop_effects "${effect##* }"; else drop_effect "${effect}"; fi ;;
      'reload '* | 'restart '* | 'restart! '*) if [[ -n ${BOOT_ID} && $1 != "${BOOT_ID}" ]]; then drop_effect "${effect}"; fi ;;
      *) ;;
    esac
  done
}

# boot_id: tells one start of the host from another, in BOOT_ID; empty where the kernel does not say.
boot_id() { read -r BOOT_ID 2>/dev/null <"${PIGSTYC_PROC_SYS:-/proc/sys}/kernel/random/boot_id" || BOOT_ID=; }

# owes UNIT: whether a reload or restart of it is queued.
owes() {
  local all=" ${EFFECTS[*]-} "
  [[ ${all} == *" reload $1 "* || ${all} == *" restart $1 "* || ${all} == *" restart! $1 "* ]]
}

save_effects() {
  if [[ ${CHECK} == 1 ]]; then return 0; fi
  if ((${#EFFECTS[@]} == 0)); then
    if [[ -e ${STATE}/effects || -e ${STATE}/.effects ]]; then run rm -f -- "${STATE}/effects" "${STATE}/.effects" || die 'cannot write the journal'; fi
    return 0
  fi
  printf '%s\n' "boot ${BOOT_ID}" "${EFFECTS[@]}" >"${STATE}/.effects" || die 'cannot write the journal'
  run sync -- "${STATE}/.effects" || die 'cannot write the journal'
  run mv -f -- "${STATE}/.effects" "${STATE}/effects" || die 'cannot write the journal'
}

# queue_effects 'EFFECT;EFFECT': written down before the change they belong to.
queue_effects() {
  local effect known list=() added=0
  IFS=';' read -r -a list <<<"$1"
  for effect in ${list[@]+"${list[@]}"}; do
    for known in ${EFFECTS[@]+"${EFFECTS[@]}"}; do
      if [[ ${known} == "${STAGE} ${effect}" ]]; then continue 2; fi
    done
    EFFECTS+=("${STAGE} ${effect}")
    added=1
  done
  if [[ ${added} == 1 ]]; then save_effects; fi
}

# drop_effect EFFECT
drop_effect() {
  local known rest=()
  for known in ${EFFECTS[@]+"${EFFECTS[@]}"}; do
    if [[ ${known} != "$1" ]]; then rest+=("${known}"); fi
  done
  EFFECTS=(${rest[@]+"${rest[@]}"})
  save_effects
}

# drop_effects UNIT
drop_effects() {
  local effect rest=()
  for effect in ${EFFECTS[@]+"${EFFECTS[@]}"}; do
    case ${effect#* } in
      "reload $1" | "restart $1" | "restart! $1" | "start $1") ;;
      *) rest+=("${effect}") ;;
    esac
  done
  if ((${#rest[@]} < ${#EFFECTS[@]})); then
    EFFECTS=(${rest[@]+"${rest[@]}"})
    save_effects
  fi
}

# flush_unit UNIT: the strongest thing owed to one running unit: restart, or announce it, or reload.
flush_unit() {
  local name=$1 effect strongest='' reload=''
  for effect in ${EFFECTS[@]+"${EFFECTS[@]}"}; do
    case ${effect#* } in
      "restart! ${name}") strongest=guarded ;;
      "restart ${name}") if [[ ${strongest} != guarded ]]; then strongest=restart; fi ;;
      "reload ${name}")
        reload=${effect}
        if [[ -z ${strongest} ]]; then strongest=reload; fi
        ;;
      *) ;;
    esac
  done
  if [[ -z ${strongest} ]]; then return 0; fi
  if [[ ${INSPECT} == 1 ]]; then
    differ_unit "${name}" "${strongest}"
    return 0
  fi
  daemon_reload
  if ! active "${name}"; then
    drop_effects "${name}"
    return 0
  fi
  if [[ ${strongest} == reload && ${U_RELOAD[${name}]-} == no ]]; then strongest=restart; fi
  if [[ ${strongest} == guarded ]] && { [[ ${ALLOW_RESTART} == 0 ]] || ! patroni_turn "${name}"; }; then
    GUARDED="${GUARDED}${name} "
    if [[ -n ${reload} ]]; then
      reload_unit "${name}"
      drop_effect "${reload}"
    fi
    return 0
  fi
  if [[ ${strongest} == reload ]]; then
    reload_unit "${name}"
  else
    unit_change "${name}" "restarted ${name}" timeout 180 systemctl restart -- "${name}"
    RESTARTED+=("${name}")
    STARTED+=("${name}")
  fi
  drop_effects "${name}"
}

# reload_unit UNIT: one that has ended meanwhile, or waits to be started again, is started: it reads everything then.
reload_unit() {
  if [[ ${CHECK} == 1 ]] || answer systemctl is-active -- "$1"; then
    unit_change "$1" "reloaded $1" timeout 180 systemctl reload -- "$1"
  else
    if [[ ${ANSWER} != *activ* && ${ANSWER} != failed ]]; then die "cannot ask systemd whether $1 runs"; fi
    systemctl reset-failed -- "$1" >/dev/null 2>&1 || true
    unit_change "$1" "started $1" timeout 180 systemctl start -- "$1"
    U_ACTIVE[$1]=active
  fi
  STARTED+=("$1")
}

# flush_effects: everything this stage owes, in order. Before a probe or a call, and at the end of the stage.
flush_effects() {
  local effect list=() words=()
  daemon_reload
  if ((${#EFFECTS[@]} == 0)); then return 0; fi
  list=("${EFFECTS[@]}")
  for effect in "${list[@]}"; do
    if [[ ${effect%% *} != "${STAGE}" ]]; then continue; fi
    read -r -a words <<<"${effect#* }"
    if [[ ${words[0]} != call ]]; then
      flush_unit "${words[1]}"
      continue
    fi
    STEP="effect ${words[1]}"
    if [[ ${CHECK} == 1 ]]; then say "  would call: ${words[*]:1}"; else "${words[@]:1}"; fi
    drop_effect "${effect}"
  done
}

verify_started() {
  local name
  STEP='units stay up'
  if [[ ${CHECK} == 1 ]] || ((${#STARTED[@]} == 0)); then return 0; fi
  scan_units
  for name in "${STARTED[@]}"; do
    if [[ ${U_ACTIVE[${name}]-} != active && ${U_ACTIVE[${name}]-} != reloading ]]; then
      LAST_UNIT=${name} LAST_COMMAND="systemctl is-active ${name}" LAST_CODE=3
      : >"${WORK}/out"
      die "${name} was started or reloaded and is ${U_ACTIVE[${name}]-gone}"
    fi
  done
}

# note_running: at the end of a run, the units that run and will after each boot, one a line, and where the database server says that it works.
# `make deploy` visits a host again where one of them does not, whatever it was sent.
note_running() {
  local name text='' file=${STATE}/running
  if [[ ${CHECK} == 1 ]]; then return 0; fi
  if ((${#CHANGED[@]} > 0)); then scan_units; fi
  for name in ${BUNDLE_UNITS}; do
    if [[ ${U_ACTIVE[${name}]-} == active && ${U_FILE[${name}]-} == enabled ]]; then text+=${name}$'\n'; fi
  done
  if patroni_health_url; then text+=${HEALTH_URL}$'\n'; fi
  if [[ -r ${file} && $(<"${file}") == "${text%$'\n'}" ]]; then return 0; fi
  if ! (umask 077 && printf '%s' "${text}" >"${file}.new") || ! run mv -fT -- "${file}.new" "${file}"; then die 'cannot write the journal'; fi
}

announce_pending() {
  local name
  for name in ${GUARDED}; do
    if [[ " ${PENDING[*]-} " != *" restart ${name}: "* ]]; then pending "restart ${name}: run apply.sh --allow-restart when it suits"; fi
  done
}

# unit_of PATH: the service whose unit file this is, in UNIT_OF; false for any other file.
unit_of() {
  UNIT_OF=
  if [[ $1 != /etc/systemd/system/*.service || $1 == */*.d/* || $1 == *@.service ]]; then return 1; fi
  UNIT_OF=${1##*/}
  UNIT_OF=${UNIT_OF%.service}
}

# must_run PATH EFFECTS: true for the file of a guarded unit that runs and may not be stopped. What a change of the file
# owes says whether the unit is guarded; the standby unit of PostgreSQL owes nothing and is.
must_run() {
  if ! unit_of "$1" || [[ ${ALLOW_RESTART} == 1 ]]; then return 1; fi
  if [[ ";$2;" != *";restart! ${UNIT_OF};"* && ${UNIT_OF} != postgres ]]; then return 1; fi
  active "${UNIT_OF}"
}

# remove_unit PATH: before the file of a unit goes, the unit is stopped and disabled.
remove_unit() {
  if unit_of "$1"; then end_unit "${UNIT_OF}"; fi
}

# stop_unit UNIT: it has nothing to stay up for, whatever this run did to it before.
stop_unit() {
  local name rest=()
  CLASS=drops unit_change "$1" "stopped $1" systemctl stop -- "$1"
  U_ACTIVE[$1]=inactive
  for name in ${STARTED[@]+"${STARTED[@]}"}; do
    if [[ ${name} != "$1" ]]; then rest+=("${name}"); fi
  done
  STARTED=(${rest[@]+"${rest[@]}"})
}

end_unit() {
  if active "$1"; then stop_unit "$1"; fi
  if [[ ${U_FILE[$1]-} == enabled ]]; then unit_at_boot "$1" disable; fi
}

# Services of the system itself, which only take settings from us.
HOST_UNITS=' chrony chronyd cron crond tuned '

# serving_units 'EFFECT;EFFECT': units that the file of these effects is for and that are no part of any system, in SERVING.
SERVING=()
serving_units() {
  local effect list=()
  SERVING=()
  IFS=';' read -r -a list <<<"$1"
  for effect in ${list[@]+"${list[@]}"}; do
    if [[ ${effect} != 'call '* && ${HOST_UNITS} != *" ${effect#* } "* ]]; then SERVING+=("${effect#* }"); fi
  done
}

# idle_units 'EFFECT;EFFECT': a service of a package, whose unit file is not ours, ends with the settings it was started for.
idle_units() {
  local name
  serving_units "$1"
  for name in ${SERVING[@]+"${SERVING[@]}"}; do
    if [[ ${BUNDLE_UNITS} != *" ${name} "* ]] && ! our_unit "${name}.service"; then end_unit "${name}"; fi
  done
}

# probe NAME SECONDS USER COMMAND…: waits, bounded, until the command works, which may be a function. What takes 0 seconds depends on other hosts, too: it is
# asked under --check only.
probe() {
  local name=$1 seconds=$2 user=$3
  shift 3
  STEP="probe ${name}"
  flush_effects
  STEP="probe ${name}"
  # Whether it works is another question than what would change.
  if [[ ${INSPECT} == 1 ]]; then return 0; fi
  local command=("$@")
  if [[ ${user} != root && -z ${ROOT} ]]; then command=(runuser -u "${user}" -- "$@"); fi
  if [[ ${CHECK} == 1 ]]; then
    if bounded "${command[@]}"; then ok; else changed "${name}: not true"; fi
    return 0
  fi
  if [[ ${seconds} == 0 ]]; then return 0; fi
  if ! deadline "${seconds}" "${command[@]}"; then
    # The first word of the name is the service, which may start again and again.
    local service=${name%% *}
    if [[ ${BUNDLE_UNITS} == *" ${service,,} "* ]]; then LAST_UNIT=${service,,}; fi
    die "${name}: not true after ${seconds} s"
  fi
  ok
}

# call NAME FUNCTION ARGUMENT…: a provisioning function; counts ok when it changed nothing.
call() {
  local before=${#CHANGED[@]}
  STEP="${1}"
  flush_effects
  STEP="${1}"
  if [[ ${INSPECT} == 1 ]]; then local CLASS && class_of_call "$2"; fi
  "${@:2}"
  if ((${#CHANGED[@]} == before)); then ok; fi
}

# apply.sh --inspect: a bundle without its sealed files compares itself with a host, and says of each difference what applying it would mean to
# those who use the host. Of a secret file the bundle knows a salted digest of its hash.

SALT=
declare -A CLASS_TEXT=(
  [data]='changes data' [drops]='drops connections' [restart]='restart' [reload]='reload' [host]='the host alone' [equal]='equal in effect'
)
declare -A GRAVITY=([equal]=0 [host]=1 [reload]=2 [restart]=3 [drops]=4 [data]=5)
# Each is `CLASS STAGE WHAT` with tabs between.
DIFFERENCES=()
# Units whose restart ends connections or takes an address away, though nobody has to allow it.
SERVING_CLIENTS=' haproxy pgbouncer vip-manager keepalived '

differ() { DIFFERENCES+=("${CLASS}"$'\t'"${STAGE}"$'\t'"$*"); }

# load_digests: instead of the hashes of sealed files. Their reviewable forms stand for them.
load_digests() {
  local digest key
  if [[ ! -r ${BUNDLE}/digests ]]; then refuse 'digests of the secret files are missing: make inspect makes them'; fi
  {
    read -r SALT
    while IFS=$'\t' read -r digest key; do DIGEST[${key}]=${digest}; done
  } <"${BUNDLE}/digests"
  for key in "${!F_SOURCE[@]}"; do
    if [[ ${F_SOURCE[${key}]} != sealed/* ]]; then continue; fi
    if [[ -z ${DIGEST[${key}]-} ]]; then refuse "no digest of ${key}: build again"; fi
    F_SOURCE[${key}]=files/${F_SOURCE[${key}]#sealed/}
  done
}

# same_secret KEY HASH: whether the secret file has this hash.
same_secret() {
  local digest
  if [[ -z ${DIGEST[$1]-} ]]; then return 1; fi
  printf '%s%s' "${SALT}" "$2" >"${WORK}/salted"
  digest=$(sha256sum <"${WORK}/salted")
  [[ ${digest%% *} == "${DIGEST[$1]}" ]]
}

# same_secret_block KEY LINE…: whether the lines of a file have the block with this hash.
same_secret_block() {
  local key=$1 line inside=0 sum
  if [[ -z ${DIGEST[${key}]-} ]]; then return 1; fi
  for line in "${@:2}"; do
    if [[ ${line} == "# END pigstyc ${key##*#}" ]]; then inside=0; fi
    if [[ ${inside} == 1 ]]; then printf '%s\n' "${line}"; fi
    if [[ ${line} == "# BEGIN pigstyc ${key##*#}" ]]; then inside=1; fi
  done >"${WORK}/block"
  sum=$(sha256sum <"${WORK}/block")
  same_secret "${key}" "${sum%% *}"
}

# same_form_but_secrets FORM TWIN: true when each line has what that of the reviewable form has around its secret.
same_form_but_secrets() {
  local line twin i now=() wanted=()
  mapfile -t now <<<"$1"
  mapfile -t wanted <<<"$2"
  if ((${#now[@]} != ${#wanted[@]})); then return 1; fi
  for i in "${!wanted[@]}"; do
    line=${now[i]} twin=${wanted[i]}
    if [[ ${twin} != *'<secret:'*'>'* ]]; then
      if [[ ${line} != "${twin}" ]]; then return 1; fi
      continue
    fi
    local last=${twin##*'<secret:'}
    if [[ ${line} != "${twin%%'<secret:'*}"*"${last#*>}" ]]; then return 1; fi
  done
}

# class_of_effects 'EFFECT;EFFECT': the gravest of them, in CLASS. A unit that does not run reads its files when it starts.
class_of_effects() {
  local effect list=() words=() gravest=host
  IFS=';' read -r -a list <<<"$1"
  for effect in ${list[@]+"${list[@]}"}; do
    CLASS=host
    read -r -a words <<<"${effect}"
    if [[ ${words[0]} == call ]]; then
      class_of_call "${words[1]}"
    elif active "${words[1]}"; then
      class_of_action "${words[0]}" "${words[1]}"
    fi
    if ((${GRAVITY[${CLASS}]} > ${GRAVITY[${gravest}]})); then gravest=${CLASS}; fi
  done
  CLASS=${gravest}
}

# class_of_action reload|restart|restart! UNIT: of what a running unit does, in CLASS.
class_of_action() {
  CLASS=restart
  if [[ $1 == reload && ${U_RELOAD[$2]-} != no ]]; then
    CLASS=reload
  elif [[ $1 == 'restart!' || ${SERVING_CLIENTS} == *" $2 "* ]]; then
    CLASS=drops
  fi
}

# class_of_call FUNCTION: of what it changes when it changes something, in CLASS.
class_of_call() {
  case $1 in
    pg_reload_hba | patroni_dcs | redis_*) CLASS=reload ;;
    pg_* | pgbackrest_* | etcd_* | minio_*) CLASS=data ;;
    *) CLASS=host ;;
  esac
}

# differ_file PATH FORMER_EFFECTS EFFECTS: those of the manifest, and what of them is left after a look at the settings.
differ_file() {
  local CLASS=equal why='' path=${1#removed }
  if [[ -n $3 || -z $2 ]]; then class_of_effects "$3"; fi
  if [[ -n ${DIGEST[${path%% *}]-} && ${CLASS} == equal ]]; then why=' (but for a secret, which was not compared)'; fi
  if [[ -n $3 ]]; then why=" → ${3//;/, }"; fi
  changed "$1${why}"
}

# differ_unit UNIT reload|restart|guarded: what is owed to it beside files that differ: by an earlier run, or by a call.
differ_unit() {
  local CLASS action=${2/guarded/restart!}
  if active "$1"; then
    class_of_action "${action}" "$1"
    changed "${action%!} $1, which is due"
  fi
  drop_effects "$1"
}

# report_differences: the table, the gravest first, and their number.
report_differences() {
  local class entry kind stage what count sum=''
  for class in data drops restart reload host equal; do
    count=0
    for entry in ${DIFFERENCES[@]+"${DIFFERENCES[@]}"}; do
      IFS=$'\t' read -r kind stage what <<<"${entry}"
      if [[ ${kind} != "${class}" ]]; then continue; fi
      count=$((count + 1))
      printf '  %-18s %-7s %s\n' "${CLASS_TEXT[${class}]}" "${stage}" "${what}"
    done
    sum+=" ${class}=${count}"
  done
  for entry in ${NOTES[@]+"${NOTES[@]}"}; do printf '  note: %s\n' "${entry}"; done
  printf 'inspect: %s%s\n' "${HOST_NAME}" "${sum}"
}

json_differences() {
  local entry kind stage what separator=
  printf ',"differences":['
  for entry in ${DIFFERENCES[@]+"${DIFFERENCES[@]}"}; do
    IFS=$'\t' read -r kind stage what <<<"${entry}"
    printf '%s{"class":"%s","stage":"%s","what":' "${separator}" "${kind}" "${stage}"
    json_string "${what}"
    printf '}'
    separator=,
  done
  printf ']'
}

# Groups and users, looked up once.

declare -A PW_ENTRY=() GR_ENTRY=()
ACCOUNTS_READ=0

read_accounts() {
  local line
  if [[ ${ACCOUNTS_READ} == 1 ]]; then return 0; fi
  PW_ENTRY=() GR_ENTRY=()
  answer getent passwd || die 'cannot read the users'
  while IFS= read -r line; do PW_ENTRY[${line%%:*}]=${line}; done <<<"${ANSWER}"
  answer getent group || die 'cannot read the groups'
  while IFS= read -r line; do GR_ENTRY[${line%%:*}]=${line}; done <<<"${ANSWER}"
  ACCOUNTS_READ=1
}

# group_ensure NAME GID|- system|-
group_ensure() {
  local name=$1 gid=$2 system=$3 options=()
  STEP="group ${name}"
  read_accounts
  if [[ -n ${GR_ENTRY[${name}]-} ]]; then
    ok
    return 0
  fi
  if [[ ${gid} != - ]]; then options+=(-g "${gid}"); fi
  if [[ ${system} == system ]]; then options+=(-r); fi
  change "group ${name}" groupadd ${options[@]+"${options[@]}"} -- "${name}"
  ACCOUNTS_READ=0
}

# user_ensure NAME UID|- GROUP GROUP,…|- HOME|- SHELL|- system|- COMMENT|-
# An existing user keeps uid and home; group, shell and missing extra groups are corrected.
user_ensure() {
  local name=$1 uid=$2 group=$3 extra=$4 home=$5 shell=$6 system=$7 comment=$8 options=() wanted=() one members
  STEP="user ${name}"
  read_accounts
  if [[ ${extra} != - ]]; then IFS=, read -r -a wanted <<<"${extra}"; fi
  if [[ -z ${PW_ENTRY[${name}]-} ]]; then
    options=(-g "${group}")
    if [[ ${uid} != - ]]; then options+=(-u "${uid}"); fi
    if ((${#wanted[@]} > 0)); then options+=(-G "${extra}"); fi
    if [[ ${home} != - ]]; then options+=(-d "${home}"); fi
    if [[ ${shell} != - ]]; then options+=(-s "${shell}"); fi
    if [[ ${comment} != - ]]; then options+=(-c "${comment}"); fi
    if [[ ${system} == system ]]; then options+=(-r); fi
    if [[ ${system} == system && ${home} == - ]]; then options+=(-M); else options+=(-m); fi
    change "user ${name}" useradd "${options[@]}" -- "${name}"
    ACCOUNTS_READ=0
    return 0
  fi
  local old=() group_entry=()
  IFS=: read -r -a old <<<"${PW_ENTRY[${name}]}"
  IFS=: read -r -a group_entry <<<"${GR_ENTRY[${group}]-}"
  if [[ ${old[3]} != "${group_entry[2]-}" ]]; then options+=(-g "${group}"); fi
  if [[ ${shell} != - && ${old[6]-} != "${shell}" ]]; then options+=(-s "${shell}"); fi
  for one in ${wanted[@]+"${wanted[@]}"}; do
    members=${GR_ENTRY[${one}]-}
    if [[ ",${members##*:}," != *",${name},"* ]]; then
      options+=(-a -G "${extra}")
      break
    fi
  done
  if ((${#options[@]} == 0)); then
    ok
    return 0
  fi
  change "user ${name} (${options[*]})" usermod "${options[@]}" -- "${name}"
  ACCOUNTS_READ=0
}

# Packages: what is missing is installed, another version that the inventory names with leave, a newer one with --upgrade; nothing is removed.

# Names that are there: `package`, or 1 for what packages provide and other ways to say their names.
declare -A INSTALLED=() PACKAGE_VERSION=()
PACKAGES=()
PACKAGES_READ=0
# What `package_install` has to install.
MISSING=()
# The package whose version `other_version` has compared.
OTHER=
# What `newer_packages` has found, as a text each: `NAME OLD to NEW`, or `NAME NEW` of one that is needed now.
NEWER=()
REPO_REFRESHED=0
# 1 when this run has read the index to find newer versions.
NEWEST_READ=0
# Options for a while, e.g. of other repositories than the host's.
PACKAGE_OPTIONS=()
# How long one call of it may take.
PACKAGE_SECONDS=1800
# What proxy_env says, a NAME=VALUE per line.
PROXY_FILE=/etc/pigstyc/proxy

read_packages() {
  local name state
  if [[ ${PACKAGES_READ} == 1 ]]; then return 0; fi
  INSTALLED=() PACKAGE_VERSION=()
  if ((${#PACKAGES[@]} > 0)); then
    if have dpkg-query; then
      # shellcheck disable=SC2016 # the format is dpkg's
      answer dpkg-query -W -f '${Package}\t${db:Status-Status}\t${Version}\t${Provides}\n' || die 'cannot read the list of packages'
      local version provides list=()
      while IFS=$'\t' read -r name state version provides; do
        if [[ ${state} != installed ]]; then continue; fi
        INSTALLED[${name}]=package PACKAGE_VERSION[${name}]=${version}
        if [[ -n ${provides} ]]; then
          IFS=, read -r -a list <<<"${provides}"
          for name in "${list[@]}"; do
            name=${name# }
            INSTALLED[${name%% *}]=${INSTALLED[${name%% *}]:-1}
          done
        fi
      done <<<"${ANSWER}"
    elif have rpm; then
      read_rpm
    fi
  fi
  PACKAGES_READ=1
}

# read_rpm: the names of all packages, with architecture and version as an inventory may say them, and what they provide.
read_rpm() {
  local name version
  answer rpm -qa --qf '%{NAME}\t%{VERSION}-%{RELEASE}\n%{NAME}.%{ARCH}\n%{NAME}-%{VERSION}\n%{NAME}-%{VERSION}-%{RELEASE}\n[%{PROVIDENAME}\n]' ||
    die 'cannot read the list of packages'
  while IFS=$'\t' read -r name version; do
    if [[ -n ${version} ]]; then
      INSTALLED[${name}]=package PACKAGE_VERSION[${name}]=${version}
    elif [[ -n ${name} ]]; then
      INSTALLED[${name}]=${INSTALLED[${name}]:-1}
    fi
  done <<<"${ANSWER}"
}

# through_proxy COMMAND…: a command that downloads, with the proxies of who runs this and those of proxy_env before them. They may hold a password, so
# they never are arguments.
through_proxy() {
  local line proxies=(${PROXIES[@]+"${PROXIES[@]}"})
  if [[ -r ${ROOT}${PROXY_FILE} ]]; then
    while IFS= read -r line; do proxies+=("${line}"); done <"${ROOT}${PROXY_FILE}"
  fi
  if ((${#proxies[@]} > 0)); then local -x "${proxies[@]}"; fi
  "$@"
}

package_manager() {
  if have apt-get; then
    through_proxy run timeout "${PACKAGE_SECONDS}" env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=300 \
      -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold ${PACKAGE_OPTIONS[@]+"${PACKAGE_OPTIONS[@]}"} "$@"
  elif have dnf; then
    through_proxy run timeout "${PACKAGE_SECONDS}" dnf -q -y ${PACKAGE_OPTIONS[@]+"${PACKAGE_OPTIONS[@]}"} "$@"
  else
    LAST_COMMAND="package manager" LAST_CODE=127
    return 127
  fi
}

# package_index [OPTION…]: reads the package index.
package_index() {
  if have apt-get; then package_manager "$@" update; else package_manager "$@" makecache; fi
}

# repo_refresh: reads the package index again. Called after repository definitions changed, also when it was read before that in the same run.
repo_refresh() {
  if [[ ${CHECK} == 1 ]]; then return 0; fi
  REPO_REFRESHED=1
  package_index || die 'cannot read the package index'
}

# is_pattern NAME: a version behind `=` may have a pattern of its own.
is_pattern() { [[ ${1%%=*} == *[*?]* ]]; }

# package_missing NAME: adds it to MISSING unless it is installed; of a pattern, what it has brought and is gone.
package_missing() {
  local name
  if is_pattern "$1"; then
    if [[ ! -s ${STATE}/patterns/$1 ]]; then
      MISSING+=("$1")
      return 0
    fi
    while read -r name; do
      if [[ -z ${INSTALLED[${name}]-} ]]; then MISSING+=("${name}"); fi
    done <"${STATE}/patterns/$1"
  elif other_version "$1"; then
    # Scripts of a package may restart what it brings, and a server does not run what is on its disk.
    if [[ ${ALLOW_RESTART} == 1 ]]; then MISSING+=("$1"); else pending "install $1, ${PACKAGE_VERSION[${OTHER}]} is here: needs --allow-restart"; fi
  elif [[ -z ${INSTALLED[${1%%=*}]-} ]]; then
    MISSING+=("$1")
  fi
}

# other_version NAME: true when it names a version (`NAME=VERSION` for apt, `NAME-VERSION` for dnf) and another one of the package, OTHER, is installed.
other_version() {
  OTHER=${1%%=*}
  if [[ $1 == *=* ]]; then
    # shellcheck disable=SC2053 # a version may be a pattern
    [[ -n ${PACKAGE_VERSION[${OTHER}]-} && ${PACKAGE_VERSION[${OTHER}]} != ${1#*=} ]]
    return
  fi
  if have dpkg-query || [[ -n ${INSTALLED[$1]-} ]]; then return 1; fi
  for OTHER in "${1%-*}" "${1%-*-*}"; do
    # The name of a package may go on behind that of another one, but not with a number.
    if [[ ${1#"${OTHER}"} == -[0-9]* && -n ${PACKAGE_VERSION[${OTHER}]-} ]]; then return 0; fi
  done
  return 1
}

# patterns_remember NAME…: what each pattern among them stands for on this host. Asked again it would bring newer versions along.
patterns_remember() {
  local pattern name names
  for pattern in "$@"; do
    if ! is_pattern "${pattern}"; then continue; fi
    read_packages
    names=
    for name in "${!INSTALLED[@]}"; do
      # shellcheck disable=SC2053 # a pattern is meant
      if [[ ${INSTALLED[${name}]} == package && ${name} == ${pattern} ]]; then names+=${name}$'\n'; fi
    done
    run mkdir -p -- "${STATE}/patterns" || die 'cannot remember what a pattern stands for'
    printf '%s' "${names}" >"${STATE}/patterns/.new" || die 'cannot remember what a pattern stands for'
    run mv -f -- "${STATE}/patterns/.new" "${STATE}/patterns/${pattern}" || die 'cannot remember what a pattern stands for'
  done
}

# package_install required|optional NAME…
package_install() {
  local need=$1 name
  MISSING=()
  shift
  STEP="packages"
  read_packages
  for name in "$@"; do package_missing "${name}"; done
  if [[ ${UPGRADE} == 1 ]]; then package_upgrade "$@"; fi
  if ((${#MISSING[@]} == 0)); then
    ok
    return 0
  fi
  STEP="packages ${MISSING[*]}"
  if [[ ${CHECK} == 1 ]]; then
    packages_differ "${need}"
    return 0
  fi
  if ! install_packages "${MISSING[@]}"; then
    if [[ ${need} == required ]]; then die "cannot install ${MISSING[*]}"; fi
    for name in "${MISSING[@]}"; do
      if install_packages "${name}"; then
        changed "package ${name}"
        brought "${name}"
      else
        package_absent "${name}"
      fi
    done
  else
    changed "packages ${MISSING[*]}"
    brought "${MISSING[@]}"
  fi
  # A package brings files, units and users of its own.
  scan_host
  scan_units
}

# packages_differ required|optional: what --check says of MISSING. An optional package that nobody had when it was asked for is no drift: no run would end it.
packages_differ() {
  local name differ=()
  for name in "${MISSING[@]}"; do
    if [[ $1 == optional && -e ${STATE}/absent/${name} ]]; then note "optional package ${name} is not available"; else differ+=("${name}"); fi
  done
  if ((${#differ[@]} > 0)); then changed "packages ${differ[*]}"; else ok; fi
}

# package_absent NAME: an optional package that cannot be had; remembered for --check, asked for again by each run.
package_absent() {
  note "optional package $1 is not available"
  if [[ -e ${STATE}/absent/$1 ]]; then return 0; fi
  run mkdir -p -- "${STATE}/absent" || die 'cannot remember what is not available'
  : >"${STATE}/absent/$1" || die 'cannot remember what is not available'
}

# brought NAME…: what was known of packages and accounts is of yesterday.
brought() {
  local name
  for name in "$@"; do
    if [[ -e ${STATE}/absent/${name} ]]; then run rm -f -- "${STATE}/absent/${name}" || die 'cannot forget what was not available'; fi
  done
  PACKAGES_READ=0 ACCOUNTS_READ=0
  patterns_remember "$@"
}

# install_packages NAME…: what the index does not know may have come to the repository since it was read.
install_packages() {
  local options=()
  if have apt-get; then options=(--no-install-recommends); fi
  if package_manager install ${options[@]+"${options[@]}"} -- "$@"; then return 0; fi
  if [[ ${REPO_REFRESHED} == 1 ]]; then return 1; fi
  REPO_REFRESHED=1
  package_index && package_manager install ${options[@]+"${options[@]}"} -- "$@"
}

# package_upgrade NAME…: those that are here, in the newest version that the repositories of the host have, with what these need. Versions that the
# inventory names, and packages that somebody holds, stay.
package_upgrade() {
  local name wanted=() listed=() held=' ' text
  if have apt-mark && answer apt-mark showhold; then held=" ${ANSWER//$'\n'/ } "; fi
  for name in "$@"; do
    if is_pattern "${name}" && [[ -s ${STATE}/patterns/${name} ]]; then mapfile -t wanted <"${STATE}/patterns/${name}"; else wanted=("${name}"); fi
    listed+=("${wanted[@]}")
  done
  wanted=()
  for name in ${listed[@]+"${listed[@]}"}; do
    if [[ ${INSTALLED[${name}]-} != package ]]; then continue; fi
    if [[ ${held} == *" ${name} "* ]]; then note "package ${name} is held"; else wanted+=("${name}"); fi
  done
  if ((${#wanted[@]} == 0)); then return 0; fi
  newer_packages "${wanted[@]}"
  if ((${#NEWER[@]} == 0)); then return 0; fi
  if [[ ${CHECK} == 1 || ${ALLOW_RESTART} == 0 ]]; then
    for text in "${NEWER[@]}"; do pending "upgrade ${text}: needs --allow-restart"; done
    return 0
  fi
  STEP="packages ${wanted[*]}"
  if have apt-get; then
    package_manager install --only-upgrade --no-install-recommends --no-remove -- "${wanted[@]}" || die "cannot upgrade ${wanted[*]}"
  else
    package_manager upgrade -- "${wanted[@]}" || die "cannot upgrade ${wanted[*]}"
  fi
  for text in "${NEWER[@]}"; do changed "package ${text}"; done
  PACKAGES_READ=0 ACCOUNTS_READ=0
  scan_host
  scan_units
}

# newer_packages NAME…: in NEWER what an upgrade of them would bring. Under --check the index that says so is read into the scratch directory.
newer_packages() {
  local line pattern='^Inst ([^ ]+) (\[([^]]+)\] )?\(([^ ]+) ' options=()
  NEWER=()
  if ! have apt-get; then
    newer_rpms "$@"
    return 0
  fi
  if [[ ${CHECK} == 1 ]]; then
    run mkdir -p -- "${WORK}/lists/partial" || die 'cannot make a directory for the package index'
    options=(-o "Dir::State::lists=${WORK}/lists" -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache=)
  fi
  if [[ ${NEWEST_READ} == 0 ]]; then package_index ${options[@]+"${options[@]}"} || die 'cannot read the package index'; fi
  NEWEST_READ=1 REPO_REFRESHED=1
  package_manager ${options[@]+"${options[@]}"} --simulate install --only-upgrade --no-install-recommends --no-remove -- "$@" ||
    die "cannot ask for newer versions of $*"
  while IFS= read -r line; do
    if [[ ${line} =~ ${pattern} ]]; then NEWER+=("${BASH_REMATCH[1]} ${BASH_REMATCH[3]:+${BASH_REMATCH[3]} to }${BASH_REMATCH[4]}"); fi
  done <"${WORK}/out"
}

# newer_rpms NAME…: dnf ends with 100 when there are some.
newer_rpms() {
  local name version rest
  LC_ALL=C package_manager --refresh check-update -- "$@" || [[ ${LAST_CODE} == 100 ]] || die "cannot ask for newer versions of $*"
  while read -r name version rest; do
    if [[ ${name} == Obsoleting ]]; then break; fi
    name=${name%.*}
    if [[ -n ${rest} && -n ${PACKAGE_VERSION[${name}]-} ]]; then NEWER+=("${name} ${PACKAGE_VERSION[${name}]} to ${version}"); fi
  done <"${WORK}/out"
}

# The site's own package repository: what its hosts install, with everything that depends on, fetched once, indexed and served.

# Names that no source has.
REPO_MISSING=()

# repo_packages_in DIRECTORY: its packages, in REPO_FILES.
repo_packages_in() {
  local path
  REPO_FILES=()
  for path in "${ROOT}$1"/*.deb "${ROOT}$1"/*.rpm; do
    if [[ -f ${path} ]]; then REPO_FILES+=("${path}"); fi
  done
}

# repo_source DIRECTORY: a definition of the directory as a repository, in ${WORK}/repository/own.
repo_source() {
  local scratch=${WORK}/repository/own
  if [[ -d ${scratch} ]]; then return 0; fi
  run mkdir -p -- "${scratch}" || die 'cannot make a scratch directory'
  if have apt-get; then
    printf 'deb [trusted=yes] file:%s ./\n' "${ROOT}$1" >"${scratch}/own.list"
  else
    printf '[own]\nname=own\nbaseurl=file://%s\ngpgcheck=0\nenabled=1\nmodule_hotfixes=1\n' "${ROOT}$1" >"${scratch}/own.repo"
  fi
}

# repo_manager SOURCES COMMAND…: the package manager with these sources alone and no package installed, so that nothing a fresh host may lack is left out.
repo_manager() {
  local sources=$1 scratch=${WORK}/repository
  shift
  if [[ $1 == read ]]; then
    if have apt-get; then set -- update; else set -- makecache; fi
  fi
  run mkdir -p -- "${sources}.lists/partial" "${scratch}/root" || die 'cannot make a scratch directory'
  if have apt-get; then
    : >"${scratch}/status"
    package_manager -o Dir::Etc::sourcelist=/dev/null -o "Dir::Etc::sourceparts=${sources}" -o "Dir::State::lists=${sources}.lists" \
      -o "Dir::State::status=${scratch}/status" -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache= -o APT::Update::Error-Mode=any "$@"
  else
    local version
    version=$(sed -n 's/^VERSION_ID="\{0,1\}\([0-9]*\).*/\1/p' "${ROOT}/etc/os-release")
    package_manager "--installroot=${scratch}/root" "--releasever=${version}" "--setopt=reposdir=${sources}" "--setopt=cachedir=${sources}.lists" \
      "--setopt=module_platform_id=platform:el${version}" --setopt=install_weak_deps=False "$@"
  fi
}

# repo_solve SOURCES NAME…: can these be installed together from these sources? Fetches nothing.
repo_solve() {
  local sources=$1
  shift
  if have apt-get; then
    repo_manager "${sources}" --print-uris install --no-install-recommends -- "$@"
  else
    # dnf has no way to only ask: it is stopped where it would begin.
    repo_manager "${sources}" --assumeno install -- "$@" || says 'Operation aborted'
  fi
}

# repo_fetch SOURCES DIRECTORY NAME…: puts these packages and all they depend on into the directory. Names that cannot be had together are fetched in
# halves; a name that cannot be had at all is added to REPO_MISSING. What the directory already has is not fetched again.
repo_fetch() {
  local sources=$1 directory=$2 half
  shift 2
  if ! repo_solve "${sources}" "$@"; then
    if (($# == 1)); then
      REPO_MISSING+=("$1")
      return 0
    fi
    half=$(($# / 2))
    repo_fetch "${sources}" "${directory}" "${@:1:half}"
    repo_fetch "${sources}" "${directory}" "${@:half+1}"
    return 0
  fi
  if have apt-get; then
    repo_manager "${sources}" -o "Dir::Cache::archives=${ROOT}${directory}" --download-only install --no-install-recommends -- "$@" || die 'cannot fetch packages'
  else
    repo_manager "${sources}" --downloadonly "--destdir=${ROOT}${directory}" install -- "$@" || die 'cannot fetch packages'
  fi
}

# repo_index DIRECTORY SOURCES: what the package managers of the hosts read first.
repo_index() {
  local directory=${ROOT}$1
  repo_packages_in "$1"
  if have apt-get; then
    repo_index_apt "${directory}"
  else
    if ! have createrepo_c; then
      package_manager "--setopt=reposdir=$2" "--setopt=cachedir=$2.lists" install -- createrepo_c || die 'cannot install createrepo_c'
    fi
    run createrepo_c -q --update -- "${directory}" || die 'cannot make the index'
  fi
}

# repo_index_apt DIRECTORY: Packages.gz, of REPO_FILES.
repo_index_apt() {
  local path sum size
  for path in ${REPO_FILES[@]+"${REPO_FILES[@]}"}; do
    answer sha256sum -- "${path}" || die "cannot read ${path}"
    sum=${ANSWER%% *}
    answer stat -c %s -- "${path}" || die "cannot read ${path}"
    size=${ANSWER}
    answer dpkg-deb -f "${path}" || die "cannot read ${path}"
    printf '%s\nFilename: ./%s\nSize: %s\nSHA256: %s\n\n' "${ANSWER}" "${path##*/}" "${size}" "${sum}"
  done >"${WORK}/Packages"
  run gzip -9nf -- "${WORK}/Packages" || die 'cannot make the index'
  run install -m 0644 -- "${WORK}/Packages.gz" "$1/.Packages.gz" || die 'cannot write the index'
  run mv -f -- "$1/.Packages.gz" "$1/Packages.gz" || die 'cannot write the index'
}

# repo_suffices DIRECTORY LIST: what the hosts cannot do without can be installed from what is there.
repo_suffices() {
  local words=()
  repo_packages_in "$1"
  if ((${#REPO_FILES[@]} == 0)); then return 1; fi
  if [[ ! -e ${ROOT}$1/Packages.gz && ! -e ${ROOT}$1/repodata/repomd.xml ]]; then
    if ! have apt-get && ! have createrepo_c; then return 1; fi
    repo_index "$1" "${WORK}/repository/own"
  fi
  repo_source "$1"
  repo_manager "${WORK}/repository/own" read || return 1
  while read -r -a words; do
    if [[ ${words[0]} == required ]] && ! repo_solve "${WORK}/repository/own" "${words[@]:1}"; then return 1; fi
  done <"${ROOT}$2"
}

# repo_has_files DIRECTORY LIST: every file of a URL is there.
repo_has_files() {
  local words=()
  while read -r -a words; do
    if [[ ${words[0]} == url && ! -e ${ROOT}$1/${words[1]} ]]; then return 1; fi
  done <"${ROOT}$2"
}

# repo_download DIRECTORY LIST SOURCES: files of URLs. Packages among them can be asked for like those of SOURCES.
repo_download() {
  local words=() path
  while read -r -a words; do
    path=${ROOT}$1/${words[1]-}
    if [[ ${words[0]} != url || -e ${path} ]]; then continue; fi
    if have curl; then
      through_proxy run_long timeout 3600 curl -fsSL --retry 3 -o "${path}.new" -- "${words[2]}" || die "cannot fetch ${words[1]} of repo_url_packages"
    else
      through_proxy run_long timeout 3600 /usr/lib/apt/apt-helper download-file "${words[2]}" "${path}.new" || die "cannot fetch ${words[1]} of repo_url_packages"
    fi
    run mv -f -- "${path}.new" "${path}" || die "cannot write ${path}"
  done <"${ROOT}$2"
  repo_packages_in "$1"
  if ((${#REPO_FILES[@]} > 0)); then
    repo_index "$1" "$3"
    repo_source "$1"
    run cp -R -- "${WORK}/repository/own/." "$3" || die 'cannot copy the repository definitions'
  fi
}

# repo_gather DIRECTORY SOURCES LIST: fetches what LIST names. A package that hosts cannot do without must be there.
repo_gather() {
  local directory=$1 sources=${WORK}/repository/sources name words=() absent=()
  # A distribution's worth of packages through a thin line.
  local PACKAGE_SECONDS=21600
  run mkdir -p -- "${WORK}/repository" || die 'cannot make a scratch directory'
  run cp -R -- "${ROOT}$2" "${sources}" || die 'cannot copy the repository definitions'
  repo_download "${directory}" "$3" "${sources}"
  if ! repo_manager "${sources}" read; then
    die "cannot read the package index of repo_modules. Make those repositories reachable, or put the packages into ${directory} yourself, or set node_repo_modules to repositories that hosts reach"
  fi
  while read -r -a words; do
    if [[ ${words[0]} != required && ${words[0]} != optional ]]; then continue; fi
    REPO_MISSING=()
    repo_fetch "${sources}" "${directory}" "${words[@]:1}"
    if ((${#REPO_MISSING[@]} == 0)); then continue; fi
    if [[ ${words[0]} == required ]]; then die "no repository of repo_modules has ${REPO_MISSING[*]}: name one more there, or take the packages out of the inventory"; fi
    # Several lines may ask for the same.
    for name in "${REPO_MISSING[@]}"; do
      if [[ " ${absent[*]-} " != *" ${name} "* ]]; then absent+=("${name}"); fi
    done
  done <"${ROOT}$3"
  if ((${#absent[@]} > 0)); then note "no repository of repo_modules has ${absent[*]}"; fi
  run rm -rf -- "${ROOT}${directory}/partial" "${ROOT}${directory}/lock" || die 'cannot tidy up'
  repo_index "${directory}" "${sources}"
  if ! repo_suffices "${directory}" "$3"; then die "${directory} does not hold all that its packages depend on"; fi
}

# repo_build DIR SOURCES LIST: DIR holds what the lines of LIST name (`required|optional NAME…`, `url NAME URL`) and all that it depends on, from the
# repositories defined in SOURCES, and an index of it. repo_complete in it says for which LIST that is so. One that somebody else has put there is
# believed: then the directory is taken as it is, and nothing is fetched.
repo_build() {
  local directory=$1 complete=${ROOT}$1/repo_complete said='' mark="pigstyc ${F_HASH[$3]}"
  STEP="package repository ${directory}"
  if [[ -e ${complete} ]]; then read -r said <"${complete}" || true; fi
  if [[ -e ${complete} && (${said} != 'pigstyc '* || ${said} == "${mark}") ]]; then
    if [[ ${UPGRADE} == 1 ]]; then repo_upgrade "$@"; else ok; fi
    return 0
  fi
  if [[ ${CHECK} == 0 ]]; then
    if ! repo_has_files "${directory}" "$3" || ! repo_suffices "${directory}" "$3"; then repo_gather "$@"; fi
    printf '%s\n' "${mark}" >"${complete}.new" || die "cannot write ${complete}"
    run mv -f -- "${complete}.new" "${complete}" || die "cannot write ${complete}"
  fi
  changed "package repository ${directory}"
}

# repo_upgrade DIR SOURCES LIST: with --upgrade, a directory that was fetched here gets the newest versions too. What hosts may install from is no restart.
repo_upgrade() {
  local before
  if [[ ${said} != 'pigstyc '* ]]; then
    note "somebody else has filled $1: newer packages are theirs to bring"
  elif [[ ${CHECK} == 1 ]]; then
    note "newer packages come to $1 with apply.sh --stage repo --upgrade"
  else
    repo_packages_in "$1"
    before=${REPO_FILES[*]-}
    repo_gather "$@"
    if [[ ${REPO_FILES[*]-} != "${before}" ]]; then changed "newer packages in $1"; fi
  fi
}

# repo_install DIR NAME…: packages that are needed to serve the directory come out of it.
repo_install() {
  local own=${WORK}/repository/own UPGRADE=0
  if [[ ${CHECK} == 0 ]]; then repo_source "$1"; fi
  shift
  PACKAGES+=("$@") PACKAGES_READ=0
  if have apt-get; then
    PACKAGE_OPTIONS=(-o Dir::Etc::sourcelist=/dev/null -o "Dir::Etc::sourceparts=${own}" -o "Dir::State::lists=${own}.lists")
  else
    PACKAGE_OPTIONS=("--setopt=reposdir=${own}" "--setopt=cachedir=${own}.lists")
  fi
  package_install required "$@"
  # What is read later are other repositories.
  PACKAGE_OPTIONS=() REPO_REFRESHED=0
}

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

# What a host with data is: a member of one cluster, of one version, in one directory. Another identity would start it on nothing, or take
# it from those who use it, so it is refused before anything is changed. The host itself is asked, not what an earlier run noted.

# What `identity_of_…` found, with what it is and how to change it.
declare -A NOW=()

# yaml_value FILE EXPRESSION: of the first line that begins with it and a colon, in ANSWER; empty without one.
yaml_value() {
  local line pattern="^$2:[[:space:]]*(.*)$"
  ANSWER=
  if [[ ! -f ${ROOT}$1 ]] || ! fetch "$1"; then return 0; fi
  while IFS= read -r line; do
    if [[ ! ${line} =~ ${pattern} ]]; then continue; fi
    ANSWER=${BASH_REMATCH[1]}
    ANSWER=${ANSWER%%[[:space:]]#*}
    ANSWER=${ANSWER%"${ANSWER##*[![:space:]]}"}
    ANSWER=${ANSWER#[\'\"]}
    ANSWER=${ANSWER%[\'\"]}
    return 0
  done <"${FETCHED}"
}

# know_as KEY FILE EXPRESSION
know_as() {
  yaml_value "$2" "$3"
  NOW[$1]=${ANSWER}
}

# identity MODULE KEY=VALUE… [-- WORD…]: refuses another identity than the one the data on this host belong to. The words tell the module where to look.
identity() {
  local module=$1 word key wanted now differences='' pairs=()
  shift
  while (($# > 0)) && [[ $1 != -- ]]; do
    pairs+=("$1")
    shift
  done
  NOW=()
  "identity_of_${module}" "${@:2}" || return 0
  for word in "${pairs[@]}"; do
    key=${word%%=*} wanted=${word#*=} now=${NOW[${word%%=*}]-}
    if [[ -z ${now} || ${now} == "${wanted}" || (${key} == pools && "${wanted} " == "${now} "*) ]]; then continue; fi
    differences+="${differences:+, }${key} ${now} → ${wanted:-none}"
  done
  if [[ -n ${differences} ]]; then object "${NOW[what]}; not possible in place: ${differences}. ${NOW[way]^}"; fi
}

# expect_unmoved PARAMETER VALUE FILE EXPRESSION|NUMBER: a running server is where others look for it. Only a restart moves it, and they move with it,
# so without leave for one nothing is changed. The value is that of the first line of the expression, or a line by its number.
expect_unmoved() {
  local parameter=$1 wanted=$2 file=$3 now='' lines=()
  if [[ ! -f ${ROOT}${file} ]] || ! fetch "${file}"; then return 0; fi
  if [[ $4 =~ ^[0-9]+$ ]]; then
    mapfile -t lines <"${FETCHED}"
    now=${lines[$4 - 1]-}
  else
    while IFS= read -r now; do
      if [[ ${now} =~ ^$4[[:space:]]*=[[:space:]]*(.*)$ ]]; then break; fi
    done <"${FETCHED}"
    now=${BASH_REMATCH[1]-}
  fi
  if [[ -z ${now} || ${now} == "${wanted}" || ${ALLOW_RESTART} == 1 ]]; then return 0; fi
  if [[ ${CHECK} == 1 ]]; then
    pending "${parameter} ${now} → ${wanted}: needs --allow-restart"
  else
    object "${parameter} ${now} → ${wanted} needs a restart, and who connects has to move with it: apply.sh --allow-restart on all members"
  fi
}

# The operating system. In a container the kernel's settings belong to its host: they are noted, not forced.

# Lines of a file as an array in LINES, without comments and blank lines.
effective_lines() {
  local line
  LINES=()
  while IFS= read -r line || [[ -n ${line} ]]; do
    line=${line#"${line%%[![:space:]]*}"}
    if [[ -n ${line} && ${line} != '#'* && ${line} != ';'* ]]; then LINES+=("${line}"); fi
  done <"${ROOT}$1"
}

# What `repo_files` found.
REPO_FILES=()
# What a container was denied since the last note.
DENIED=()

# note_denied: one note for all of it.
note_denied() {
  local list
  if ((${#DENIED[@]} == 0)); then return 0; fi
  printf -v list '%s, ' "${DENIED[@]}"
  if [[ ${CHECK} == 1 ]]; then note "differs, and may not be possible in a container: ${list%, }"; else note "not possible in a container: ${list%, }"; fi
  DENIED=()
}

# kernel_change WHAT COMMAND…: a change of a kernel setting, which a container may be denied. Whether it is, only trying tells, and
# --check does not try: a difference in a container is a note there, not drift that no apply could ever repair.
kernel_change() {
  local what=$1
  shift
  if [[ ${CHECK} == 1 ]]; then
    if in_container; then DENIED+=("${what}"); else changed "${what}"; fi
    return 0
  fi
  if run "$@"; then
    changed "${what}"
  elif in_container; then
    DENIED+=("${what}")
  else
    die "${what}"
  fi
}

# sysctl_apply FILE: sets what differs now; a key the kernel does not know is noted.
sysctl_apply() {
  local line key value path now
  if [[ ! -r ${ROOT}$1 ]]; then return 0; fi
  effective_lines "$1"
  for line in ${LINES[@]+"${LINES[@]}"}; do
    key=${line%%=*} value=${line#*=}
    key=${key%"${key##*[![:space:]]}"}
    key=${key#-}
    value=${value#"${value%%[![:space:]]*}"}
    value=${value%"${value##*[![:space:]]}"}
    path=${PIGSTYC_PROC_SYS:-/proc/sys}/${key//.//}
    if [[ ! -e ${path} ]]; then
      note "sysctl ${key}: this kernel has no such setting"
      continue
    fi
    now=$(<"${path}") 2>/dev/null || now=
    if [[ ${now//$'\t'/ } == "${value//$'\t'/ }" ]]; then continue; fi
    kernel_change "sysctl ${key} = ${value}" sysctl -q -w "${key}=${value}"
  done
  note_denied
}

# modules_load MODULE…: now; modules-load.d loads them at the next boot.
modules_load() {
  local module loaded
  loaded=
  if [[ -r /proc/modules ]]; then loaded=$(</proc/modules); fi
  for module in "$@"; do
    module=${module//-/_}
    if [[ $'\n'${loaded} == *$'\n'"${module} "* || -d /sys/module/${module} ]]; then continue; fi
    kernel_change "kernel module ${module}" modprobe -- "${module}"
  done
  note_denied
}

# hugepages_set COUNT: wanted vm.nr_hugepages; memory may be too fragmented for all of them until the next boot.
hugepages_set() {
  local path=${PIGSTYC_PROC_SYS:-/proc/sys}/vm/nr_hugepages now
  if [[ ! -e ${path} ]]; then return 0; fi
  now=$(<"${path}")
  if [[ ${now} == "$1" ]]; then return 0; fi
  kernel_change "$1 huge pages" sysctl -q -w "vm.nr_hugepages=$1"
  now=$(<"${path}")
  if [[ ${CHECK} == 0 && ${now} != "$1" ]]; then note "the kernel gives ${now} of $1 huge pages: restart the host for the rest"; fi
  note_denied
}

# timezone_set ZONE
timezone_set() {
  link_target /etc/localtime
  if [[ ${ANSWER} == */zoneinfo/"$1" ]]; then return 0; fi
  if [[ ! -e ${ROOT}/usr/share/zoneinfo/$1 ]]; then die "no time zone $1 in /usr/share/zoneinfo"; fi
  change "time zone $1" ln -sfn -- "../usr/share/zoneinfo/$1" "${ROOT}/etc/localtime"
}

# hostname_set NAME
hostname_set() {
  local now file=''
  answer uname -n || die 'cannot ask for the host name'
  now=${ANSWER}
  if [[ -r ${ROOT}/etc/hostname ]]; then file=$(<"${ROOT}/etc/hostname"); fi
  if [[ ${now} == "$1" && ${file} == "$1" ]]; then return 0; fi
  if [[ ${CHECK} == 0 ]]; then
    printf '%s\n' "$1" >"${WORK}/hostname"
    run install -m 0644 -- "${WORK}/hostname" "${ROOT}/etc/hostname" || die 'cannot write /etc/hostname'
    if [[ -z ${ROOT} && ${now} != "$1" ]] && ! run hostname "$1"; then
      if in_container; then note "host name $1: from the next start of the container"; else die "host name $1"; fi
    fi
  fi
  changed "host name $1"
}

# tuned_profile NAME
tuned_profile() {
  local now=''
  if ! have tuned-adm; then return 0; fi
  if [[ -r ${ROOT}/etc/tuned/active_profile ]]; then now=$(<"${ROOT}/etc/tuned/active_profile"); fi
  if [[ ${now} == "$1" ]]; then return 0; fi
  kernel_change "tuned profile $1" timeout 60 tuned-adm profile "$1"
  note_denied
}

# firewall_apply zone|off CIDR,… PORT,…: `zone` trusts the networks and opens the ports; what an earlier run has opened and is no longer declared is closed again.
firewall_apply() {
  local mode=$1 unit networks=() ports=()
  if [[ ${mode} == off ]]; then
    for unit in firewalld ufw; do
      if active "${unit}"; then unit_change "${unit}" "stopped ${unit}" systemctl disable --now --quiet -- "${unit}"; fi
    done
    return 0
  fi
  IFS=, read -r -a networks <<<"${2:-}"
  IFS=, read -r -a ports <<<"${3:-}"
  firewall_former ${networks[@]+"${networks[@]/#/source=}"} ${ports[@]+"${ports[@]/#/port=}"}
  if have firewall-cmd; then
    if ! active firewalld; then unit_change firewalld 'started firewalld' systemctl enable --now --quiet -- firewalld; fi
    if [[ ${CHECK} == 1 ]] && ! run firewall-cmd --state; then return 0; fi
    firewalld_rules
  elif have ufw; then
    ufw_rules
  else
    note 'no firewalld and no ufw: no firewall rules'
    return 0
  fi
  firewall_remember ${networks[@]+"${networks[@]/#/source=}"} ${ports[@]+"${ports[@]/#/port=}"}
}

# firewall_former WORD…: words of the earlier run that are none of these, in FORMER_RULES.
firewall_former() {
  local word
  FORMER_RULES=()
  if [[ ! -r ${STATE}/firewall ]]; then return 0; fi
  while read -r word; do
    if [[ -n ${word} && " $* " != *" ${word} "* ]]; then FORMER_RULES+=("${word}"); fi
  done <"${STATE}/firewall"
}

firewall_remember() {
  local text=''
  if (($# > 0)); then printf -v text '%s\n' "$@"; fi
  if [[ ${CHECK} == 1 || (-r ${STATE}/firewall && $(<"${STATE}/firewall")$'\n' == "${text:-$'\n'}") ]]; then return 0; fi
  printf '%s' "${text}" >"${STATE}/.firewall" || die 'cannot remember the firewall rules'
  run mv -f -- "${STATE}/.firewall" "${STATE}/firewall" || die 'cannot remember the firewall rules'
}

# firewalld_rules: of the networks and ports of firewall_apply.
firewalld_rules() {
  local item sources open touched=0
  answer firewall-cmd --permanent --zone=trusted --list-sources || die 'cannot ask firewalld for its rules'
  sources=" ${ANSWER} "
  for item in ${networks[@]+"${networks[@]}"}; do
    if [[ ${sources} != *" ${item} "* ]]; then
      change "firewall trusts ${item}" firewall-cmd -q --permanent --zone=trusted --add-source="${item}"
      touched=1
    fi
  done
  answer firewall-cmd --permanent --zone=public --list-ports || die 'cannot ask firewalld for its rules'
  open=" ${ANSWER} "
  for item in ${ports[@]+"${ports[@]}"}; do
    if [[ ${open} != *" ${item}/tcp "* ]]; then
      change "firewall opens ${item}" firewall-cmd -q --permanent --zone=public --add-port="${item}/tcp"
      touched=1
    fi
  done
  for item in ${FORMER_RULES[@]+"${FORMER_RULES[@]}"}; do
    if [[ ${item} == source=* && ${sources} == *" ${item#*=} "* ]]; then
      change "firewall no longer trusts ${item#*=}" firewall-cmd -q --permanent --zone=trusted --remove-source="${item#*=}"
      touched=1
    elif [[ ${item} == port=* && ${open} == *" ${item#*=}/tcp "* ]]; then
      change "firewall closes ${item#*=}" firewall-cmd -q --permanent --zone=public --remove-port="${item#*=}/tcp"
      touched=1
    fi
  done
  if [[ ${touched} == 1 && ${CHECK} == 0 ]]; then run firewall-cmd -q --reload || die 'firewalld cannot load its rules'; fi
  if [[ ${touched} == 0 ]] && ! firewalld_loaded; then change 'firewalld loads its rules' firewall-cmd -q --reload; fi
}

# firewalld_loaded: whether what its files declare holds now; somebody may have changed the running firewall alone.
firewalld_loaded() {
  local item
  answer firewall-cmd --zone=trusted --list-sources || die 'cannot ask firewalld for its rules'
  for item in ${networks[@]+"${networks[@]}"}; do
    if [[ " ${ANSWER} " != *" ${item} "* ]]; then return 1; fi
  done
  answer firewall-cmd --zone=public --list-ports || die 'cannot ask firewalld for its rules'
  for item in ${ports[@]+"${ports[@]}"}; do
    if [[ " ${ANSWER} " != *" ${item}/tcp "* ]]; then return 1; fi
  done
}

# ufw_rules: of the networks and ports of firewall_apply.
ufw_rules() {
  local item added
  answer ufw show added || die 'cannot ask ufw for its rules'
  added=${ANSWER}$'\n'
  for item in ${networks[@]+"${networks[@]}"}; do
    if [[ ${added} != *"ufw allow from ${item}"$'\n'* ]]; then change "firewall trusts ${item}" ufw allow from "${item}"; fi
  done
  for item in ${ports[@]+"${ports[@]}"}; do
    if [[ ${added} != *"ufw allow ${item}/tcp"$'\n'* ]]; then change "firewall opens ${item}" ufw allow "${item}/tcp"; fi
  done
  for item in ${FORMER_RULES[@]+"${FORMER_RULES[@]}"}; do
    if [[ ${item} == source=* && ${added} == *"ufw allow from ${item#*=}"$'\n'* ]]; then
      change "firewall no longer trusts ${item#*=}" ufw delete allow from "${item#*=}"
    elif [[ ${item} == port=* && ${added} == *"ufw allow ${item#*=}/tcp"$'\n'* ]]; then
      change "firewall closes ${item#*=}" ufw delete allow "${item#*=}/tcp"
    fi
  done
  answer ufw status || die 'cannot ask ufw for its state'
  if [[ ${ANSWER} != *'Status: active'* ]]; then kernel_change 'firewall on' ufw --force enable; fi
  note_denied
}

# selinux_mode enforcing|permissive|disabled: `disabled` takes the next boot.
selinux_mode() {
  local now line configured=''
  if [[ ! -r ${ROOT}/etc/selinux/config ]]; then return 0; fi
  while IFS= read -r line; do
    if [[ ${line} == SELINUX=* ]]; then configured=${line#SELINUX=}; fi
  done <"${ROOT}/etc/selinux/config"
  if [[ -z ${configured} ]]; then
    change "SELinux ${1} from the next boot" sed -i "\$ a SELINUX=$1" "${ROOT}/etc/selinux/config"
  elif [[ ${configured} != "$1" ]]; then
    change "SELinux ${1} from the next boot" sed -i "s/^SELINUX=.*/SELINUX=$1/" "${ROOT}/etc/selinux/config"
  fi
  if ! have getenforce || ! have setenforce; then return 0; fi
  answer getenforce || die 'cannot ask for the mode of SELinux'
  now=${ANSWER}
  if [[ ${now} == Enforcing && $1 != enforcing ]]; then
    change "SELinux permissive" setenforce 0
  elif [[ ${now} == Permissive && $1 == enforcing ]]; then
    change "SELinux enforcing" setenforce 1
  fi
}

# selinux_boolean NAME: on, where SELinux is there.
selinux_boolean() {
  local now
  if ! have getsebool || ! have setsebool; then return 0; fi
  now=$(getsebool "$1" 2>/dev/null || true)
  if [[ ${now} == *'--> off' ]]; then change "SELinux allows $1" setsebool -P "$1" on; fi
}

# ca_trust FILE: programs that use the system's list of authorities trust the site's.
ca_trust() {
  local target refresh
  if have update-ca-certificates; then
    target=/usr/local/share/ca-certificates/pigsty-ca.crt refresh=(update-ca-certificates)
  elif have update-ca-trust; then
    target=/etc/pki/ca-trust/source/anchors/pigsty-ca.crt refresh=(update-ca-trust extract)
  else
    note 'no list of authorities to add the CA to'
    return 0
  fi
  if [[ ! -r ${ROOT}$1 ]]; then
    if [[ ${CHECK} == 1 ]]; then changed 'the CA is trusted'; fi
    return 0
  fi
  # The mark says that the list has not been made since the file changed.
  if [[ ! -e ${STATE}/ca-trust && -e ${ROOT}${target} ]] && run cmp -s -- "${ROOT}$1" "${ROOT}${target}"; then return 0; fi
  if [[ ${CHECK} == 0 ]]; then
    : >"${STATE}/ca-trust" || die 'cannot write the journal'
    run install -D -m 0644 -- "${ROOT}$1" "${ROOT}${target}.new" || die 'cannot add the CA'
    run mv -f -- "${ROOT}${target}.new" "${ROOT}${target}" || die 'cannot add the CA'
    run "${refresh[@]}" || die 'cannot add the CA'
    run rm -f -- "${STATE}/ca-trust" || die 'cannot write the journal'
  fi
  changed 'the CA is trusted'
}

# home_of USER: in HOME_DIR.
home_of() {
  local fields=()
  read_accounts
  IFS=: read -r -a fields <<<"${PW_ENTRY[$1]-}"
  HOME_DIR=${fields[5]-}
}

# ssh_key_ensure USER
ssh_key_ensure() {
  local user=$1
  home_of "${user}"
  if [[ -z ${HOME_DIR} ]]; then
    if [[ ${CHECK} == 1 ]]; then return 0; fi
    die "no user ${user}"
  fi
  local key
  for key in id_ed25519 id_rsa id_ecdsa; do
    if [[ -e ${ROOT}${HOME_DIR}/.ssh/${key} ]]; then return 0; fi
  done
  if ! have ssh-keygen; then
    note "no ssh-keygen: no key for ${user}"
    return 0
  fi
  if [[ ${CHECK} == 0 ]]; then
    run_as "${user}" mkdir -p -m 0700 -- "${ROOT}${HOME_DIR}/.ssh" || die "ssh key of ${user}"
    run_as "${user}" ssh-keygen -q -t ed25519 -N '' -C "${user}@${HOSTNAME}" -f "${ROOT}${HOME_DIR}/.ssh/id_ed25519" || die "ssh key of ${user}"
  fi
  changed "ssh key of ${user}"
}

# swap_disable: now, and at the next boot.
swap_disable() {
  local header rest
  if [[ -r /proc/swaps ]]; then
    { read -r header && read -r rest; } </proc/swaps || rest=
    if [[ -n ${rest} ]]; then kernel_change 'swap is off' swapoff -a; fi
  fi
  if [[ -r ${ROOT}/etc/fstab && $'\n'$(<"${ROOT}/etc/fstab") =~ $'\n'[^#$'\n']+[[:blank:]]swap[[:blank:]] ]]; then
    change 'swap stays off' sed -i -E 's/^([^#].*[[:space:]]swap[[:space:]])/# \1/' "${ROOT}/etc/fstab"
  fi
  note_denied
}

# numa_disable: takes the next boot.
numa_disable() {
  local now
  if ! have grubby; then return 0; fi
  now=$(grubby --info=DEFAULT 2>/dev/null || true)
  if [[ ${now} != *numa=off* ]]; then change 'NUMA is off from the next boot' grubby --update-kernel=ALL --args=numa=off; fi
}

# network_static: the resolver's file is not rewritten by a DHCP client.
network_static() {
  local file text
  for file in "${ROOT}"/etc/sysconfig/network-scripts/ifcfg-*; do
    if [[ ! -f ${file} || ${file} == *ifcfg-lo ]]; then continue; fi
    text=$'\n'$(<"${file}")
    if [[ ${text} == *$'\n'PEERDNS=no* || ${text} == *$'\n''PEERDNS="no'* ]]; then continue; fi
    if [[ ${text} == *$'\n'PEERDNS=* ]]; then
      change "${file##*/} keeps resolv.conf" sed -i 's/^PEERDNS=.*/PEERDNS="no"/' "${file}"
    else
      if [[ ${CHECK} == 0 ]]; then printf 'PEERDNS="no"\n' >>"${file}" || die "cannot write ${file}"; fi
      changed "${file##*/} keeps resolv.conf"
    fi
  done
}

# resolver_add TEXT…: these lines first, then up to three name servers that were there.
resolver_add() {
  local line old=() new=("$@") kept=0
  if [[ -e ${ROOT}/etc/resolv.conf ]]; then
    fetch /etc/resolv.conf || die 'cannot read /etc/resolv.conf'
    mapfile -t old <"${FETCHED}"
  fi
  for line in ${old[@]+"${old[@]}"}; do
    if [[ ${line} != nameserver\ * ]] || ((kept >= 3)); then continue; fi
    local known duplicate=0
    for known in "${new[@]}"; do
      if [[ ${known} == "${line}" ]]; then duplicate=1; fi
    done
    if [[ ${duplicate} == 0 ]]; then
      new+=("${line}")
      kept=$((kept + 1))
    fi
  done
  local before=${OK}
  replace_lines /etc/resolv.conf root root 0644 '' "${#old[@]}" ${old[@]+"${old[@]}"} "${new[@]}"
  OK=${before}
}

# repo_files DIR NAME…: those of the definitions that are there, in REPO_FILES. A name may come without its extension.
repo_files() {
  local directory=$1 name extension
  shift
  REPO_FILES=()
  for name in "$@"; do
    for extension in '' .list .repo; do
      if [[ -f ${ROOT}${directory}/${name}${extension} ]]; then REPO_FILES+=("${ROOT}${directory}/${name}${extension}"); fi
    done
  done
}

# repo_alone: true when the package index can be read from REPO_FILES alone, within a minute. What the system knows of packages stays as it is.
repo_alone() {
  local scratch=${WORK}/repositories file
  run mkdir -p -- "${scratch}/parts" "${scratch}/lists/partial" || die 'cannot make a scratch directory'
  run cp -- "${REPO_FILES[@]}" "${scratch}/parts" || die 'cannot copy the repository definitions'
  if have apt-get; then
    package_index -o Dir::Etc::sourcelist=/dev/null -o "Dir::Etc::sourceparts=${scratch}/parts" -o "Dir::State::lists=${scratch}/lists" \
      -o APT::Update::Error-Mode=any -o Acquire::Retries=1 -o Acquire::http::Timeout=10 -o Acquire::https::Timeout=10
    return
  fi
  # A definition may allow that its repository is away: then only these words tell why.
  package_index "--setopt=reposdir=${scratch}/parts" "--setopt=cachedir=${scratch}/lists" --setopt=timeout=10 --setopt=retries=1 -v || return
  # A file of definitions with none that answers is of no use.
  for file in "${REPO_FILES[@]}"; do
    if ! repo_read "${scratch}" "${file}"; then LAST_CODE=1; fi
  done
  return "${LAST_CODE}"
}

# repo_read SCRATCH FILE: true when dnf has the index of a repository of the file; those it does not have are noted.
repo_read() {
  local line id='' ids=() absent=() off=' ' found=0
  while IFS= read -r line; do
    if [[ ${line} =~ ^\[(.+)\] ]]; then
      id=${BASH_REMATCH[1]}
      ids+=("${id}")
    elif [[ ${line} =~ ^enabled[[:space:]]*=[[:space:]]*(0|no|false|off) ]]; then
      off+="${id} "
    fi
  done <"$2"
  for id in ${ids[@]+"${ids[@]}"}; do
    if [[ ${off} == *" ${id} "* ]]; then continue; fi
    if compgen -G "$1/lists/${id}-????????????????/repodata/repomd.xml" >/dev/null; then found=1; else absent+=("${id}"); fi
  done
  if ((${#absent[@]} == 0)); then return 0; fi
  if [[ ${found} == 0 ]]; then return 1; fi
  note "these repositories do not answer, which their definitions allow: ${absent[*]}"
}

# repo_give_up: definitions that cannot be read go, those that were there before stay. The next run tries again.
repo_give_up() {
  local said
  said=$(<"${WORK}/out")
  rm -f -- "${REPO_FILES[@]}" || true
  printf '%s\n' "${said}" >"${WORK}/out"
  die 'cannot read the package index of the declared repositories: the former ones stay in use. Make them reachable, or change node_repo_modules'
}

# repo_exclusive DIR NAME…: other repository definitions are moved out of the way, and kept, once the declared ones are known to work without them.
repo_exclusive() {
  local directory=$1 path name wanted moved=0
  repo_files "$@"
  if ((${#REPO_FILES[@]} == 0)); then return 0; fi
  shift
  for path in "${ROOT}${directory}"/*.repo "${ROOT}${directory}"/*.list "${ROOT}${directory}"/*.sources "${ROOT}"/etc/apt/sources.list; do
    if [[ ! -f ${path} || (${path} == */etc/apt/sources.list && ${directory} != /etc/apt/*) ]]; then continue; fi
    # An earlier run that failed may still owe this call, with the names of its bundle.
    if [[ -n ${F_ROW[${path#"${ROOT}"}]-} ]]; then continue; fi
    for wanted in "$@"; do
      name=${wanted##*/}
      if [[ ${path##*/} == "${name}" || ${path##*/} == "${name}.list" || ${path##*/} == "${name}.repo" ]]; then continue 2; fi
    done
    if [[ ${path} == */sources.list && ! -s ${path} ]]; then continue; fi
    if [[ ${moved} == 0 ]]; then
      if [[ ${CHECK} == 0 ]] && ! repo_alone; then repo_give_up; fi
      queue_effects 'call repo_refresh'
    fi
    if [[ ${CHECK} == 0 ]]; then run mkdir -p -- "${ROOT}${directory}/backup" || die 'cannot keep the repository definitions'; fi
    change "${path#"${ROOT}"} is out of use" mv -f -- "${path}" "${ROOT}${directory}/backup/${path##*/}"
    moved=1
  done
  if [[ ${moved} == 1 ]]; then flush_effects; fi
}

# uv_venv DIR PACKAGE…: a convenience for operators, so a failure (no network) is noted only.
uv_venv() {
  local directory=$1 missing=() name installed
  shift
  if ! have uv; then return 0; fi
  # Its Python is run below.
  whose "${directory}/bin/python"
  if [[ ${WHOSE} != root ]]; then
    note "no Python environment in ${directory}: ${WHOSE} may change it"
    return 0
  fi
  if [[ ! -x ${ROOT}${directory}/bin/python ]]; then
    if [[ ${CHECK} == 0 ]] && ! through_proxy run timeout 300 uv venv --quiet -- "${ROOT}${directory}"; then
      note "no Python environment in ${directory}"
      return 0
    fi
    changed "Python environment ${directory}"
  fi
  if (($# == 0)) || [[ ! -x ${ROOT}${directory}/bin/python ]]; then return 0; fi
  installed=$(timeout 60 uv pip list --quiet --python "${ROOT}${directory}/bin/python" --format freeze 2>/dev/null || true)
  for name in "$@"; do
    if [[ $'\n'${installed,,} != *$'\n'"${name,,}=="* ]]; then missing+=("${name}"); fi
  done
  if ((${#missing[@]} == 0)); then return 0; fi
  if [[ ${CHECK} == 0 ]] && ! through_proxy run timeout 600 uv pip install --quiet --python "${ROOT}${directory}/bin/python" -- "${missing[@]}"; then
    note "Python packages ${missing[*]} are not available"
    return 0
  fi
  changed "Python packages ${missing[*]}"
}

# etcd: members, authentication, users of the Patroni scopes. Passwords go through files and standard input, never through arguments.

# etcd_ctl ENDPOINTS WORD…: etcdctl with the member's certificate, logged in as root when authentication is on.
etcd_ctl() {
  local endpoints=$1
  shift
  LAST_COMMAND="etcdctl $*" LAST_CODE=0
  (
    export ETCDCTL_API=3 ETCDCTL_ENDPOINTS="${endpoints}" ETCDCTL_CACERT="${ROOT}/etc/etcd/ca.crt"
    export ETCDCTL_CERT="${ROOT}/etc/etcd/server.crt" ETCDCTL_KEY="${ROOT}/etc/etcd/server.key"
    unset ETCDCTL_USER ETCDCTL_PASSWORD
    if [[ ${ETCD_LOGIN:-0} == 1 ]]; then
      ETCDCTL_USER=root:$(<"${ROOT}${ETCD_PASSWORD}")
      export ETCDCTL_USER
    fi
    exec timeout 20 etcdctl --command-timeout=15s "$@" 9>&-
  ) >"${WORK}/out" 2>&1 || LAST_CODE=$?
  room
  return "${LAST_CODE}"
}

# True when the last answer of etcd was that it does not let us; a timeout or an election is none. It may have looked for a user named
# like the certificate.
etcd_refuses() { says 'permission denied' 'user name is empty' 'user name not found' 'uthentication failed' 'invalid auth token'; }

# etcd_login ENDPOINT: finds out whether authentication is on. With a client certificate but no user, reading the users is refused then.
# An etcd that is busy is asked again for a while.
etcd_login() {
  local started=${SECONDS}
  while true; do
    ETCD_LOGIN=0
    if etcd_ctl "$1" user list; then return 0; fi
    if etcd_refuses; then
      ETCD_LOGIN=1
      if etcd_ctl "$1" user list; then return 0; fi
      ETCD_LOGIN=0
      if etcd_refuses; then return 1; fi
    fi
    if [[ ${CHECK} == 1 ]] || ((SECONDS - started >= 60)); then return 1; fi
    sleep 0.5
  done
}

# etcd_quorum ENDPOINT: true when the cluster can elect, which the health of one member proves.
etcd_quorum() { etcd_ctl "$1" endpoint health || etcd_refuses; }

# etcd_auth ENDPOINT v3|v2: waits for a quorum; root user with the password of /etc/etcd/etcd.pass, then authentication. `v2` also protects the
# store of version 2. Passwords hold no blanks: etcdctl reads one word.
etcd_auth() {
  local endpoint=$1 api=$2 started=${SECONDS}
  if [[ ${CHECK} == 1 ]] && ! have etcdctl; then return 0; fi
  ETCD_LOGIN=0
  until etcd_quorum "${endpoint}"; do
    if [[ ${CHECK} == 1 ]]; then
      changed 'etcd has no quorum'
      return 0
    fi
    if ((SECONDS - started >= 120)); then
      LAST_UNIT=etcd
      die 'etcd has no quorum: apply the other members'
    fi
    sleep 0.5
  done
  if [[ ! -s ${ROOT}/etc/etcd/etcd.pass || $(<"${ROOT}/etc/etcd/etcd.pass") == '' ]]; then
    note 'etcd_root_password is empty: no authentication'
    return 0
  fi
  if [[ ${api} == v2 ]]; then etcd_v2_auth "${endpoint}"; fi
  if ! etcd_login "${endpoint}"; then
    if ! etcd_refuses; then
      LAST_UNIT=etcd
      die 'cannot ask etcd for its users'
    fi
    if ! etcd_rotate "${endpoint}"; then
      die 'the root password on the cluster is not the one of /etc/etcd/etcd.pass, nor one that was there before: etcdctl user passwd root, with the password it has'
    fi
  fi
  if [[ ${ETCD_LOGIN} == 1 ]]; then return 0; fi
  if [[ ${CHECK} == 1 ]]; then
    changed 'etcd authentication'
    return 0
  fi
  if [[ $'\n'$(<"${WORK}/out")$'\n' != *$'\nroot\n'* ]]; then etcd_add_user "${endpoint}" root /etc/etcd/etcd.pass; fi
  if ! etcd_ctl "${endpoint}" role get root; then etcd_ctl "${endpoint}" role add root || die 'etcd role root'; fi
  etcd_ctl "${endpoint}" user grant-role root root || die 'etcd user root'
  etcd_ctl "${endpoint}" auth enable || die 'etcd authentication'
  ETCD_LOGIN=1
  changed 'etcd authentication'
}

# etcd_add_user ENDPOINT USER PASSWORD_FILE: etcdctl reads the password from its standard input.
etcd_add_user() {
  etcd_ctl "$1" user add "$2" --interactive=false <"${ROOT}$3" || die "etcd user $2"
}

# etcd_members ENDPOINT NAME=PEER_URL,…: a member that is not declared any more is announced, and removed through the API with leave only.
# etcd itself refuses when too few would be left.
etcd_members() {
  local endpoint=$1 declared=",$2," line id status name peer what list=()
  if [[ ${CHECK} == 1 && -z ${ETCD_LOGIN:-} ]]; then return 0; fi
  etcd_ctl "${endpoint}" member list || die 'cannot ask etcd for its members'
  mapfile -t list <"${WORK}/out"
  for line in ${list[@]+"${list[@]}"}; do
    IFS=', ' read -r id status name peer _ <<<"${line}"
    if [[ ! ${id} =~ ^[0-9a-f]+$ ]]; then continue; fi
    what="etcd member ${name:-that has never started} at ${peer}"
    if [[ ${declared} == *",${name:-?}="* || ${declared} == *"=${peer},"* ]]; then continue; fi
    if [[ ${ALLOW_RESTART} == 0 ]]; then
      pending "${what} is not declared: apply.sh --allow-restart removes it from the cluster"
      continue
    fi
    if [[ ${CHECK} == 0 ]]; then etcd_ctl "${endpoint}" member remove "${id}" || die "remove the ${what}"; fi
    changed "${what} is no longer one (was ${status})"
  done
}

# etcd_pg_user ENDPOINT v3|v2 SCOPE PREFIX PASSWORD_FILE MEMBER…: a role that sees one Patroni scope, below PREFIX, which ends in `/`. Its user in version 3 is named
# like the scope, those in version 2 like the certificates of the members.
etcd_pg_user() {
  local endpoint=$1 api=$2 user=$3 prefix=$4 file=$5 hash known=''
  if [[ ! -r ${ROOT}${file} || (${CHECK} == 1 && -z ${ETCD_LOGIN:-}) ]]; then return 0; fi
  # Kept as a hash, so that a rotated password is noticed. etcd cannot be asked for it.
  answer sha256sum -- "${ROOT}${file}" || die "cannot read ${file}"
  hash=${ANSWER%% *}
  if [[ -r ${STATE}/etcd-users/${user} ]]; then known=$(<"${STATE}/etcd-users/${user}"); fi
  if [[ ${api} == v2 ]]; then etcd_v2_users "${endpoint}" "${user}" "${prefix}" "${file}" "${hash}" "${known}" "${@:6}"; else etcd_v3_user; fi
  if [[ ${CHECK} == 1 || ${known} == "${hash}" ]]; then return 0; fi
  run_private mkdir -p -- "${STATE}/etcd-users" || die 'cannot remember the etcd user'
  (umask 077 && printf '%s\n' "${hash}" >"${STATE}/etcd-users/${user}") || die 'cannot remember the etcd user'
}

# The part of etcd_pg_user for version 3, with its variables.
etcd_v3_user() {
  if etcd_ctl "${endpoint}" role get "${user}" && says "[${prefix},"; then :; else
    if [[ ${CHECK} == 0 ]]; then
      if ! etcd_ctl "${endpoint}" role get "${user}"; then etcd_ctl "${endpoint}" role add "${user}" || die "etcd role ${user}"; fi
      etcd_ctl "${endpoint}" role grant-permission --prefix=true "${user}" readwrite "${prefix}" || die "etcd role ${user}"
    fi
    changed "etcd role ${user}"
  fi
  if ! etcd_ctl "${endpoint}" user get "${user}"; then
    if [[ ${CHECK} == 0 ]]; then etcd_add_user "${endpoint}" "${user}" "${file}"; fi
    changed "etcd user ${user}"
  elif [[ ${known} != "${hash}" ]]; then
    if [[ ${CHECK} == 0 ]]; then
      etcd_ctl "${endpoint}" user passwd "${user}" --interactive=false <"${ROOT}${file}" || die "password of the etcd user ${user}"
    fi
    changed "password of the etcd user ${user}"
  fi
  if [[ ${CHECK} == 1 ]]; then return 0; fi
  if ! etcd_ctl "${endpoint}" user get "${user}" || [[ ! $(<"${WORK}/out") =~ Roles:.*\ "${user}"( |$) ]]; then
    etcd_ctl "${endpoint}" user grant-role "${user}" "${user}" || die "etcd user ${user}"
    changed "etcd user ${user} has its role"
  fi
}

# --- the version 2 API (etcd 3.4 with enable-v2), which old vip-managers and Patroni use on it ------------------------

# etcd_v2 METHOD URL [LOGIN_USER PASSWORD_FILE]: the body is read from ${WORK}/body when there is one; answer in ${WORK}/out.
etcd_v2() {
  local method=$1 url=$2 login=() data=()
  LAST_COMMAND="curl -X ${method} ${url}" LAST_CODE=0
  if (($# > 2)); then
    (umask 077 && printf 'user = "%s:%s"\n' "$3" "$(etcd_v2_escape "$4" || true)" >"${WORK}/login")
    login=(-K "${WORK}/login")
  fi
  if [[ -e ${WORK}/body ]]; then data=(--data-binary "@${WORK}/body"); fi
  curl -fsS --max-time 15 --cacert "${ROOT}/etc/etcd/ca.crt" --cert "${ROOT}/etc/etcd/server.crt" --key "${ROOT}/etc/etcd/server.key" \
    ${login[@]+"${login[@]}"} -X "${method}" ${data[@]+"${data[@]}"} -H 'Content-Type: application/json' "${url}" >"${WORK}/out" 2>"${WORK}/error" || LAST_CODE=$?
  room
  local code=${LAST_CODE}
  if [[ ${code} != 0 ]]; then printf '%s\n' "$(<"${WORK}/error")" >>"${WORK}/out"; fi
  # A body that stays would be sent again.
  rm -f -- "${WORK}/body" "${WORK}/login" 2>"${WORK}/error" || {
    LAST_COMMAND='rm -f body login' LAST_CODE=$?
    cp -- "${WORK}/error" "${WORK}/out"
    die 'cannot remove a scratch file'
  }
  return "${code}"
}

etcd_v2_escape() {
  local text
  text=$(<"${ROOT}$1")
  text=${text//\\/\\\\}
  printf '%s' "${text//\"/\\\"}"
}

# etcd_v2_body FORMAT WORD…: a JSON body; words are JSON strings already.
etcd_v2_body() {
  # shellcheck disable=SC2059 # the format is ours
  (umask 077 && printf "$@" >"${WORK}/body")
}

etcd_v2_auth() {
  local url=$1/v2/auth password
  if etcd_v2 GET "${url}/enable" && [[ $(<"${WORK}/out") =~ \"enabled\":\ *true ]]; then
    if [[ ${CHECK} == 0 ]]; then etcd_v2_rotate "${url}"; fi
    if etcd_v2 GET "${url}/roles/guest" root /etc/etcd/etcd.pass; then
      if [[ ${CHECK} == 0 ]]; then etcd_v2 DELETE "${url}/roles/guest" root /etc/etcd/etcd.pass || die 'etcd role guest'; fi
      changed 'etcd v2 role guest is gone'
    fi
    return 0
  fi
  if [[ ${CHECK} == 0 ]]; then
    password=$(json_string "$(<"${ROOT}/etc/etcd/etcd.pass")")
    etcd_v2_body '{"user":"root","password":%s}' "${password}"
    etcd_v2 PUT "${url}/users/root" || die 'etcd v2 user root'
    etcd_v2 PUT "${url}/enable" || die 'etcd v2 authentication'
    etcd_v2 DELETE "${url}/roles/guest" root /etc/etcd/etcd.pass || die 'etcd role guest'
  fi
  changed 'etcd v2 authentication'
}

# etcd_v2_ask_users URL: users with what they may do, in ETCD_V2_USERS.
etcd_v2_ask_users() {
  etcd_v2 GET "$1/users" root /etc/etcd/etcd.pass || if [[ ${CHECK} == 0 ]]; then die 'cannot ask etcd for its v2 users'; fi
  ETCD_V2_USERS=$(<"${WORK}/out")
}

# etcd_v2_users ENDPOINT ROLE PREFIX PASSWORD_FILE HASH KNOWN MEMBER…: a member logs in with its certificate, whose name is a user's. A
# password, which a user needs to exist, would be hashed with every request. All of them are asked for at once, for the same reason.
etcd_v2_users() {
  local url=$1/v2/auth role=$2 prefix=$3 file=$4 hash=$5 known=$6 keys name permitted member missing=() more password
  keys="[$(json_string "${prefix}*" || true),$(json_string "${prefix%/}" || true)]"
  name=$(json_string "${role}")
  permitted="{\"role\":${name},\"permissions\":{\"kv\":{\"read\":${keys},\"write\":${keys}}}}"
  if [[ -z ${ETCD_V2_USERS-} ]]; then etcd_v2_ask_users "${url}"; fi
  for member in "${@:7}"; do
    if [[ ${known} != "${hash}" || ${ETCD_V2_USERS} != *"{\"user\":\"${member}\",\"roles\":[${permitted}]}"* ]]; then missing+=("${member}"); fi
  done
  if ((${#missing[@]} == 0)); then return 0; fi
  if [[ ${CHECK} == 0 && ${ETCD_V2_USERS} != *"${permitted}"* ]]; then
    etcd_v2_body '%s' "${permitted}"
    if ! etcd_v2 PUT "${url}/roles/${role}" root /etc/etcd/etcd.pass; then
      # 409: it is there, for other keys or of a run that did not get to its users.
      says ' 409' || die "etcd v2 role ${role}"
      etcd_v2 DELETE "${url}/roles/${role}" root /etc/etcd/etcd.pass || die "etcd v2 role ${role}"
      etcd_v2_body '%s' "${permitted}"
      etcd_v2 PUT "${url}/roles/${role}" root /etc/etcd/etcd.pass || die "etcd v2 role ${role}"
      etcd_v2_ask_users "${url}"
    fi
  fi
  for member in "${missing[@]}"; do
    if [[ ${CHECK} == 0 ]]; then
      case ${ETCD_V2_USERS} in
        *"\"user\":\"${member}\",\"roles\":[${permitted}]"*) more='' ;;
        *"\"user\":\"${member}\","*) more=",\"grant\":[${name}]" ;;
        *) more=",\"roles\":[${name}]" ;;
      esac
      password=$(json_string "$(<"${ROOT}${file}")")
      etcd_v2_body '{"user":%s,"password":%s%s}' "$(json_string "${member}" || true)" "${password}" "${more}"
      etcd_v2 PUT "${url}/users/${member}" root /etc/etcd/etcd.pass || die "etcd v2 user ${member}"
    fi
    changed "etcd v2 user ${member}"
  done
}

# identity_of_etcd: of a member with data.
identity_of_etcd() {
  local file=/etc/etcd/etcd.conf
  know_as data "${file}" data-dir
  if [[ -z ${NOW[data]} || ! -d ${ROOT}${NOW[data]}/member ]]; then return 1; fi
  know_as name "${file}" name
  know_as peer "${file}" initial-advertise-peer-urls
  NOW[what]="etcd has data in ${NOW[data]}"
  NOW[way]='keep what it is, or take the member out of the inventory, apply, and add it as a new one'
}

# etcd: how a member without data becomes one, and how the password of root changes. What runs already decides, not what was declared.

# Members as the cluster lists them, one a line: id, status, name, peer URL, client URLs; and who was asked.
ETCD_LISTED=
ETCD_PEERS=
ETCD_ASKED=
# Where the password is that root logs in with.
ETCD_PASSWORD=/etc/etcd/etcd.pass
# What `etcd_former_passwords` found.
FORMER=()

# etcd_listens ENDPOINT: 0 when something listens, 1 when the host says that nothing does, 2 when it says nothing.
etcd_listens() {
  local address=${1#*://} code=0
  answer timeout 5 env LC_ALL=C bash -c "exec 3<>/dev/tcp/${address%:*}/${address##*:}" || code=1
  if [[ ${code} == 1 ]] && ! says 'refused'; then code=2; fi
  return "${code}"
}

# etcd_waits ENDPOINT NAME=PEER_URL,…: true for a member that waits for the others to make the first cluster. It answers no client then, but tells
# its peers who they are: none has said yet where clients reach it, which is the first thing that a cluster agrees on.
etcd_waits() {
  local host=${1#*://} entry entries=() url=''
  IFS=, read -r -a entries <<<"$2"
  for entry in "${entries[@]}"; do
    if [[ ${entry#*://} == "${host%:*}":* ]]; then url=${entry#*=}/members; fi
  done
  if [[ -z ${url} ]] || ! have curl; then return 1; fi
  LAST_COMMAND="curl ${url}" LAST_CODE=0
  # HTTP/2 is offered on this port, and not served.
  curl -fsS --http1.1 --max-time 5 --cacert "${ROOT}/etc/etcd/ca.crt" --cert "${ROOT}/etc/etcd/server.crt" --key "${ROOT}/etc/etcd/server.key" \
    "${url}" >"${WORK}/out" 2>&1 9>&- || LAST_CODE=$?
  room
  [[ ${LAST_CODE} == 0 && $(<"${WORK}/out") == *'"peerURLs"'* && $(<"${WORK}/out") != *'"clientURLs"'* ]]
}

# etcd_ask_others ENDPOINT,… NAME=PEER_URL,…: the members of the cluster that runs, in ETCD_LISTED; empty when none of these hosts runs one, or only
# waits to. A host that is silent may, so it has to be reached. False when they have no quorum because this member was added and does not run.
etcd_ask_others() {
  local endpoint endpoints=() silent='' code
  ETCD_LISTED=
  IFS=, read -r -a endpoints <<<"$1"
  for endpoint in "${endpoints[@]}"; do
    code=0
    etcd_listens "${endpoint}" || code=$?
    if [[ ${code} == 2 ]]; then silent+="${silent:+, }${endpoint}"; fi
    if [[ ${code} != 0 ]] || etcd_waits "${endpoint}" "$2"; then continue; fi
    if etcd_login "${endpoint}" && etcd_ctl "${endpoint}" member list; then
      ETCD_LISTED=$(<"${WORK}/out")
      ETCD_ASKED=${endpoint}
      return 0
    fi
    if [[ ${CHECK} == 1 ]]; then return 0; fi
    if [[ -s ${STATE}/etcd-join ]]; then return 1; fi
    LAST_COMMAND="etcdctl member list" LAST_CODE=1
    die "etcd at ${endpoint} does not list its members"
  done
  if [[ -n ${silent} && ${CHECK} == 0 ]]; then die "cannot tell whether an etcd cluster runs: ${silent} cannot be reached"; fi
}

# etcd_bootstrap NAME PEER_URL ENDPOINT,… DATA new|existing NAME=PEER_URL,… [learner]: before a member starts for the first time. Where the others
# run a cluster already it joins that, one member at a time; where they do not, all of them make one.
etcd_bootstrap() {
  local name=$1 peer=$2 others=$3 store=$4 init=$5 declared=$6 learner=${7:-} line id status known clients
  if [[ -d ${ROOT}${store}/member/wal ]]; then
    # A run that was interrupted after the start has left them; the file is as declared by now.
    if [[ -e ${STATE}/etcd-join && ${CHECK} == 0 ]]; then
      run rm -f -- "${ROOT}/etc/etcd/etcd.conf.declared" "${STATE}/etcd-join" || die 'cannot write the journal'
    fi
    if ! etcd_unknown; then return 0; fi
    if [[ ${CHECK} == 1 ]]; then
      pending "${name}, which the cluster no longer knows, joins again: needs --allow-restart"
      return 0
    fi
    etcd_put_aside
  fi
  # One that has begun its directory without its log has not joined.
  if [[ -d ${ROOT}${store}/member && ! -e ${STATE}/etcd-join ]] || { [[ ${CHECK} == 1 ]] && ! have etcdctl; }; then return 0; fi
  if ! etcd_ask_others "${others}" "${declared}"; then
    # An earlier run has added this member, and without it there is no quorum.
    etcd_first_start
    return 0
  fi
  if [[ -z ${ETCD_LISTED} ]]; then
    if [[ ${init} == existing && ${CHECK} == 0 ]]; then die 'the cluster to join does not answer'; fi
    return 0
  fi
  while IFS= read -r line; do
    if [[ ${line} == *", ${peer},"* ]]; then break; fi
  done <<<"${ETCD_LISTED}"
  IFS=, read -r id status known _ clients _ <<<"${line}"
  if [[ -n ${line} && -z ${clients// /} && ${init} == new && ${known// /} == "${name}" ]]; then return 0; fi
  if [[ -n ${clients// /} ]]; then
    if [[ ${ALLOW_RESTART} == 0 && ${CHECK} == 1 ]]; then
      pending "${name}, whose data are gone, joins again: needs --allow-restart"
      return 0
    elif [[ ${ALLOW_RESTART} == 0 ]]; then
      die "etcd knows ${name} (${status# }), whose data are gone: apply.sh --allow-restart removes it from the cluster and adds it again"
    fi
    if [[ ${CHECK} == 0 ]]; then etcd_ctl "${ETCD_ASKED}" member remove "${id}" || die "remove the etcd member ${name}"; fi
    changed "etcd member ${name} without its data is no longer one"
    line=
  fi
  if [[ -z ${line} ]]; then
    etcd_add_member
  elif [[ ${CHECK} == 0 ]]; then
    etcd_listed_members
    etcd_initial "${ETCD_PEERS%,}"
  fi
  if [[ ${CHECK} == 0 ]]; then etcd_first_start; fi
}

# etcd_unknown: true when this member does not run, and the others know none of its address: its data are of before it was removed, and a start would
# end at once. A host that is silent is no reason not to start.
etcd_unknown() {
  local CHECK=1
  if active etcd || ! have etcdctl || ! etcd_ask_others "${others}" "${declared}"; then return 1; fi
  [[ -n ${ETCD_LISTED} && ${ETCD_LISTED} != *", ${peer},"* ]]
}

# etcd_put_aside: the data of a member that is none any more stay, where etcd does not look for them.
etcd_put_aside() {
  local former
  if [[ ${ALLOW_RESTART} == 0 ]]; then
    die "the cluster no longer knows ${name}, whose data are of before: apply.sh --allow-restart puts them aside, and it joins again"
  fi
  former=${store}/member.$(date -u +%Y%m%dT%H%M%SZ)
  run mv -T -- "${ROOT}${store}/member" "${ROOT}${former}" || die 'put the former data of etcd aside'
  changed "the data of etcd before ${name} was removed are ${former}"
}

# The part of etcd_bootstrap that tells the cluster. It takes one more member when those it has run, and may then have no quorum until that one
# runs: who the members are is written down, because nobody can be asked.
etcd_add_member() {
  local started=${SECONDS} options=()
  if [[ ${learner} == learner ]]; then options=(--learner); fi
  if [[ ${CHECK} == 0 ]]; then
    etcd_listed_members
    etcd_initial "${ETCD_PEERS}${peer}"
    until etcd_ctl "${ETCD_ASKED}" member add "${name}" --peer-urls="${peer}" ${options[@]+"${options[@]}"}; do
      if says 'Peer URLs already exists'; then break; fi
      if ((SECONDS - started >= 180)); then die "etcd does not take the member ${name}"; fi
      sleep 1
    done
    if [[ $(<"${WORK}/out") =~ ETCD_INITIAL_CLUSTER=\"([^\"]*)\" ]]; then etcd_initial "${BASH_REMATCH[1]}"; fi
  fi
  changed "etcd member ${name}"
}

# etcd_listed_members: peer URLs of ETCD_LISTED, each with a comma behind, in ETCD_PEERS. They come before those for clients.
etcd_listed_members() {
  local line pattern='https?://[^ ,]+'
  ETCD_PEERS=
  while IFS= read -r line; do
    if [[ ${line} =~ ${pattern} ]]; then ETCD_PEERS+="${BASH_REMATCH[0]},"; fi
  done <<<"${ETCD_LISTED}"
}

# etcd_initial URL,…|NAME=URL,…: the members to start with, by the names that are declared for their peer URLs.
etcd_initial() {
  local entry url members='' list=()
  IFS=, read -r -a list <<<"$1"
  for entry in "${list[@]}"; do
    url=${entry#*=}
    if [[ ,${declared}, =~ ,([^,=]+)="${url}", ]]; then entry="${BASH_REMATCH[1]}=${url}"; fi
    members+="${members:+,}${entry}"
  done
  printf '%s\n' "${members}" >"${STATE}/.etcd-join" || die 'cannot write the journal'
  run mv -f -- "${STATE}/.etcd-join" "${STATE}/etcd-join" || die 'cannot write the journal'
}

# etcd_has_data DIRECTORY: of its log, which it begins when it knows the others.
etcd_has_data() { [[ -d $1 ]]; }

# The part of etcd_bootstrap that starts it: with the members there are now, whichever are declared. Its file is as it was afterwards: etcd reads these
# lines while it has no data. systemd does not wait for that, and starts it again after a failure: with the lines of a new cluster it would make one.
etcd_first_start() {
  local unit=etcd wal=${ROOT}${store}/member/wal file=${ROOT}/etc/etcd/etcd.conf members
  members=$(<"${STATE}/etcd-join")
  run cp -a -- "${file}" "${file}.declared" || die 'cannot keep the configuration of etcd'
  run sed -i -E -e 's/^initial-cluster-state:.*/initial-cluster-state: existing/' -e "s|^initial-cluster:.*|initial-cluster: ${members}|" "${file}" \
    || die 'cannot write the configuration of etcd'
  daemon_reload
  know "${unit}"
  unit_change "${unit}" "started ${unit}" timeout 180 systemctl start -- "${unit}"
  if ! deadline 120 etcd_has_data "${wal}"; then
    run systemctl stop -- "${unit}" || true
    LAST_UNIT=${unit} LAST_COMMAND="test -d ${wal}" LAST_CODE=1
    die 'etcd does not join the cluster'
  fi
  run mv -fT -- "${file}.declared" "${file}" || die 'cannot put back the configuration of etcd'
  U_ACTIVE[${unit}]=active
  STARTED+=("${unit}")
  drop_effects "${unit}"
  run rm -f -- "${STATE}/etcd-join" || die 'cannot write the journal'
}

# --- the password of root --------------------------------------------------------------------------------------------

# etcd_former_passwords: files with the passwords that earlier runs replaced, the newest first, in FORMER.
etcd_former_passwords() {
  local name numbers=()
  FORMER=()
  for name in "${STATE}"/generations/*/files/etc/etcd/etcd.pass; do
    name=${name#"${STATE}"/generations/}
    if [[ ${name%%/*} =~ ^[0-9]+$ ]]; then numbers+=("${name%%/*}"); fi
  done
  if ((${#numbers[@]} == 0)); then return 0; fi
  mapfile -t numbers < <(printf '%s\n' "${numbers[@]}" | sort -rn || true)
  for name in "${numbers[@]}"; do FORMER+=("${STATE#"${ROOT}"}/generations/${name}/files/etc/etcd/etcd.pass"); done
}

# etcd_rotate ENDPOINT: with a former password the declared one is set. False when none is let in.
etcd_rotate() {
  local file
  etcd_former_passwords
  for file in ${FORMER[@]+"${FORMER[@]}"}; do
    ETCD_PASSWORD=${file} ETCD_LOGIN=1
    if ! etcd_ctl "$1" user list; then continue; fi
    etcd_ctl "$1" user passwd root --interactive=false <"${ROOT}/etc/etcd/etcd.pass" || die 'password of the etcd user root'
    ETCD_PASSWORD=/etc/etcd/etcd.pass
    etcd_ctl "$1" user list || die 'etcd does not take the new password of root'
    changed 'password of the etcd user root'
    return 0
  done
  ETCD_PASSWORD=/etc/etcd/etcd.pass ETCD_LOGIN=0
  return 1
}

# etcd_v2_rotate URL: the same in the version 2 store, which has passwords of its own.
etcd_v2_rotate() {
  local url=$1 file password
  if etcd_v2 GET "${url}/users/root" root /etc/etcd/etcd.pass; then return 0; fi
  says ' 401' || die 'cannot ask etcd for its v2 user root'
  etcd_former_passwords
  for file in ${FORMER[@]+"${FORMER[@]}"}; do
    if ! etcd_v2 GET "${url}/users/root" root "${file}"; then continue; fi
    password=$(json_string "$(<"${ROOT}/etc/etcd/etcd.pass")")
    etcd_v2_body '{"user":"root","password":%s}' "${password}"
    etcd_v2 PUT "${url}/users/root" root "${file}" || die 'password of the etcd v2 user root'
    changed 'password of the etcd v2 user root'
    return 0
  done
}

# Infra hosts: portal certificates and Grafana's data sources.

# nginx_certs DIR [DOMAIN NAME]…: certificates from certbot are used once they exist, the portal's own until then.
nginx_certs() {
  local directory=$1 domain live relinked=0
  shift
  while (($# > 0)); do
    domain=$1 live=/etc/letsencrypt/live/$2
    shift 2
    if [[ -e ${ROOT}${live}/fullchain.pem && -e ${ROOT}${live}/privkey.pem ]]; then
      nginx_cert_link "${directory}/${domain}.crt" "${live}/fullchain.pem" && relinked=1
      nginx_cert_link "${directory}/${domain}.key" "${live}/privkey.pem" && relinked=1
    else
      nginx_cert_link "${directory}/${domain}.crt" "${directory}/pigsty.crt" && relinked=1
      nginx_cert_link "${directory}/${domain}.key" "${directory}/pigsty.key" && relinked=1
    fi
  done
  if [[ ${relinked} == 1 ]]; then queue_effects 'reload nginx'; fi
}

# nginx_reads FILE: whether nginx takes a new nginx.conf without servers, or a new server as the only one: neither another
# server nor an old mistake decides about it.
nginx_reads() {
  local whole=${WORK}/nginx.conf others='include .*/conf\.d/\*\.conf;'
  if ! have nginx; then return 0; fi
  if [[ $1 == */conf.d/* ]]; then
    cp -- "$1" "${WORK}/server.conf" || return 1
    sed "s|${others}|include ${WORK}/server.conf;|" "${ROOT}/etc/nginx/nginx.conf" >"${whole}" || return 1
  else
    sed "s|${others}||" "$1" >"${whole}" || return 1
  fi
  timeout 60 nginx -t -q -c "${whole}"
}

# nginx_cert_link PATH TARGET: true when the link was changed.
nginx_cert_link() {
  link_target "$1"
  if [[ ${ANSWER} == "$2" ]]; then return 1; fi
  change "$1 -> $2" ln -sfn -- "$2" "${ROOT}$1"
}

# grafana_request METHOD PATH [FILE]: the status is in GRAFANA_STATUS, the answer in ${WORK}/out. The log-in is in a file of ours.
grafana_request() {
  local data=()
  if (($# > 2)); then data=(--data-binary "@${ROOT}$3"); fi
  LAST_COMMAND="curl -X $1 ${GRAFANA_URL}$2" LAST_CODE=0
  GRAFANA_STATUS=$(timeout 30 curl -sS -K "${WORK}/grafana" -X "$1" -H 'Content-Type: application/json' ${data[@]+"${data[@]}"} -o "${WORK}/out" -w '%{http_code}' "${GRAFANA_URL}$2" 2>"${WORK}/error") || LAST_CODE=$?
  room
  if [[ ${LAST_CODE} != 0 ]]; then printf '%s\n' "$(<"${WORK}/error")" >"${WORK}/out"; fi
  return "${LAST_CODE}"
}

# grafana_datasource ACCESS FILE: adds or replaces one data source; FILE is named after it, as in a URL.
grafana_datasource() {
  local name=${2##*/} login uid
  name=${name%.json}
  settings "${ROOT}$1" GRAFANA_URL GRAFANA_USER GRAFANA_PASSWORD || die "cannot read $1"
  # The file is gone when its database is: nothing to add then.
  if [[ ! -e ${ROOT}$2 ]]; then return 0; fi
  login=${GRAFANA_USER}:${GRAFANA_PASSWORD}
  login=${login//\\/\\\\}
  (umask 077 && printf 'user = "%s"\n' "${login//\"/\\\"}" >"${WORK}/grafana")
  if ! deadline 60 curl -fsS -o /dev/null "${GRAFANA_URL}/api/health"; then die 'Grafana does not answer'; fi
  grafana_request GET "/api/datasources/name/${name}" || die "data source ${name}"
  if [[ ${GRAFANA_STATUS} == 200 ]]; then
    if [[ ! $(<"${WORK}/out") =~ \"uid\":\"([^\"]*)\" ]]; then die "data source ${name}: Grafana does not name it"; fi
    uid=${BASH_REMATCH[1]}
    grafana_request PUT "/api/datasources/uid/${uid}" "$2" || die "data source ${name}"
  else
    grafana_request POST /api/datasources "$2" || die "data source ${name}"
  fi
  if [[ ${GRAFANA_STATUS} != 200 ]]; then
    LAST_CODE=1
    die "data source ${name}: Grafana answers ${GRAFANA_STATUS}"
  fi
  changed "data source ${name}"
}

# Object storage: the administrator's alias, buckets, policies and users. Keys reach mcli through its environment or
# standard input, never as arguments.

# minio_open FILE: reads the cluster's address and keys into MINIO_*.
minio_open() {
  local buckets users
  settings "${ROOT}$1" MINIO_ALIAS MINIO_CLIENT_ENDPOINT MINIO_ENDPOINT MINIO_ACCESS_KEY MINIO_SECRET_KEY MINIO_POLICIES buckets users || die "cannot read $1"
  words_of "${buckets}"
  MINIO_BUCKETS=(${WORDS[@]+"${WORDS[@]}"})
  words_of "${users}"
  MINIO_USERS=(${WORDS[@]+"${WORDS[@]}"})
}

# minio_encode TEXT: percent-encoded, in MINIO_ENCODED.
minio_encode() {
  local LC_ALL=C text=$1 i character hex
  MINIO_ENCODED=''
  for ((i = 0; i < ${#text}; i++)); do
    character=${text:i:1}
    case ${character} in
      [a-zA-Z0-9._-]) MINIO_ENCODED+=${character} ;;
      *)
        printf -v hex '%%%02X' "'${character}"
        MINIO_ENCODED+=%${hex: -2}
        ;;
    esac
  done
}

# minio_as ACCESS SECRET: further mcli commands on the alias `target` use these keys.
minio_as() {
  local access
  minio_encode "$1"
  access=${MINIO_ENCODED}
  minio_encode "$2"
  MINIO_TARGET="${MINIO_ENDPOINT%%://*}://${access}:${MINIO_ENCODED}@${MINIO_ENDPOINT#*://}"
}

# minio_run COMMAND…: `run` with the alias in the environment of this command alone.
minio_run() { MC_HOST_target=${MINIO_TARGET} run "$@"; }

# minio_change WHAT COMMAND…: `change` by such a command.
minio_change() {
  local what=$1
  shift
  if [[ ${CHECK} == 0 ]]; then minio_run "$@" || die "${what}"; fi
  changed "${what}"
}

# minio_go_json TEXT: as Go prints a JSON string, in MINIO_JSON.
minio_go_json() {
  MINIO_JSON=$(json_string "$1")
  MINIO_JSON=${MINIO_JSON//</\\u003c}
  MINIO_JSON=${MINIO_JSON//>/\\u003e}
  MINIO_JSON=${MINIO_JSON//&/\\u0026}
}

# minio_alias FILE: `mcli … ALIAS/bucket` works for root on this host.
minio_alias() {
  local known url access secret
  minio_open "$1"
  if ! have mcli; then
    note 'mcli is not installed: no alias'
    return 0
  fi
  minio_go_json "${MINIO_CLIENT_ENDPOINT}"
  url=${MINIO_JSON}
  minio_go_json "${MINIO_ACCESS_KEY}"
  access=${MINIO_JSON}
  minio_go_json "${MINIO_SECRET_KEY}"
  secret=${MINIO_JSON}
  known=$(timeout 20 mcli --json alias list "${MINIO_ALIAS}" 2>/dev/null </dev/null || true)
  if [[ ${known} == *"\"URL\":${url}"* && ${known} == *"\"accessKey\":${access}"* && ${known} == *"\"secretKey\":${secret}"* ]]; then return 0; fi
  if [[ ${CHECK} == 0 ]]; then
    LAST_COMMAND="mcli alias import ${MINIO_ALIAS}" LAST_CODE=0
    printf '{"url":%s,"accessKey":%s,"secretKey":%s,"api":"s3v4","path":"auto"}\n' "${url}" "${access}" "${secret}" \
      | timeout 60 mcli alias import "${MINIO_ALIAS}" >"${WORK}/out" 2>&1 || LAST_CODE=$?
    if [[ ${LAST_CODE} != 0 ]]; then die "alias ${MINIO_ALIAS}"; fi
  fi
  changed "alias ${MINIO_ALIAS}"
}

# minio_provision FILE: what is missing is made, what is there stays. Waits for a write quorum, which needs the other members.
minio_provision() {
  local i
  minio_open "$1"
  if [[ ${CHECK} == 1 ]] && ! run timeout 10 curl -fsS --cacert /etc/pki/ca.crt "${MINIO_ENDPOINT}/minio/health/cluster"; then
    changed "buckets, policies and users: ${MINIO_ENDPOINT} has no quorum"
    return 0
  fi
  if ! deadline 60 curl -fsS --cacert /etc/pki/ca.crt "${MINIO_ENDPOINT}/minio/health/cluster"; then
    pending "buckets, policies and users: the cluster has no write quorum yet; apply again when its other members run"
    return 0
  fi
  for ((i = 0; i < ${#MINIO_BUCKETS[@]}; i += 3)); do
    minio_as "${MINIO_ACCESS_KEY}" "${MINIO_SECRET_KEY}"
    minio_bucket "${MINIO_BUCKETS[@]:i:3}"
  done
  for ((i = 0; i < ${#MINIO_USERS[@]}; i += 3)); do
    minio_user "${MINIO_USERS[@]:i:3}"
  done
  MINIO_TARGET=
}

# minio_bucket NAME VERSIONING LOCK: the bucket and the policy of its name. A lock can only be had from the start.
minio_bucket() {
  local name=$1 versioning=$2 lock=$3 options=()
  if [[ ${lock} == yes ]]; then options=(--with-lock); fi
  if ! minio_run timeout 20 mcli stat "target/${name}"; then
    minio_change "bucket ${name}" timeout 60 mcli mb --ignore-existing ${options[@]+"${options[@]}"} "target/${name}"
  fi
  if [[ ${versioning} == yes ]]; then
    if ! minio_run timeout 20 mcli --json version info "target/${name}" || ! says '"Enabled"'; then
      minio_change "versioning of bucket ${name}" timeout 60 mcli version enable "target/${name}"
    fi
  fi
  if ! minio_run timeout 20 mcli admin policy info target "${name}"; then
    minio_change "policy ${name}" timeout 60 mcli admin policy create target "${name}" "${ROOT}${MINIO_POLICIES}/${name}.json"
  fi
}

# minio_user ACCESS SECRET POLICY: a wrong key is seen by logging in with it.
minio_user() {
  local access=$1 secret=$2 policy=$3 exists=1 known
  minio_as "${MINIO_ACCESS_KEY}" "${MINIO_SECRET_KEY}"
  minio_run timeout 20 mcli --json admin user info target "${access}" || exists=0
  known=$(<"${WORK}/out")
  if [[ ${exists} == 1 ]]; then
    minio_as "${access}" "${secret}"
    if ! minio_run timeout 20 mcli ls target && says ignature InvalidAccessKeyId ccess\ key\ id ccess\ Key\ Id; then exists=0; fi
    minio_as "${MINIO_ACCESS_KEY}" "${MINIO_SECRET_KEY}"
  fi
  if [[ ${exists} == 0 ]]; then
    if [[ ${CHECK} == 0 ]]; then
      LAST_COMMAND="mcli admin user add target ${access}" LAST_CODE=0
      printf '%s\n' "${secret}" | MC_HOST_target=${MINIO_TARGET} timeout 60 mcli admin user add target "${access}" >"${WORK}/out" 2>&1 || LAST_CODE=$?
      if [[ ${LAST_CODE} != 0 ]]; then die "user ${access}"; fi
    fi
    changed "user ${access}"
  fi
  if [[ -z ${policy} || ${known} =~ \"policyName\":\"([^\"]*,)?${policy}(,[^\"]*)?\" ]]; then return 0; fi
  minio_change "user ${access} has policy ${policy}" timeout 60 mcli admin policy attach target "${policy}" --user "${access}"
}

# identity_of_minio: of a server with drives that hold objects. Pools may be added behind those that are there.
identity_of_minio() {
  local file line drive
  for file in silo minio; do
    if [[ ! -r ${ROOT}/etc/default/${file} ]]; then continue; fi
    while IFS= read -r line; do
      if [[ ${line} == MINIO_VOLUMES=* ]]; then NOW[pools]=${line#MINIO_VOLUMES=}; fi
    done <"${ROOT}/etc/default/${file}"
  done
  NOW[pools]=${NOW[pools]-}
  NOW[pools]=${NOW[pools]#[\'\"]}
  NOW[pools]=${NOW[pools]%[\'\"]}
  for drive in "$@"; do
    if [[ -n ${NOW[pools]} && -d ${ROOT}${drive}/.minio.sys ]]; then
      NOW[what]="MinIO has objects in ${drive}"
      NOW[way]='a pool keeps its drives for ever: add a second pool to minio_volumes, or make a new cluster and mirror the buckets'
      return 0
    fi
  done
  return 1
}

# PostgreSQL under Patroni. What the inventory says about roles is history after a failover: who leads is asked of Patroni's REST API.

PG_ENV_READ=0
# The programs of /pg/bin, in a directory of root's.
PG_PROGRAMS=/usr/libexec/pigstyc
# True when this run has initialized or joined the instance: then nobody uses it yet and it may be restarted freely.
PG_FRESH=0
# yes or no once asked, empty before.
PG_LEADS=
PG_SKIP_NOTED=0
# True for a server without Patroni.
PG_BARE=0
PG_CONFIG_WAS=
# What the DCS wants of the settings Patroni gives as arguments.
declare -A PG_WANTED=()

# pg_env: facts of the instance.
pg_env() {
  local file=${ROOT}/etc/pigstyc/instance.env
  if [[ ${PG_ENV_READ} == 1 ]]; then return 0; fi
  # A host on first contact has no such file.
  if [[ ${INSPECT} == 1 && -n ${F_SOURCE[/etc/pigstyc/instance.env]-} ]]; then file=${BUNDLE}/${F_SOURCE[/etc/pigstyc/instance.env]}; fi
  if [[ ! -r ${file} ]]; then
    if [[ ${CHECK} == 1 ]]; then return 1; fi
    die 'cannot read /etc/pigstyc/instance.env'
  fi
  settings "${file}" PG_CLUSTER PG_SCOPE PG_GROUP PG_INSTANCE PG_ROLE PG_UPSTREAM PG_DBSU PG_BIN_DIR PG_DATA \
    PG_SOCKET_DIR PG_PORT PG_LISTEN PG_PRIMARY_DB PATRONI_UNIT POSTGRES_UNIT PATRONI_CONFIG PATRONICTL PATRONI_URL PATRONI_PEERS PATRONI_CA PGBACKREST PATRONI_LOG_DIR \
    || die 'cannot read /etc/pigstyc/instance.env'
  PG_ENV_READ=1
}

# patroni_get URL: the answer is in ${WORK}/answer; true when the status is 2xx.
patroni_get() {
  LAST_COMMAND="curl $1" LAST_CODE=0
  curl -fsS --max-time 5 --cacert "${PATRONI_CA}" -o "${WORK}/answer" "$1" >"${WORK}/out" 2>&1 || LAST_CODE=$?
  room
  return "${LAST_CODE}"
}

# patroni_answers URL: true when it answered, also with a status that means no (22). A busy Patroni takes its time: see pg_wait_for.
patroni_answers() { patroni_get "$1" || [[ ${LAST_CODE} == 22 ]]; }

# pg_cluster_leads: true when some member holds the leader lock (also of a standby cluster).
pg_cluster_leads() {
  local peer
  for peer in ${PATRONI_PEERS}; do
    if patroni_get "${peer}/leader"; then return 0; fi
  done
  return 1
}

# pg_cluster_writes: true when some member is a primary; a standby cluster has none.
pg_cluster_writes() {
  local peer
  for peer in ${PATRONI_PEERS}; do
    if patroni_get "${peer}/primary"; then return 0; fi
  done
  return 1
}

# patroni_health_url: where Patroni, which runs and will after each boot, says whether its server runs; in HEALTH_URL.
patroni_health_url() {
  if [[ ! -r ${ROOT}/etc/pigstyc/instance.env ]]; then return 1; fi
  pg_env
  HEALTH_URL=${PATRONI_URL}/health
  [[ -n ${PATRONI_UNIT} && ${U_ACTIVE[${PATRONI_UNIT}]-} == active && ${U_FILE[${PATRONI_UNIT}]-} == enabled ]]
}

# pg_leads: true when this host is the primary now. Asked once a run.
pg_leads() {
  if [[ -z ${PG_LEADS} ]]; then
    PG_LEADS=no
    if [[ ${CHECK} == 0 ]] && ! pg_wait_for 30 patroni_answers "${PATRONI_URL}/primary"; then die "cannot ask whether ${PG_INSTANCE} leads"; fi
    if [[ ${CHECK} == 1 ]]; then patroni_answers "${PATRONI_URL}/primary" || true; fi
    if [[ ${LAST_CODE} == 0 ]]; then PG_LEADS=yes; fi
  fi
  [[ ${PG_LEADS} == yes ]]
}

# patronictl as the superuser, bounded: it can block for minutes when the DCS is away.
pg_patronictl() {
  local seconds=$1 verb=$2 group=()
  shift 2
  if [[ -n ${PG_GROUP} ]]; then group=(--group "${PG_GROUP}"); fi
  run_as "${PG_DBSU}" timeout "${seconds}" "${PATRONICTL}" -c "${PATRONI_CONFIG}" "${verb}" ${group[@]+"${group[@]}"} "$@"
}

# patroni_bootstrap default|pause|remove: brings the instance up and waits for it.
patroni_bootstrap() {
  local mode=$1
  if ! pg_env; then
    changed 'the cluster is set up'
    return 0
  fi
  pg_recovers
  pg_rules
  if [[ ${mode} == remove ]]; then
    PG_BARE=1
    unit "${POSTGRES_UNIT}" - started - guarded
    PG_LEADS=no
    if pg_psql postgres -c 'SELECT pg_is_in_recovery()' && [[ $(<"${WORK}/rows") == f ]]; then PG_LEADS=yes; fi
    return 0
  fi
  if active "${PATRONI_UNIT}"; then
    patroni_outdated
    flush_unit "${PATRONI_UNIT}"
  else
    patroni_start || return 0
  fi
  if [[ ${INSPECT} == 1 ]]; then return 0; fi
  if [[ ${CHECK} == 1 ]]; then
    if patroni_get "${PATRONI_URL}/health"; then
      pg_works
      if ! pg_wait_for 10 patroni_get "${PATRONI_URL}/cluster"; then changed "Patroni of ${PG_INSTANCE} does not reach the DCS"; fi
      pg_promoted
      pg_outdated
      if [[ -n ${PG_OUTDATED} ]]; then note "a restart of PostgreSQL of ${PG_INSTANCE} waits for --allow-restart: ${PG_OUTDATED}"; fi
    else
      changed "${PG_INSTANCE} is not healthy"
    fi
    return 0
  fi
  patroni_wait_healthy
  pg_finished
  pg_promoted
  patroni_pause "${mode}"
  pg_pending_restart
}

# pg_promoted: says that somebody has promoted a cluster that follows another one in the inventory. It stays so.
pg_promoted() {
  if [[ ${PG_ROLE} == primary && -n ${PG_UPSTREAM} ]] && patroni_get "${PATRONI_URL}/primary"; then
    note "${PG_SCOPE} leads for itself, and follows ${PG_UPSTREAM} in the inventory: take pg_upstream out of it"
  fi
}

# pg_recovers: between its parts a recovery leaves no server and data that are not to be started (see pg-pitr).
pg_recovers() {
  local line
  if [[ ! -r ${STATE}/recovery ]]; then return 0; fi
  while IFS= read -r line; do
    if [[ ${line} == leads* ]]; then return 0; fi
  done <"${STATE}/recovery"
  LAST_CODE=0
  die "a recovery of ${PG_CLUSTER} has not come to its end: make pitr.${PG_CLUSTER}, which goes on, or the same with TARGET=back"
}

# Only the declared primary initializes an empty cluster: the others wait for a leader to copy.
patroni_start() {
  local empty=0
  pg_start_over
  if [[ ! -e ${ROOT}${PG_DATA}/PG_VERSION ]]; then empty=1; fi
  if [[ ${empty} == 1 && ${PG_ROLE} != primary && ${CHECK} == 0 ]]; then
    if ! pg_wait_for 300 pg_cluster_leads; then
      die "no member of ${PG_CLUSTER} leads yet: apply the host of its primary first"
    fi
  fi
  if [[ ${empty} == 1 && ${PG_ROLE} == primary && ${CHECK} == 0 ]]; then pg_began; fi
  # A package may have enabled it. Should the power fail now, the host must not go on with half an instance when it boots.
  if [[ ${empty} == 1 && ${CHECK} == 0 && ${U_FILE[${PATRONI_UNIT}]-} == enabled ]]; then
    owe_reload links
    run systemctl disable --quiet --no-reload -- "${PATRONI_UNIT}" || die "disable ${PATRONI_UNIT} until ${PG_INSTANCE} exists"
    U_FILE[${PATRONI_UNIT}]=disabled
  fi
  unit_change "${PATRONI_UNIT}" "started ${PATRONI_UNIT}" timeout 180 systemctl start -- "${PATRONI_UNIT}"
  if [[ ${CHECK} == 1 ]]; then return 1; fi
  U_ACTIVE[${PATRONI_UNIT}]=active
  STARTED+=("${PATRONI_UNIT}")
  drop_effects "${PATRONI_UNIT}"
  PG_FRESH=${empty}
}

# pg_start_over: what an interrupted copy or initdb has left is put aside: Patroni would take it for a database. The DCS then has to forget
# that somebody began, or Patroni would wait for ever.
pg_start_over() {
  if pg_never_ran; then
    if [[ ! -e ${ROOT}${PG_DATA}/global/pg_control ]] && { [[ ${PG_ROLE} != primary || -n ${PG_UPSTREAM} ]] || pg_cluster_leads; }; then
      pg_put_aside 'its copy was interrupted'
    elif pg_copy_unmarked && pg_cluster_leads; then
      pg_put_aside 'its copy was interrupted'
    elif [[ ${PG_ROLE} == primary ]] && pg_only_initdb && ! pg_cluster_leads; then
      if [[ ${CHECK} == 0 ]]; then pg_began; fi
      pg_put_aside 'initdb was interrupted, nothing is stored in it'
    fi
  fi
  # Whatever is there by now was not made by the attempt.
  if [[ ${CHECK} == 1 || ! -e ${STATE}/unfinished || -e ${ROOT}${PG_DATA}/PG_VERSION ]] || pg_cluster_leads || ! pg_only_claimed; then return 0; fi
  pg_forget || die "cannot remove what the DCS has of ${PG_SCOPE}"
}

# pg_forget: the DCS forgets the cluster, of a Citus formation this group. patronictl wants the name and the sentence, and for a cluster with a leader more.
pg_forget() {
  printf '%s\nYes I am aware\n' "${PG_SCOPE}" >"${WORK}/words"
  INPUT=${WORK}/words pg_patronictl 60 remove "${PG_SCOPE}"
}

# pg_began: this host is about to initialize the cluster. Patroni says so in the DCS before it makes the first file, and power may fail between.
pg_began() {
  : >"${STATE}/unfinished" || die 'cannot write the journal'
  run sync -- "${STATE}/unfinished" || die 'cannot write the journal'
}

pg_finished() {
  if [[ -e ${STATE}/unfinished ]]; then run rm -f -- "${STATE}/unfinished" || die 'cannot write the journal'; fi
}

# pg_only_claimed: true when the DCS knows nothing of the cluster but that a member wanted to initialize it: the first leader brings settings.
# Where another member is listed, it may be the one.
pg_only_claimed() {
  pg_patronictl 60 list --format json "${PG_SCOPE}" || die "cannot ask the DCS for the members of ${PG_SCOPE}"
  local members
  members=$(<"${WORK}/out")
  if [[ ${members//"\"Member\": \"${PG_INSTANCE}\""/} == *'"Member": '* ]]; then return 1; fi
  if ! pg_patronictl 60 show-config "${PG_SCOPE}"; then
    # Patroni 3 stumbles over settings that are not there.
    says "'NoneType' object has no attribute 'data'" || die "cannot ask the DCS for the settings of ${PG_SCOPE}"
    return 0
  fi
  [[ ! $'\n'$(<"${WORK}/out") =~ $'\n'[a-z_]+: ]]
}

# pg_put_aside WHY
pg_put_aside() {
  local aside=${PG_DATA}.unfinished number=1
  while [[ -e ${ROOT}${aside} ]]; do
    number=$((number + 1))
    aside=${PG_DATA}.unfinished.${number}
  done
  change_at "${PG_DATA} is now ${aside}: $1" "${PG_DATA}" mv -T -- "${ROOT}${PG_DATA}" "${ROOT}${aside}"
}

# pg_never_ran: true for the beginnings of a data directory that no server has been started on. Neither initdb nor a copy makes that file.
pg_never_ran() {
  local made=${ROOT}${PG_DATA}
  [[ (-e ${made}/PG_VERSION || -e ${made}/pg_wal || -e ${made}/backup_label) && ! -e ${made}/postmaster.opts ]]
}

# pg_copy_unmarked: true for a whole copy that nobody has made a standby of. Patroni would take it for a primary that crashed and recover it alone: from
# then on it goes another way than the leader, and waits for ever.
pg_copy_unmarked() {
  local made=${ROOT}${PG_DATA}
  [[ -e ${made}/backup_label && -e ${made}/backup_manifest && ! -e ${made}/standby.signal && ! -e ${made}/recovery.signal ]]
}

# pg_only_initdb: true when it is initdb's. What was copied or restored has a label, and databases that initdb has not made higher numbers.
pg_only_initdb() {
  local name
  for name in backup_label backup_manifest backup.manifest tablespace_map standby.signal recovery.signal recovery.conf; do
    if [[ -e ${ROOT}${PG_DATA}/${name} ]]; then return 1; fi
  done
  for name in "${ROOT}${PG_DATA}"/base/*; do
    name=${name##*/}
    if [[ ${name} =~ ^[0-9]+$ ]] && ((name >= 16384)); then return 1; fi
  done
}

# pg_wait_for SECONDS FUNCTION ARGUMENT…
pg_wait_for() {
  local seconds=$1 started=${SECONDS} pause=0.2
  shift
  until "$@"; do
    if ((SECONDS - started >= seconds)); then return 1; fi
    sleep "${pause}"
    pause=1
  done
}

# patroni_reconnects: a DCS that has lost everything and is new looks stale to a Patroni that has seen a higher raft term, and may let a login of its
# former life wait without a word. A new process has neither. Its server goes down with it, so that waits for leave.
patroni_reconnects() {
  if ! pg_patronictl 60 list "${PG_SCOPE}"; then die "cannot ask whether ${PG_SCOPE} is paused"; fi
  LAST_CODE=0
  if [[ ${ALLOW_RESTART} == 0 ]]; then
    die "Patroni of ${PG_INSTANCE} does not reach the DCS, which answers others, as after a loss of all its data: apply.sh --allow-restart restarts it"
  fi
  unit_change "${PATRONI_UNIT}" "restarted ${PATRONI_UNIT}" timeout 180 systemctl restart -- "${PATRONI_UNIT}"
  RESTARTED+=("${PATRONI_UNIT}")
  STARTED+=("${PATRONI_UNIT}")
  drop_effects "${PATRONI_UNIT}"
  patroni_wait_healthy
  pg_wait_for 60 patroni_get "${PATRONI_URL}/cluster" || die "cannot ask whether ${PG_SCOPE} is paused"
}

# patroni_pause default|pause: an operator's pause is not lifted in passing.
patroni_pause() {
  local paused=0
  if ! pg_wait_for 60 patroni_get "${PATRONI_URL}/cluster"; then patroni_reconnects; fi
  if [[ $(<"${WORK}/answer") =~ \"pause\":\ *true ]]; then paused=1; fi
  if [[ $1 == pause && ${paused} == 0 ]]; then
    pg_patronictl 60 pause --wait "${PG_SCOPE}" || die "cannot pause ${PG_SCOPE}"
    changed "paused ${PG_SCOPE}"
  elif [[ $1 != pause && ${paused} == 1 ]]; then
    if [[ ${ALLOW_RESTART} == 1 ]]; then
      pg_patronictl 60 resume --wait "${PG_SCOPE}" || die "cannot resume ${PG_SCOPE}"
      changed "resumed ${PG_SCOPE}"
    else
      pending "${PG_SCOPE} is paused: patronictl resume, or apply.sh --allow-restart"
    fi
  fi
}

# pg_sized_settings: Patroni gives these to the server as arguments, so the server does not know what they would be after a restart:
# the DCS does. A replica needs each at least as large as its primary. Names in PG_GROWING, PG_SHRINKING and PG_HELD.
pg_sized_settings() {
  local name now
  PG_GROWING='' PG_SHRINKING='' PG_HELD='' PG_WANTED=()
  if [[ ${PG_BARE} == 1 ]]; then return 0; fi
  if ! pg_wait_for 30 pg_dcs_answers; then die "cannot ask for the settings of ${PG_SCOPE} in the DCS"; fi
  if [[ ${LAST_CODE} != 0 ]]; then return 0; fi
  if ! pg_wait_for 30 pg_ask_sized; then die "cannot ask ${PG_INSTANCE} for its settings"; fi
  while read -r name now; do
    # A name or a number: anything else would be evaluated below, and a superuser can make a server answer anything.
    if [[ ! ${name} =~ ^[a-z_]+$ || ! ${now} =~ ^[0-9]+$ || ! $(<"${WORK}/answer") =~ \"${name}\":\ *\"?([0-9]+) ]]; then continue; fi
    PG_WANTED[${name}]=${BASH_REMATCH[1]}
    if ((BASH_REMATCH[1] > now)); then PG_GROWING+="${PG_GROWING:+, }${name}"; fi
    if ((BASH_REMATCH[1] < now)); then PG_SHRINKING+="${PG_SHRINKING:+, }${name}"; fi
  done <"${WORK}/rows"
  # A standby cluster runs with what the cluster it follows has, as long as it follows it: no restart can change that.
  if [[ -n ${PG_SHRINKING} ]] && ! pg_cluster_writes; then
    PG_HELD=${PG_SHRINKING}
    PG_SHRINKING=''
  fi
}

# pg_ask_sized: what the server has of them, one a line in ${WORK}/rows.
pg_ask_sized() {
  pg_psql postgres -c "SELECT name || ' ' || setting FROM pg_settings WHERE name IN ('max_connections', 'max_locks_per_transaction',
    'max_prepared_transactions', 'max_wal_senders', 'max_worker_processes') ORDER BY name"
}

# pg_restart_turn: whether it is this member's turn; else the members to restart before it in PG_BEFORE. A setting that grows has to reach
# the replicas first, one that shrinks the primary: a replica that has less than its primary stops replaying.
pg_restart_turn() {
  local peer wanted=replica
  PG_BEFORE=
  # A setting that shrinks has an order of its own.
  if [[ -n ${PG_OUTDATED} && -z ${PG_SHRINKING} ]] && pg_leads; then
    pg_older_replicas
    if [[ -n ${PG_BEFORE} ]]; then return 1; fi
  fi
  if [[ -n ${PG_GROWING} ]]; then
    if ! pg_leads; then return 0; fi
  elif [[ -n ${PG_SHRINKING} ]] && ! pg_leads; then
    wanted='(primary|master)'
  else
    return 0
  fi
  for peer in ${PATRONI_PEERS}; do
    if patroni_get "${peer}/patroni" && [[ $(<"${WORK}/answer") =~ \"pending_restart\":\ *true && $(<"${WORK}/answer") =~ \"role\":\ *\"${wanted}\" ]]; then PG_BEFORE+="${PG_BEFORE:+, }${peer#*//}"; fi
  done
  [[ -z ${PG_BEFORE} ]]
}

# pg_shrunk: true when this replica has replayed that its primary runs with less; until then Patroni starts it with the former values.
pg_shrunk() {
  local name
  run_as "${PG_DBSU}" env LC_ALL=C "${PG_BIN_DIR}/pg_controldata" -D "${PG_DATA}" || return 1
  for name in ${PG_SHRINKING//,/}; do
    if [[ ! $(<"${WORK}/out") =~ ${name/transaction/xact}\ setting:\ *([0-9]+) ]] || ((BASH_REMATCH[1] > PG_WANTED[${name}])); then return 1; fi
  done
}

# pg_ask_pending: names of the settings that wait for a restart, in ${WORK}/rows.
pg_ask_pending() {
  pg_psql postgres -c "SELECT string_agg(name, ', ' ORDER BY name) FROM (SELECT name FROM pg_settings WHERE pending_restart
    AND name <> ALL (string_to_array('${PG_HELD}', ', ')) UNION SELECT unnest(string_to_array('${PG_GROWING}${PG_GROWING:+${PG_SHRINKING:+, }}${PG_SHRINKING}', ', '))) AS waiting"
}

# pg_pending_restart: settings that wait for a restart are named; PostgreSQL is restarted only when nobody uses it yet or it is allowed.
pg_pending_restart() {
  local names moved=''
  if [[ ${CHECK} == 1 ]]; then return 0; fi
  pg_sized_settings
  if ! pg_wait_for 30 pg_ask_pending; then die "cannot ask ${PG_INSTANCE} what waits for a restart"; fi
  names=$(<"${WORK}/rows")
  pg_moved
  pg_outdated
  if [[ -n ${PG_OUTDATED} ]]; then names+="${names:+, }${PG_OUTDATED}"; fi
  if [[ -z ${names} ]]; then return 0; fi
  if [[ ${PG_FRESH} == 0 && ${ALLOW_RESTART} == 0 ]]; then
    pending "restart PostgreSQL of ${PG_INSTANCE} for ${names}: run apply.sh --allow-restart when it suits"
    return 0
  fi
  # Patroni's own restart is still to come and takes PostgreSQL along.
  if [[ ${UNIT_TURN} == no ]]; then return 0; fi
  if [[ ${PG_FRESH} == 0 ]] && ! pg_restart_turn; then
    pending "restart PostgreSQL of ${PG_INSTANCE} for ${names} after ${PG_BEFORE}: run apply.sh --allow-restart there first"
    return 0
  fi
  if [[ -n ${PG_SHRINKING} ]] && ! pg_leads && ! pg_wait_for 60 pg_shrunk; then die "${PG_INSTANCE} does not replay that its primary has less of ${PG_SHRINKING}"; fi
  # Patroni starts it with what it has read of its file by then.
  if [[ -n ${moved} ]] && ! pg_wait_for 60 patroni_knows_pending; then pg_die "Patroni does not take over ${moved}"; fi
  pg_patronictl 300 restart --force "${PG_SCOPE}" "${PG_INSTANCE}" || die "cannot restart ${PG_INSTANCE}"
  changed "restarted PostgreSQL of ${PG_INSTANCE} for ${names}"
  RESTARTED+=("${PG_INSTANCE}")
  PG_LEADS=
  patroni_wait_healthy
}

# pg_dcs_seen FILE: in ANSWER what stands for the file and the answer of the DCS.
pg_dcs_seen() {
  fetch "$1" || die "cannot read $1"
  answer sha256sum -- "${FETCHED}" "${WORK}/answer" || die 'cannot read the settings'
  local first=${ANSWER%%$'\n'*} second=${ANSWER#*$'\n'}
  ANSWER="${first%% *} ${second%% *}"
}

# pg_dcs_config: the settings in the DCS, in ${WORK}/answer.
pg_dcs_config() { patroni_get "${PATRONI_URL}/config"; }

# pg_dcs_answers: true also when it answers that there are none (22).
pg_dcs_answers() { pg_dcs_config || [[ ${LAST_CODE} == 22 ]]; }

# pg_dcs_news: true when they are no longer those of PG_CONFIG_WAS. Patroni answers with what it read in its last round.
pg_dcs_news() { pg_dcs_config && [[ $(<"${WORK}/answer") != "${PG_CONFIG_WAS}" ]]; }

# patroni_dcs FILE: settings that the DCS owns. patronictl merges them and says `Not changed` when they are there already.
# It takes half a second to start, so it is not asked when neither the file nor the DCS has changed since the last time.
patroni_dcs() {
  if ! pg_env; then return 0; fi
  if [[ ! -f ${ROOT}$1 ]]; then
    if [[ ${INSPECT} == 1 ]]; then note "settings of ${PG_SCOPE} in the DCS were not compared"; fi
    return 0
  fi
  if ! pg_dcs_config; then
    if [[ ${CHECK} == 1 ]]; then return 0; fi
    # A leader that has adopted an existing database writes the settings in its next round.
    if ! pg_wait_for 60 pg_dcs_config; then
      if [[ ${LAST_CODE} != 22 ]]; then patroni_reconnects; fi
      pg_wait_for 10 pg_dcs_config || die "${PG_SCOPE} has no settings in the DCS"
    fi
  fi
  # What stands in the place of the file may be something that its account cannot read.
  if [[ ${CHECK} == 1 ]] && ! fetch "$1"; then
    changed "settings of ${PG_SCOPE} in the DCS"
    return 0
  fi
  pg_dcs_seen "$1"
  if [[ -r ${STATE}/dcs && $(<"${STATE}/dcs") == "${ANSWER}" ]]; then return 0; fi
  if [[ ${CHECK} == 1 ]]; then
    # Without an answer to its question patronictl changes nothing.
    pg_patronictl 60 edit-config --apply "$1" "${PG_SCOPE}" || true
    if [[ $(<"${WORK}/out") != *'Not changed'* ]]; then changed "settings of ${PG_SCOPE} in the DCS"; fi
    return 0
  fi
  PG_CONFIG_WAS=$(<"${WORK}/answer")
  pg_patronictl 60 edit-config --force --apply "$1" "${PG_SCOPE}" || die "cannot change the settings of ${PG_SCOPE}"
  local news=0
  if [[ $(<"${WORK}/out") != *'Not changed'* ]]; then
    changed "settings of ${PG_SCOPE} in the DCS"
    news=1
  fi
  # Every member takes them over in its next round; this one at once, also those that another member has changed a moment ago.
  pg_patronictl 60 reload --force "${PG_SCOPE}" "${PG_INSTANCE}" || die "cannot reload ${PG_INSTANCE}"
  if [[ ${news} == 1 ]] && ! pg_wait_for 60 pg_dcs_news; then die "${PG_INSTANCE} does not see the new settings of ${PG_SCOPE}"; fi
  sleep 1
  pg_pending_restart
  if ! pg_dcs_config; then die "${PG_INSTANCE} does not answer"; fi
  pg_dcs_seen "$1"
  printf '%s\n' "${ANSWER}" >"${STATE}/dcs" || die 'cannot remember the settings'
}

# pg_ask_standby: whether a synchronous standby is there to confirm commits, t or f in ${WORK}/rows.
pg_ask_standby() { pg_psql postgres -c "SELECT EXISTS (SELECT FROM pg_stat_replication WHERE sync_state IN ('sync', 'quorum'))"; }

# pg_commit: options of sessions that write, in PG_COMMIT. Without a standby they do not wait for one to confirm: a replica cannot become
# that before its user exists, and members may be applied one after the other.
pg_commit() {
  if [[ -n ${PG_COMMIT+asked} ]]; then return 0; fi
  pg_wait_for 30 pg_ask_standby || die "cannot ask ${PG_INSTANCE} for its standbys"
  PG_COMMIT=
  if [[ $(<"${WORK}/rows") == f ]]; then PG_COMMIT='-c synchronous_commit=local'; fi
}

# pg_alone COMMAND…: for sessions that write. One that a killed run has left behind is waited for: two at a time would make the same thing twice.
pg_alone() {
  local code=0
  exec 8>>"${STATE}/sql.lock" || die 'cannot write the journal'
  run flock -w 660 8 || die 'a script of an earlier run does not end'
  "$@" || code=$?
  exec 8>&-
  return "${code}"
}

# pg_sql DATABASE FILE WHAT: runs a script that prints one command tag per change, on the leader only. Under --check the
# statements it would execute are listed instead, in sessions that cannot write.
pg_sql() {
  local database=$1 file=$2 what=$3 rows=()
  if ! pg_env; then
    changed "${what}"
    return 0
  fi
  if ! pg_leads; then
    if [[ ${PG_SKIP_NOTED} == 1 ]]; then return 0; fi
    PG_SKIP_NOTED=1
    if patroni_get "${PATRONI_URL}/standby-leader"; then
      pending "${PG_SCOPE} follows another cluster, and no longer does in the inventory: patronictl -c ${PATRONI_CONFIG} edit-config -s standby_cluster=null ${PG_SCOPE} promotes it; apply again then"
    else
      note "${PG_INSTANCE} is not the primary: roles and databases are the primary's"
    fi
    return 0
  fi
  if [[ ${CHECK} == 1 ]]; then
    # Without a stop at errors, the question whose server it is has to be asked before.
    if ! pg_psql postgres -c 'SELECT 1'; then
      changed "${what}: the server does not answer"
      return 0
    fi
    # What the bundle has, on standard input: the script holds password verifiers.
    sed -E '/^SELECT .*<secret:/,/^\\gexec$/d; s/^\\gexec$/;/; s/^\\set ON_ERROR_STOP.*//' "${BUNDLE}/${F_SOURCE[${file}]}" >"${WORK}/check.sql" || die "cannot read ${file}"
    INPUT=${WORK}/check.sql PGOPTIONS='-c default_transaction_read_only=on' pg_psql "${database}" -v ON_ERROR_STOP=0 -f - || true
  else
    pg_commit
    PGOPTIONS=${PG_COMMIT} pg_alone pg_psql "${database}" -f "${file}" || die "${what}"
  fi
  mapfile -t rows <"${WORK}/rows"
  if ((${#rows[@]} > 0)); then changed "${what} (${#rows[@]} statements)"; fi
}

# pg_home USER HOME FILE…
# An account that was there before has a home of its own, where programs look for what is in HOME.
pg_home() {
  local user=$1 home=$2 own=() file
  STEP="home of ${user}"
  read_accounts
  IFS=: read -r -a own <<<"${PW_ENTRY[${user}]-}"
  if [[ -z ${own[5]-} || ${own[5]} == "${home}" || ! -d ${ROOT}${own[5]} ]]; then
    ok
    return 0
  fi
  for file in "${@:3}"; do
    if [[ -e ${ROOT}${own[5]}/${file} && ! -L ${ROOT}${own[5]}/${file} ]]; then
      note "${own[5]}/${file} is somebody else's, and read instead of ${home}/${file}"
    else
      link "${own[5]}/${file}" "${home}/${file}" "${user}" postgres
    fi
  done
}

# pg_run_sql DATABASE FILE: on the leader only. A script prints one command tag per change and nothing when nothing differed.
pg_run_sql() { pg_sql "$1" "$2" "${2##*/} in $1"; }

# pg_provision_role NAME FILE|absent: a script that begins in the database postgres, or pg-drop-role; both on the leader only.
pg_provision_role() {
  if [[ $2 != absent ]]; then
    pg_sql postgres "$2" "role $1"
    return
  fi
  if ! pg_env || ! pg_leads; then return 0; fi
  if [[ ${CHECK} == 1 ]]; then
    if printf '%s\n' "SELECT 1 FROM pg_roles WHERE rolname = :'role'" >"${WORK}/query" && INPUT=${WORK}/query pg_psql postgres -v "role=$1" -f - && [[ -s ${WORK}/rows ]]; then changed "role $1 is dropped"; fi
    return 0
  fi
  pg_commit
  pg_psql postgres -c 'SELECT 1' || die "cannot drop the role $1"
  PGOPTIONS=${PG_COMMIT} pg_alone run_as "${PG_DBSU}" timeout 600 "${ROOT}${PG_PROGRAMS}/pg-drop-role" "$1" || die "cannot drop the role $1"
  if [[ -s ${WORK}/out ]]; then changed "role $1 is dropped"; fi
}

# pg_provision_database NAME FILE [drop]: the same of a database; `drop` says that the script drops it.
pg_provision_database() { pg_sql postgres "$2" "${3:+DROPS }database $1"; }

# pgbackrest_status: code of the stanza in PGBACKREST_CODE: 0 has a backup, 1 no stanza, 2 no backup yet; the system identifier of its database in PGBACKREST_ID.
pgbackrest_status() {
  PGBACKREST_CODE=1 PGBACKREST_ID=
  # It asks four times; without a limit of its own it takes minutes to say that nobody answers.
  run_as "${PG_DBSU}" timeout 120 "${PGBACKREST}" --stanza="${PG_CLUSTER}" --output=json --log-level-console=off --io-timeout=5 info || return 1
  if [[ $(<"${WORK}/out") =~ \"status\":\{\"code\":([0-9]+) ]]; then PGBACKREST_CODE=${BASH_REMATCH[1]}; fi
  if [[ ${PGBACKREST_CODE} == 99 ]]; then
    LAST_CODE=99
    return 1
  fi
  # The last one is the present one; those before it ended with an upgrade.
  if [[ $(<"${WORK}/out") =~ .*\"system-id\":([0-9]+) ]]; then PGBACKREST_ID=${BASH_REMATCH[1]}; fi
}

# pgbackrest_foreign: true when the repository has the backups of another database. Nothing is archived into it then, and no backup is possible.
pgbackrest_foreign() { [[ -n ${PGBACKREST_ID} ]] && pg_system_id && [[ ${PGBACKREST_ID} != "${PG_SYSTEM_ID}" ]]; }

# Archiving runs already and holds the lock for a moment, again and again; any other failure is final.
pgbackrest_create() {
  run_as "${PG_DBSU}" timeout 300 "${PGBACKREST}" --stanza="${PG_CLUSTER}" --no-online stanza-create || [[ ${LAST_CODE} != 50 ]]
}

# pgbackrest_stanza local|remote|none full|skip: the stanza is made by every member (`local`), by the leader (`remote`) or by nobody, and the leader takes
# a full backup where there is none (`full`). The first backup belongs to the creation of a cluster, which its declared primary leads.
# A later leader whose own repository is empty is told about, never loaded with a backup because a script was run again.
pgbackrest_stanza() {
  if ! pg_env || [[ $1 == none ]]; then return 0; fi
  if [[ $1 == remote ]] && ! pg_leads; then return 0; fi
  if ! pgbackrest_status; then
    if [[ ${CHECK} == 0 ]]; then die 'cannot read the backup repository'; fi
    changed "backup repository of ${PG_CLUSTER}"
    return 0
  fi
  if pgbackrest_foreign; then
    local why="the repository of stanza ${PG_CLUSTER} belongs to another database (system identifier ${PGBACKREST_ID}, here ${PG_SYSTEM_ID}): nothing is archived"
    LAST_CODE=0
    if [[ ${CHECK} == 0 ]]; then die "${why}. Move its backups away, or keep them in it: ${PGBACKREST} --stanza=${PG_CLUSTER} stanza-upgrade"; fi
    pending "${why}"
    return 0
  fi
  if [[ ${PGBACKREST_CODE} != 0 && ${PGBACKREST_CODE} != 2 ]]; then
    if [[ ${CHECK} == 0 ]]; then
      # --no-online: a member that is no primary cannot connect to one.
      if ! pg_wait_for 120 pgbackrest_create || [[ ${LAST_CODE} != 0 ]]; then die "stanza ${PG_CLUSTER}"; fi
    fi
    changed "stanza ${PG_CLUSTER}"
    PGBACKREST_CODE=2
  fi
  if [[ $2 == full && ${PGBACKREST_CODE} == 2 ]] && pg_leads; then
    if [[ ${PG_ROLE} != primary ]]; then
      note "${PG_INSTANCE} leads and its backup repository is empty: run ${PG_PROGRAMS}/pg-backup full"
      return 0
    fi
    if [[ ${CHECK} == 0 ]]; then
      RUNNER=run_long run_as "${PG_DBSU}" timeout 21600 "${PGBACKREST}" --stanza="${PG_CLUSTER}" --type=full backup || die "first backup of ${PG_CLUSTER}"
    fi
    changed "first full backup of ${PG_CLUSTER}"
  fi
}

# file_reserve PATH SIZE: a file to delete when the disk is full.
file_reserve() {
  if [[ -e ${ROOT}$1 || -L ${ROOT}$1 || $2 == 0* || -z $2 ]]; then return 0; fi
  if [[ ${CHECK} == 0 ]]; then
    at "$1" fallocate -l "${2%B}" -- "${ROOT}$1" || at "$1" truncate -s 0 -- "${ROOT}$1" || die "cannot reserve $1"
  fi
  changed "$1 ($2)"
}

# identity_of_pgsql: of an instance with data.
identity_of_pgsql() {
  local file=/etc/patroni/patroni.yml data
  know_as data "${file}" '[[:space:]]+data_dir'
  data=${NOW[data]:-/pg/data}
  if [[ ! -f ${ROOT}${data}/PG_VERSION ]] || ! fetch "${data}/PG_VERSION"; then return 1; fi
  NOW[version]=$(<"${FETCHED}")
  know_as scope "${file}" scope
  know_as name "${file}" name
  know_as group "${file}" '[[:space:]]+group'
  know_as encoding "${file}" '[[:space:]]+- encoding'
  know_as namespace "${file}" namespace
  NOW[namespace]=${NOW[namespace]%/}
  link_target /pg
  NOW[directory]=${ANSWER%/}
  if [[ -d ${ROOT}/pg && ! -L ${ROOT}/pg ]]; then NOW[directory]='/pg itself'; fi
  NOW[what]="${NOW[name]:-PostgreSQL} has data in ${data}"
  NOW[way]='keep what it is, or make a new cluster and move the data to it'
}

# The server of the instance: talking to it and to no other, its access rules, and why it does not start.

# Port and socket directory of the running server: those of instance.env from its next start on.
PG_NOW_PORT=
PG_NOW_SOCKET=
# What initdb has given the data directory.
PG_SYSTEM_ID=

# pg_server: where the server on our data directory listens now. Without one it stays what it will be.
pg_server() {
  local lines=()
  PG_NOW_PORT=${PG_PORT} PG_NOW_SOCKET=${PG_SOCKET_DIR}
  if [[ ! -f ${ROOT}${PG_DATA}/postmaster.pid ]] || ! fetch "${PG_DATA}/postmaster.pid"; then return 0; fi
  mapfile -t lines <"${FETCHED}"
  if [[ ${lines[3]-} =~ ^[0-9]+$ ]]; then PG_NOW_PORT=${lines[3]}; fi
  if [[ ${lines[4]-} == /* ]]; then PG_NOW_SOCKET=${lines[4]}; fi
}

# pg_system_id: in PG_SYSTEM_ID, of the data directory; asked once.
pg_system_id() {
  if [[ -n ${PG_SYSTEM_ID} ]]; then return 0; fi
  run_as "${PG_DBSU}" env LC_ALL=C "${PG_BIN_DIR}/pg_controldata" -D "${ROOT}${PG_DATA}" || true
  if [[ ${LAST_CODE} == 0 && $(<"${WORK}/out") =~ system\ identifier:\ *([0-9]+) ]]; then
    PG_SYSTEM_ID=${BASH_REMATCH[1]}
  else
    if [[ ${LAST_CODE} == 0 ]]; then LAST_CODE=1; fi
    return 1
  fi
}

# pg_psql DATABASE OPTION…: psql as the superuser, which reads INPUT; results in ${WORK}/rows, messages in ${WORK}/out. The session begins with a question that
# any server but the one on our data directory fails, so that nothing else reaches one that happens to have its port.
pg_psql() {
  local database=$1 question
  shift
  : >"${WORK}/rows"
  pg_server
  pg_system_id || return "${LAST_CODE}"
  question="SELECT ('another server answers on port ${PG_NOW_PORT}, its data are in ' || current_setting('data_directory'))::int FROM pg_control_system() WHERE system_identifier <> ${PG_SYSTEM_ID}"
  local command=("${PG_BIN_DIR}/psql" -XwAt -h "${PG_NOW_SOCKET}" -p "${PG_NOW_PORT}" -U "${PG_DBSU}" -d "${database}" -v ON_ERROR_STOP=1 -c "${question}" "$@")
  LAST_COMMAND="psql -d ${database} $*" LAST_CODE=0
  if [[ -z ${ROOT} ]]; then command=(runuser -u "${PG_DBSU}" -- "${command[@]}"); fi
  (cd / && timeout 600 "${command[@]}" <"${INPUT}" 9>&-) >"${WORK}/rows" 2>"${WORK}/out" || LAST_CODE=$?
  room
  return "${LAST_CODE}"
}

# pg_moved: in `moved` of pg_pending_restart where the server listens elsewhere than it shall, and in its `names`: Patroni gives that as arguments,
# so the server does not know that it waits.
pg_moved() {
  local name
  if [[ ${PG_BARE} == 1 ]]; then return 0; fi
  pg_server
  if [[ ${PG_NOW_PORT} != "${PG_PORT}" ]]; then moved=port; fi
  if [[ -n ${PG_LISTEN-} ]]; then
    pg_psql postgres -c 'SHOW listen_addresses' || die "cannot ask ${PG_INSTANCE} where it listens"
    if [[ $(<"${WORK}/rows") != "${PG_LISTEN}" ]]; then moved+="${moved:+ }listen_addresses"; fi
  fi
  for name in ${moved}; do
    if [[ ", ${names}," != *", ${name},"* ]]; then names+="${names:+, }${name}"; fi
  done
}

# pg_outdated: in PG_OUTDATED what runs and what is installed, when that is a newer minor; PG_INSTALLED is its number.
pg_outdated() {
  local installed running
  PG_OUTDATED='' PG_INSTALLED=0
  if [[ ${PG_BARE} == 1 ]]; then return 0; fi
  if ! run_as "${PG_DBSU}" "${PG_BIN_DIR}/postgres" -V || [[ ! $(<"${WORK}/out") =~ \(PostgreSQL\)\ ([0-9]+)\.([0-9]+) ]]; then return 0; fi
  installed=${BASH_REMATCH[1]}.${BASH_REMATCH[2]}
  PG_INSTALLED=$((10#${BASH_REMATCH[1]} * 10000 + 10#${BASH_REMATCH[2]}))
  if ! pg_psql postgres -c 'SHOW server_version_num' || [[ ! $(<"${WORK}/rows") =~ ^[0-9]+$ ]]; then return 0; fi
  running=$(<"${WORK}/rows")
  if ((running < PG_INSTALLED && running / 10000 == PG_INSTALLED / 10000)); then
    PG_OUTDATED="version ${installed} ($((running / 10000)).$((running % 10000)) runs)"
  fi
}

# patroni_outdated: Patroni is a program of an interpreter, which an upgrade leaves as it is: the version that runs is compared with the one that the
# directory of its package names; a directory of another interpreter may be left over.
patroni_outdated() {
  local path installed='' running known=' '
  if is_replaced "${PATRONI_UNIT}"; then
    unit_outdated "${PATRONI_UNIT}" 'its program was replaced'
    return 0
  fi
  for path in "${ROOT}"/usr/lib/python3*/*-packages/patroni-*-info; do
    if [[ ${path##*/} =~ ^patroni-([0-9]+(\.[0-9]+)+) ]]; then installed=${BASH_REMATCH[1]} known+="${BASH_REMATCH[1]} "; fi
  done
  if [[ -z ${installed} ]] || ! patroni_get "${PATRONI_URL}/patroni"; then return 0; fi
  if [[ ! $(<"${WORK}/answer") =~ \"patroni\":\ *\{[^}]*\"version\":\ *\"([^\"]+)\" ]]; then return 0; fi
  running=${BASH_REMATCH[1]}
  if [[ ${known} != *" ${running} "* ]]; then unit_outdated "${PATRONI_UNIT}" "version ${installed} (${running} runs)"; fi
}

# pg_older_replicas: in PG_BEFORE the replicas that run an older minor than is installed here: they go first.
pg_older_replicas() {
  local peer
  for peer in ${PATRONI_PEERS}; do
    if ! patroni_get "${peer}/patroni" || [[ ! $(<"${WORK}/answer") =~ \"role\":\ *\"replica\" ]]; then continue; fi
    if [[ $(<"${WORK}/answer") =~ \"server_version\":\ *([0-9]+) ]] && ((BASH_REMATCH[1] < PG_INSTALLED)); then PG_BEFORE+="${PG_BEFORE:+, }${peer#*//}"; fi
  done
}

# patroni_knows_pending: true when Patroni says that a restart is due.
patroni_knows_pending() { patroni_get "${PATRONI_URL}/patroni" && [[ $(<"${WORK}/answer") =~ \"pending_restart\":\ *true ]]; }

# pg_running: true while a postmaster runs on the data directory.
pg_running() {
  local pid=''
  if [[ -f ${ROOT}${PG_DATA}/postmaster.pid ]] && fetch "${PG_DATA}/postmaster.pid"; then read -r pid <"${FETCHED}" || true; fi
  [[ ${pid} =~ ^[0-9]+$ && $(cat -- "/proc/${pid}/comm" 2>/dev/null || true) == postgres ]]
}

# What Patroni does not look at, a line each: a standby that nobody sends anything, a server that cannot archive.
PG_FAULTS="SELECT 'receives nothing from the server it follows' WHERE pg_is_in_recovery() AND current_setting('primary_conninfo') <> ''
    AND NOT EXISTS (SELECT FROM pg_stat_wal_receiver WHERE status IN ('streaming', 'waiting'))
  UNION ALL SELECT 'cannot archive ' || last_failed_wal FROM pg_stat_archiver
    WHERE NOT pg_is_in_recovery() AND last_failed_time > coalesce(last_archived_time, '-infinity')"

# pg_receives: false when the server has just said that it is a standby that nobody sends anything.
pg_receives() { [[ $(<"${WORK}/rows") != *'receives nothing'* ]]; }

# One that has just started, or whose leader has changed, tries again five seconds after it has failed (wal_retrieve_retry_interval).
pg_asks_again() { pg_psql postgres -c "${PG_FAULTS}" && pg_receives; }

# pg_works: under --check, what the server itself says of its work.
pg_works() {
  local fault faults=()
  if ! pg_psql postgres -c "${PG_FAULTS}"; then
    changed "${PG_INSTANCE} does not answer"
    return 0
  fi
  if ! pg_receives; then pg_wait_for 12 pg_asks_again || true; fi
  mapfile -t faults <"${WORK}/rows"
  for fault in ${faults[@]+"${faults[@]}"}; do changed "${PG_INSTANCE} ${fault}"; done
}

# pg_rules: before anything needs a connection, the access rules that are there may be ones that let nobody in. The server is told by signal.
pg_rules() {
  local path=${PG_DATA}/pg_hba.conf step=${STEP}
  if [[ ${CHECK} == 1 || -z ${F_ROW[${path}]-} || ! -e ${ROOT}${PG_DATA}/postmaster.opts ]]; then return 0; fi
  file "${path}"
  if pg_running; then flush_effects; fi
  STEP=${step}
}

pg_signal_reload() {
  run_as "${PG_DBSU}" "${PG_BIN_DIR}/pg_ctl" reload -D "${PG_DATA}" || die "cannot tell ${PG_INSTANCE} to read its files again"
}

pg_answers() { pg_psql postgres -c 'SELECT 1'; }

# pg_reload_hba: PostgreSQL reads its files again; a rule or setting it cannot read fails the run instead of being ignored by it.
pg_reload_hba() {
  if ! pg_env; then return 0; fi
  if ! pg_answers; then
    # 2: no connection. Rules that keep us out are replaced by now, and a signal needs none.
    if [[ ${LAST_CODE} != 2 ]]; then die "cannot ask ${PG_INSTANCE}"; fi
    if ! pg_running; then
      note "${PG_INSTANCE} does not run: it reads its files when it starts"
      return 0
    fi
    pg_signal_reload
    pg_wait_for 10 pg_answers || die "${PG_INSTANCE} runs and does not let ${PG_DBSU} in, also with its new files"
  fi
  # A setting that only a restart changes is reported as not applicable as well; it is announced below.
  pg_psql postgres -c "SELECT format('%s line %s: %s', 'pg_hba.conf', line_number, error) FROM pg_hba_file_rules WHERE error IS NOT NULL
    UNION ALL SELECT format('%s line %s: %s %s', f.sourcefile, f.sourceline, f.name, f.error) FROM pg_file_settings f LEFT JOIN pg_settings s ON s.name = lower(f.name)
    WHERE f.error IS NOT NULL AND s.context IS DISTINCT FROM 'postmaster'" \
    || die 'cannot check the new files'
  if [[ -s ${WORK}/rows ]]; then
    cp -- "${WORK}/rows" "${WORK}/out"
    LAST_CODE=1
    die "${PG_INSTANCE} cannot read its new files; it still runs with the former ones"
  fi
  pg_psql postgres -c 'SELECT pg_reload_conf()' || die "cannot reload ${PG_INSTANCE}"
  changed "reloaded PostgreSQL of ${PG_INSTANCE}"
  # The server reads its files a moment after it was told to.
  sleep 0.5
  pg_pending_restart
}

# --- why it does not start ------------------------------------------------------------------------------------------

# patroni_log: the last lines of what Patroni writes about itself, in ANSWER.
patroni_log() {
  local path=${PATRONI_LOG_DIR:-/pg/log/patroni}/patroni.log
  ANSWER=
  # The end only: `fetch` would copy all of it.
  if [[ -f ${ROOT}${path} ]]; then
    whose_content "${path}"
    answer timeout 60 ${AS[@]+"${AS[@]}"} tail -n 8 -- "${ROOT}${path}" || ANSWER=
  fi
}

# pg_die WHAT: with the lines that tell why, from the journal of Patroni and from its own log.
pg_die() {
  : >"${WORK}/cause"
  if have journalctl; then
    timeout 10 journalctl -u "${PATRONI_UNIT}" -n 200 --no-pager -o cat 2>/dev/null \
      | { grep -E '(error|FATAL|PANIC|HINT|could not|invalid|denied|No space)' || true; } | { grep -v '^  ' || true; } | tail -n 8 >>"${WORK}/cause" || true
  fi
  patroni_log
  if [[ -n ${ANSWER} ]]; then printf '%s\n' "${ANSWER}" >>"${WORK}/cause"; fi
  cp -- "${WORK}/cause" "${WORK}/out"
  LAST_COMMAND="journal of ${PATRONI_UNIT} and patroni.log" LAST_CODE=1 LAST_UNIT=
  die "$1"
}

# patroni_failed: true when the unit has ended with a failure. It does not start again by itself.
patroni_failed() {
  answer systemctl show -p ActiveState --value -- "${PATRONI_UNIT}" && [[ ${ANSWER} == failed ]]
}

# pg_others_alive: true when some other member's Patroni answers: it may have the data and lead soon.
pg_others_alive() {
  local peer
  for peer in ${PATRONI_PEERS}; do
    if [[ ${peer} != "${PATRONI_URL}" ]] && patroni_answers "${peer}/patroni"; then return 0; fi
  done
  return 1
}

# pg_forgotten: true when the DCS knows the cluster, nobody has its data, and this member waits for ever for somebody to copy.
pg_forgotten() {
  patroni_log
  [[ ${ANSWER##*$'\n'} == *'waiting for leader to bootstrap'* ]] && ! pg_cluster_leads && ! pg_others_alive
}

# patroni_state: of the server, as Patroni knows it; nothing when it does not answer.
patroni_state() {
  curl -sS --max-time 5 --cacert "${PATRONI_CA}" "${PATRONI_URL}/patroni" 2>/dev/null | sed -n 's/.*"state": *"\([^"]*\)".*/\1/p' || true
}

# pg_full: true when the server has stopped and less than a megabyte is free where its data or its log of changes are: the directory in PG_FULL, what
# Patroni calls the state in PG_STATE.
pg_full() {
  local free
  PG_STATE=$(patroni_state)
  if [[ ${PG_STATE} != *failed* && ${PG_STATE} != crashed && ${PG_STATE} != stopped ]]; then return 1; fi
  for PG_FULL in "${PG_DATA}" "${PG_DATA}/pg_wal"; do
    free=$(stat -L -f -c '%a*%S' -- "${ROOT}${PG_FULL}" 2>/dev/null || true)
    if [[ -n ${free} ]] && ((free < 1048576)); then return 0; fi
  done
  return 1
}

# A copy of a large primary takes long: as long as Patroni says it is copying, waiting goes on.
patroni_wait_healthy() {
  local started=${SECONDS} limit=120 state waited
  if [[ ${PG_FRESH} == 1 ]]; then limit=300; fi
  until patroni_get "${PATRONI_URL}/health"; do
    waited=$((SECONDS - started))
    if patroni_failed; then pg_die "${PATRONI_UNIT} has failed"; fi
    if ((waited >= 15 && waited % 5 == 0)) && [[ ${PG_FRESH} == 1 ]] && pg_forgotten; then
      pg_die "the DCS knows ${PG_SCOPE}, but no member of it has data: restore a backup, or forget the cluster with \`patronictl -c ${PATRONI_CONFIG} remove ${PG_SCOPE}\` and apply again"
    fi
    if ((waited >= 15 && waited % 5 == 0)) && pg_full; then pg_die "${PG_INSTANCE} is not running (state: ${PG_STATE}): ${PG_FULL} is full"; fi
    if ((waited >= limit)); then
      state=$(patroni_state)
      if [[ ${state} != *creating* || ${waited} -ge ${PIGSTYC_COPY_SECONDS:-14400} ]]; then
        pg_die "${PG_INSTANCE} is not running after ${waited} s (state: ${state:-no answer})"
      fi
    fi
    sleep 0.5
  done
  if ! pg_wait_for 60 pg_cluster_leads; then pg_die "${PG_CLUSTER} has no leader"; fi
}

# yes or no once asked whether Patroni's unit may be restarted now.
UNIT_TURN=

# patroni_turn UNIT: whether an allowed restart of this unit may be now. Patroni's takes PostgreSQL along, so the leader waits for the next visit, when
# the replicas have been restarted, and hands over before its own. The first visit is written down, and forgotten after an hour.
patroni_turn() {
  local now waited=0
  if [[ ${CHECK} == 1 || ! -r ${ROOT}/etc/pigstyc/instance.env ]]; then return 0; fi
  pg_env
  if [[ $1 != "${PATRONI_UNIT}" || ${PG_BARE} == 1 ]]; then return 0; fi
  if [[ -n ${UNIT_TURN} ]]; then
    [[ ${UNIT_TURN} == yes ]]
    return
  fi
  UNIT_TURN=yes
  if ! patroni_get "${PATRONI_URL}/leader" || ! patroni_has_replica; then return 0; fi
  printf -v now '%(%s)T' -1
  if [[ -r ${STATE}/leader-waits ]]; then read -r waited <"${STATE}/leader-waits" || waited=0; fi
  if [[ ! ${waited} =~ ^[0-9]+$ ]] || ((now - waited > 3600)); then
    printf '%s\n' "${now}" >"${STATE}/leader-waits" || die 'cannot write the journal'
    pending "restart ${PATRONI_UNIT}: ${PG_INSTANCE} leads, the replicas of ${PG_SCOPE} go first; run apply.sh --allow-restart again after them"
    UNIT_TURN=no
    return 1
  fi
  run rm -f -- "${STATE}/leader-waits" || die 'cannot write the journal'
  patroni_hand_over
}

# patroni_has_replica: true when some other member could lead.
patroni_has_replica() {
  local peer
  for peer in ${PATRONI_PEERS}; do
    if [[ ${peer} != "${PATRONI_URL}" ]] && patroni_get "${peer}/replica"; then return 0; fi
  done
  return 1
}

# patroni_hand_over: another member leads. Where none can, the restart that was allowed is as long as it has to be.
patroni_hand_over() {
  local again
  if ! pg_patronictl 120 switchover --force "${PG_SCOPE}"; then
    note "no member of ${PG_SCOPE} takes over from ${PG_INSTANCE}"
    return 0
  fi
  # Patroni forgets a request that comes before it has named a synchronous standby, as after the restart of the only one.
  for again in 1 1 0; do
    if pg_wait_for 30 patroni_follows; then
      changed "another member leads ${PG_SCOPE}"
      PG_LEADS=
      return 0
    fi
    if [[ ${again} == 1 ]]; then pg_patronictl 120 switchover --force "${PG_SCOPE}" || true; fi
  done
  die "${PG_INSTANCE} still leads ${PG_SCOPE} after three switchovers"
}

# patroni_follows: true when this member answers that it does not lead, and another one does.
patroni_follows() {
  if patroni_get "${PATRONI_URL}/leader" || [[ ${LAST_CODE} != 22 ]]; then return 1; fi
  pg_cluster_leads
}

# A member of PostgreSQL that leaves, and a cluster that ends: with hosts that leave the site, or as a module of hosts that stay.

# Leader of a Citus coordinator, once it was found.
CITUS_HOST=
CITUS_PORT=

# leaving_instance: true while Patroni runs here, with the facts of the instance.
leaving_instance() {
  if [[ ! -r ${ROOT}/etc/pigstyc/instance.env ]]; then return 1; fi
  pg_env
  active "${PATRONI_UNIT}"
}

# gone_from_site NAME: true when make has said which clusters the inventory has, and it is none of them. A host that leaves the site is told by --end.
gone_from_site() { [[ ${RETIRES} == 0 && -n ${SITE_CLUSTERS} && ${SITE_CLUSTERS} != *",$1,"* ]]; }

# pg_formation_ends: true when all that has the scope ends: the cluster, or a Citus formation with all its groups.
pg_formation_ends() { ends "${PG_SCOPE}" || gone_from_site "${PG_SCOPE}"; }

# pg_ends: true when the cluster ends, alone or with the formation.
pg_ends() { ends "${PG_CLUSTER}" || gone_from_site "${PG_CLUSTER}" || pg_formation_ends; }

# pg_group_ends: true when a Citus group ends and the others stay.
pg_group_ends() { [[ ${PG_GROUP} =~ ^[0-9]+$ ]] && pg_ends && ! pg_formation_ends; }

# may_leave_pgsql: before anything is stopped.
may_leave_pgsql() {
  if pg_group_ends; then may_leave_citus; fi
  if pg_ends || [[ ${RETIRES} == 0 ]]; then return 0; fi
  if ! patroni_answers "${PATRONI_URL}/leader"; then
    object "Patroni runs and does not say whether ${PG_INSTANCE} leads ${PG_CLUSTER}: repair it, or, when the cluster is to end, --end=${PG_CLUSTER}"
  elif [[ ${LAST_CODE} == 0 ]] && ! patroni_has_replica; then
    object "${PG_INSTANCE} leads ${PG_CLUSTER} and no other member can take over: repair or add one, or, when the cluster is to end, --end=${PG_CLUSTER}"
  fi
}

# leave_pgsql: a leader hands over while the others still know it. Where all members of a cluster are visited it is the last one to stop instead: nobody is
# promoted meanwhile, and its data are the whole. False as long as it waits for the others.
leave_pgsql() {
  if ! leaving_instance || ! patroni_get "${PATRONI_URL}/leader"; then return 0; fi
  if ! patroni_has_replica; then
    if pg_group_ends; then citus_forget; fi
    return 0
  fi
  if pg_ends && [[ ${RETIRES} == 0 ]]; then
    pending "stop ${PATRONI_UNIT}: ${PG_INSTANCE} leads, the replicas of ${PG_CLUSTER} end first; run apply.sh --allow-restart again after them"
    return 1
  fi
  if [[ ${CHECK} == 1 ]]; then
    changed "another member leads ${PG_SCOPE}"
    return 0
  fi
  patroni_hand_over
  if [[ ${RETIRES} == 1 ]] && ! pg_ends && patroni_get "${PATRONI_URL}/leader"; then
    die "${PG_INSTANCE} still leads ${PG_SCOPE}: nothing of it was stopped"
  fi
}

# left_pgsql: when the server has stopped and its files are still there. What the DCS has of a cluster goes with its data, that of a Citus group at once:
# without it, any member that is started with data could lead, also one that is behind.
left_pgsql() {
  if [[ ! -r ${ROOT}/etc/pigstyc/instance.env ]]; then return 0; fi
  pg_env
  if ! pg_ends || ! pg_was_primary; then return 0; fi
  if pg_group_ends; then
    if [[ ${CHECK} == 0 ]]; then citus_forget; fi
    forget_cluster die
  elif [[ ${RETIRES} == 1 && ${PURGE} == 1 ]]; then
    forget_cluster note
  fi
}

# forget_cluster die|note: the DCS forgets the cluster of this instance, of a Citus formation its group alone.
forget_cluster() {
  if [[ ${CHECK} == 1 ]] || pg_wait_for 60 pg_forget; then
    changed "the DCS has nothing of ${PG_CLUSTER} any more"
  else
    "$1" "the DCS does not forget ${PG_CLUSTER}"
  fi
}

# pg_was_primary: the server that has stopped here was no replica.
pg_was_primary() {
  local line
  run_as "${PG_DBSU}" env LC_ALL=C "${PG_BIN_DIR}/pg_controldata" -D "${ROOT}${PG_DATA}" || return 1
  while IFS= read -r line; do
    if [[ ${line} =~ ^Database\ cluster\ state:\ *(shut\ down|in\ production)$ ]]; then return 0; fi
  done <"${WORK}/out"
  return 1
}

# --- Citus ------------------------------------------------------------------------------------------------------------

# may_leave_citus: a group that ends alone has no shards: nobody else has what is in them.
may_leave_citus() {
  local shards
  if [[ ${PG_GROUP} == 0 ]]; then
    object "${PG_CLUSTER} coordinates ${PG_SCOPE}, and all tables are reached through it: it ends with all groups only, --end=${PG_SCOPE}"
    return 0
  fi
  # Reference tables are everywhere.
  if ! citus_sql "SELECT count(*) FROM pg_dist_placement JOIN pg_dist_shard USING (shardid) JOIN pg_dist_partition USING (logicalrelid)
    WHERE groupid = ${PG_GROUP} AND NOT (partmethod = 'n' AND repmodel = 't')"; then
    object "the coordinator of ${PG_SCOPE} does not say which shards are on ${PG_CLUSTER}: repair it, or, when all groups are to end, --end=${PG_SCOPE}"
    return 0
  fi
  shards=$(<"${WORK}/out")
  if [[ ${shards} == 0 ]]; then return 0; fi
  object "${PG_CLUSTER} has ${shards} shards that no other group of ${PG_SCOPE} has. Move them first, on the coordinator in ${PG_PRIMARY_DB}: \
SELECT citus_drain_node(nodename, nodeport) FROM pg_dist_node WHERE groupid = ${PG_GROUP} AND noderole = 'primary'"
}

# citus_forget: the coordinator forgets the group: Patroni adds nodes there and removes none. A node that is listed and gone keeps it from adding others.
citus_forget() {
  local nodes="FROM pg_dist_node WHERE groupid = ${PG_GROUP}"
  citus_sql "SELECT count(*) ${nodes}" || die "cannot ask the coordinator of ${PG_SCOPE} for its nodes"
  if [[ $(<"${WORK}/out") == 0 ]]; then return 0; fi
  if [[ ${CHECK} == 0 ]]; then
    citus_sql "SELECT citus_remove_node(nodename, nodeport) FROM (SELECT nodename, nodeport ${nodes} ORDER BY noderole = 'primary' OFFSET 0) AS nodes" \
      || die "the coordinator of ${PG_SCOPE} does not let ${PG_CLUSTER} go"
  fi
  changed "${PG_CLUSTER} is no node of ${PG_SCOPE} any more"
}

# citus_sql SQL: on the coordinator, as the superuser, who has the same password on all nodes; the answer is in ${WORK}/out.
citus_sql() {
  citus_coordinator || return
  run_as "${PG_DBSU}" env 'PGOPTIONS=-c client_min_messages=error' timeout 600 "${PG_BIN_DIR}/psql" -XwAt -h "${CITUS_HOST}" -p "${CITUS_PORT}" \
    -U "${PG_DBSU}" -d "${PG_PRIMARY_DB}" -v ON_ERROR_STOP=1 -c "$1"
}

# citus_coordinator: where group 0 is led, as the DCS says.
citus_coordinator() {
  local member text
  if [[ -n ${CITUS_HOST} ]]; then return 0; fi
  run_as "${PG_DBSU}" timeout 60 "${PATRONICTL}" -c "${PATRONI_CONFIG}" list --format json "${PG_SCOPE}" || return
  text=$(<"${WORK}/out")
  while [[ ${text} == *'}'* ]]; do
    member=${text%%\}*} text=${text#*\}}
    if [[ ${member} =~ \"Group\":\ *0[,\ ] && ${member} =~ \"Role\":\ *\"Leader\" && ${member} =~ \"Host\":\ *\"([^\":]+)(:([0-9]+))?\" ]]; then
      CITUS_HOST=${BASH_REMATCH[1]} CITUS_PORT=${BASH_REMATCH[3]:-5432}
      return 0
    fi
  done
  LAST_CODE=1
  return 1
}

# Redis and Valkey: what provisioning may do to running servers. Topology is theirs: these functions complete it and never
# undo a failover.

# redis_open ACCESS: reads how an instance is reached into REDIS_*; the password goes to redis-cli in its environment, and to no
# other program.
redis_open() {
  export -n REDISCLI_AUTH
  settings "${ROOT}$1" REDIS_CLI REDIS_UNIT REDIS_HOST REDIS_PORT REDIS_STATE REDIS_CONFIG REDIS_REPLICAOF REDISCLI_AUTH || die "cannot read $1"
}

# redis_login: in the subshell that runs redis-cli. An empty password would be tried as one.
redis_login() { if [[ -n ${REDISCLI_AUTH} ]]; then export REDISCLI_AUTH; fi; }

# redis_at HOST PORT COMMAND…: the answer is in REDIS_REPLY; false when nothing answers.
redis_at() {
  local host=$1 port=$2
  shift 2
  LAST_COMMAND="redis-cli -h ${host} -p ${port} $*" LAST_CODE=0
  REDIS_REPLY=$(
    redis_login
    timeout 10 "${REDIS_CLI}" --no-auth-warning -h "${host}" -p "${port}" "$@" 2>&1 </dev/null
  ) || LAST_CODE=$?
  printf '%s\n' "${REDIS_REPLY}" >"${WORK}/out"
  return "${LAST_CODE}"
}

redis_ask() { redis_at "${REDIS_HOST}" "${REDIS_PORT}" "$@"; }

# redis_feed TEXT: commands on standard input, where an argument list would show them.
redis_feed() {
  LAST_COMMAND="redis-cli -h ${REDIS_HOST} -p ${REDIS_PORT} <commands>" LAST_CODE=0
  REDIS_REPLY=$(
    redis_login
    printf '%s\n' "$1" | timeout 10 "${REDIS_CLI}" --no-auth-warning -h "${REDIS_HOST}" -p "${REDIS_PORT}" 2>&1
  ) || LAST_CODE=$?
  printf '%s\n' "${REDIS_REPLY}" >"${WORK}/out"
  return "${LAST_CODE}"
}

# redis_reach: true when the instance takes our commands. A password that waits for a restart is no failure.
redis_reach() {
  if ! redis_ask PING; then
    if [[ ${CHECK} == 1 ]]; then
      changed "${REDIS_UNIT} does not answer"
      return 1
    fi
    die "${REDIS_UNIT} does not answer"
  fi
  if [[ ${REDIS_REPLY} == *PONG* && ${REDIS_REPLY} != *'AUTH failed'* ]]; then return 0; fi
  case ${REDIS_REPLY} in
    *NOAUTH* | *WRONGPASS* | *'AUTH failed'* | *NOPERM*) note "${REDIS_UNIT} still has another password: it takes the new one when it restarts" ;;
    *LOADING*) note "${REDIS_UNIT} is loading its data; apply again when it is done" ;;
    *) die "${REDIS_UNIT} answers: ${REDIS_REPLY}" ;;
  esac
  return 1
}

# redis_change WHAT HOST PORT COMMAND…: a change that must be answered with OK.
redis_change() {
  local what=$1
  shift
  if [[ ${CHECK} == 0 ]]; then
    redis_at "$@" || die "${what}"
    if [[ ${REDIS_REPLY} != OK* ]]; then
      LAST_CODE=1
      die "${what}: ${REDIS_REPLY}"
    fi
  fi
  changed "${what}"
}

# redis_settings SETTINGS: CONFIG SET for every line of a file with one directive a line.
redis_settings() {
  local name rest commands=''
  while read -r name rest; do
    if [[ -z ${name} ]]; then continue; fi
    # A value of several words is one argument of CONFIG SET; a quoted one is a single word already.
    if [[ ${rest} != *\"* ]]; then rest="\"${rest}\""; fi
    commands+="\"${REDIS_CONFIG}\" SET ${name} ${rest}"$'\n'
  done <"${ROOT}$1"
  redis_feed "${commands%$'\n'}" || die "settings of ${REDIS_UNIT}"
  if [[ ${REDIS_REPLY} == *ERR* ]]; then
    LAST_CODE=1
    die "${REDIS_UNIT} refuses a setting"
  fi
}

# redis_config ACCESS SETTINGS: gives a running server the settings of a file; one whose CONFIG is disabled owes a restart. An
# instance that has just been removed still owes this, and has no access file any more.
redis_config() {
  if [[ ! -e ${ROOT}$1 ]]; then return 0; fi
  redis_open "$1"
  if ! active "${REDIS_UNIT}" || ! redis_reach; then return 0; fi
  if [[ -z ${REDIS_CONFIG} ]]; then
    queue_effects "restart! ${REDIS_UNIT}"
  elif [[ ${CHECK} == 1 ]]; then
    changed "settings of ${REDIS_UNIT}"
  else
    redis_settings "$2"
  fi
}

# redis_password ACCESS SETTINGS: gives a running server the password of the new access file while the one on the host
# still says how to log in. A server that takes neither owes a restart.
redis_password() {
  local former new
  if [[ ! -e ${ROOT}$1 || ${INSPECT} == 1 ]]; then return 0; fi
  settings "${BUNDLE}/${F_SOURCE[$1]}" REDISCLI_AUTH || die "cannot read the new $1"
  new=${REDISCLI_AUTH}
  redis_open "$1"
  former=${REDISCLI_AUTH}
  if [[ ${former} == "${new}" ]] || ! active "${REDIS_UNIT}"; then return 0; fi
  if [[ -z ${REDIS_CONFIG} ]] || ! redis_takes "${former}"; then
    if ! redis_takes "${new}"; then queue_effects "restart! ${REDIS_UNIT}"; fi
    return 0
  fi
  if [[ ${CHECK} == 0 ]]; then redis_settings "$2"; fi
  changed "${REDIS_UNIT} has a new password"
}

# redis_takes PASSWORD: true when the open instance lets us in with it.
redis_takes() {
  REDISCLI_AUTH=$1
  redis_ask PING && [[ ${REDIS_REPLY} == PONG ]]
}

# redis_role HOST PORT: `master`, or `slave HOST PORT`, in REDIS_ROLE; false when it cannot be asked.
redis_role() {
  local lines=()
  redis_at "$1" "$2" ROLE || return 1
  mapfile -t lines <<<"${REDIS_REPLY}"
  case ${lines[0]-} in
    master) REDIS_ROLE=master ;;
    slave) REDIS_ROLE="slave ${lines[1]-} ${lines[2]-}" ;;
    *) return 1 ;;
  esac
}

# redis_replicaof ACCESS HOST PORT: the declared primary is followed when no data can be lost by it: by a replica of somebody
# else, or by an empty primary without replicas, and only when the declared primary really is one. After a failover the
# declared roles are history and stay so. Where a sentinel is connected, roles are for the sentinels to decide: right after
# a failover the old primary may be back and still think that it is one.
redis_replicaof() {
  local host=$2 port=$3 role keys replicas
  redis_open "$1"
  if ! redis_reach; then return 0; fi
  redis_role "${REDIS_HOST}" "${REDIS_PORT}" || die "cannot ask ${REDIS_UNIT} for its role"
  role=${REDIS_ROLE}
  if [[ ${role} == "slave ${host} ${port}" ]]; then return 0; fi
  redis_ask CLIENT LIST || die "cannot ask ${REDIS_UNIT} for its clients"
  if [[ ${REDIS_REPLY} == *'name=sentinel-'* ]]; then
    note "${REDIS_UNIT} stays ${role}: sentinels watch it and decide"
    return 0
  fi
  if ! redis_role "${host}" "${port}"; then
    note "${REDIS_UNIT} should follow ${host}:${port}, which does not answer; it stays ${role}"
    return 0
  fi
  if [[ ${REDIS_ROLE} != master ]]; then
    note "${REDIS_UNIT} stays ${role}: ${host}:${port} is a replica itself (a failover happened)"
    return 0
  fi
  if [[ ${role} == master ]]; then
    redis_ask DBSIZE || die "cannot ask ${REDIS_UNIT} for its size"
    keys=${REDIS_REPLY##* }
    redis_ask INFO replication || die "cannot ask ${REDIS_UNIT} for its replicas"
    replicas=${REDIS_REPLY##*connected_slaves:}
    replicas=${replicas%%[!0-9]*}
    if [[ ${keys} != 0 || ${replicas} != 0 ]]; then
      note "${REDIS_UNIT} is a primary with ${keys} keys and ${replicas} replicas: it is not made a replica of ${host}:${port}"
      return 0
    fi
  fi
  if [[ -z ${REDIS_REPLICAOF} ]]; then
    note "${REDIS_UNIT} should follow ${host}:${port}, but its REPLICAOF command is disabled"
    return 0
  fi
  redis_change "${REDIS_UNIT} follows ${host}:${port}" "${REDIS_HOST}" "${REDIS_PORT}" "${REDIS_REPLICAOF}" "${host}" "${port}"
  if [[ ${CHECK} == 0 && -n ${REDIS_CONFIG} ]]; then redis_ask "${REDIS_CONFIG}" REWRITE || die "${REDIS_UNIT} cannot write down whom it follows"; fi
}

# redis_field NAME: the line after NAME in a reply of alternating names and values.
redis_field() {
  local line previous=''
  REDIS_VALUE=''
  while IFS= read -r line; do
    if [[ ${previous} == "$1" ]]; then
      REDIS_VALUE=${line}
      return 0
    fi
    previous=${line}
  done <<<"${REDIS_REPLY}"
  return 1
}

# redis_sentinel ACCESS LIST: what a sentinel watches. Where a primary is now is for the sentinels to say, so a watched one
# is never removed and added again; only its quorum and password follow the inventory.
redis_sentinel() {
  local line lines=()
  redis_open "$1"
  if ! redis_reach; then return 0; fi
  mapfile -t lines <"${ROOT}$2"
  for line in "${lines[@]}"; do
    if [[ -z ${line} ]]; then continue; fi
    words_of "${line}"
    if [[ ${WORDS[0]} == remove ]]; then redis_forget "${WORDS[1]}"; else redis_watch "${WORDS[@]:1}"; fi
  done
}

redis_forget() {
  redis_ask SENTINEL MASTER "$1" || die 'cannot ask the sentinel'
  if [[ ${REDIS_REPLY} == *'No such master'* ]]; then return 0; fi
  redis_change "${REDIS_UNIT} no longer watches $1" "${REDIS_HOST}" "${REDIS_PORT}" SENTINEL REMOVE "$1"
}

# redis_watch NAME HOST PORT QUORUM PASSWORD [COMMAND NAME]…
redis_watch() {
  local name=$1 host=$2 port=$3 quorum=$4 password=$5 address
  shift 5
  redis_ask SENTINEL MASTER "${name}" || die 'cannot ask the sentinel'
  if [[ ${REDIS_REPLY} == *'No such master'* ]]; then
    redis_change "${REDIS_UNIT} watches ${name}" "${REDIS_HOST}" "${REDIS_PORT}" SENTINEL MONITOR "${name}" "${host}" "${port}" "${quorum}"
  else
    redis_field ip || true
    address=${REDIS_VALUE}
    redis_field port || true
    if [[ ${address}:${REDIS_VALUE} != "${host}:${port}" ]]; then note "${name} is at ${address}:${REDIS_VALUE} now; the inventory says ${host}:${port}"; fi
    redis_field quorum || true
    if [[ ${REDIS_VALUE} != "${quorum}" ]]; then
      redis_change "quorum of ${name} is ${quorum}" "${REDIS_HOST}" "${REDIS_PORT}" SENTINEL SET "${name}" quorum "${quorum}"
    fi
  fi
  # Neither can be asked for; the sentinel's own file has them.
  FETCHED=/dev/null
  if [[ -f ${ROOT}${REDIS_STATE} ]]; then fetch "${REDIS_STATE}" || die "cannot read ${REDIS_STATE}"; fi
  redis_watch_commands "${name}" "$@"
  redis_watch_password "${name}" "${password}"
}

# redis_watch_commands NAME [COMMAND OTHER]…: what commands are called at the watched servers; those left out have their own names.
redis_watch_commands() {
  local name=$1 command other word
  local -A names=()
  shift
  while read -r _ word command other; do
    if [[ ${word} == rename-command && ${command} == "${name}" ]]; then names[${other%% *}]=${other#* }; fi
  done <"${FETCHED}"
  while (($# >= 2)); do
    if [[ ${names[$1]-} != "$2" ]]; then redis_watch_command "${name}" "$1" "$2"; fi
    unset 'names[$1]'
    shift 2
  done
  for command in "${!names[@]}"; do redis_watch_command "${name}" "${command}" "${command}"; done
}

redis_watch_command() {
  redis_change "${REDIS_UNIT} calls $2 of $1 by its name" "${REDIS_HOST}" "${REDIS_PORT}" SENTINEL SET "$1" rename-command "$2" "$3"
}

# redis_watch_password NAME PASSWORD
redis_watch_password() {
  local name=$1 password=$2 line known=''
  while IFS= read -r line; do
    if [[ ${line} == "sentinel auth-pass ${name} "* ]]; then known=${line#"sentinel auth-pass ${name} "}; fi
  done <"${FETCHED}"
  if [[ ${known} == "${password}" ]]; then return 0; fi
  if ! redis_watched_take "${name}" "${password}"; then
    note "${REDIS_UNIT} keeps the password of ${name} that its servers still have"
    return 0
  fi
  if [[ ${CHECK} == 0 ]]; then
    redis_feed "SENTINEL SET ${name} auth-pass ${password:-\"\"}" || die "password of ${name}"
    if [[ ${REDIS_REPLY} != *OK* ]]; then
      LAST_CODE=1
      die "password of ${name}"
    fi
  fi
  changed "${REDIS_UNIT} has the password of ${name}"
}

# redis_watched_take NAME PASSWORD: false while a server the sentinel watches runs with another password. A sentinel logs in when
# it connects and never again: given a password too early, it takes healthy servers for dead and has none to fail over to.
redis_watched_take() {
  local own=${REDISCLI_AUTH} command line previous='' host='' servers=() at taken=0
  for command in MASTER REPLICAS; do
    redis_ask SENTINEL "${command}" "$1" || die 'cannot ask the sentinel'
    while IFS= read -r line; do
      case ${previous} in
        ip) host=${line} ;;
        port) servers+=("${host} ${line}") ;;
        *) ;;
      esac
      previous=${line}
    done <<<"${REDIS_REPLY}"
  done
  REDISCLI_AUTH=$2
  for at in ${servers[@]+"${servers[@]}"}; do
    # One that does not answer is for the sentinel to notice.
    if redis_at "${at% *}" "${at#* }" PING && [[ ${REDIS_REPLY} != PONG && ${REDIS_REPLY} != *LOADING* ]]; then taken=1; fi
  done
  REDISCLI_AUTH=${own}
  return "${taken}"
}

# --- native clusters --------------------------------------------------------------------------------------------------

# redis_cluster_join ACCESS SEATS: forms the cluster of the seats, or brings new members in. Slots are given out only while
# they belong to nobody, and only empty instances become replicas: resharding and failovers stay as they are. Every host
# may run this at the same time, since each step is harmless when another has taken it already; it acts once all members
# answer, which is when the last host is applied.
redis_cluster_join() {
  local line kind host port lines=() absent=() seed_host='' seed_port=''
  redis_open "$1"
  if ! redis_reach; then return 0; fi
  mapfile -t lines <"${ROOT}$2"
  for line in "${lines[@]}"; do
    read -r kind host port _ <<<"${line}"
    if [[ -z ${seed_host} ]]; then seed_host=${host} seed_port=${port}; fi
    if ! redis_at "${host}" "${port}" PING || [[ ${REDIS_REPLY} != *PONG* ]]; then absent+=("${host}:${port}"); fi
  done
  if ((${#absent[@]} > 0)); then
    note "the cluster is completed when all members answer; not yet: ${absent[*]}"
    return 0
  fi
  redis_meet "${seed_host}" "${seed_port}" "${lines[@]}"
  redis_assign_slots "${seed_host}" "${seed_port}" "${lines[@]}"
  redis_assign_replicas "${seed_host}" "${seed_port}" "${lines[@]}"
}

redis_meet() {
  local seed_host=$1 seed_port=$2 line kind host port nodes met=0
  shift 2
  redis_at "${seed_host}" "${seed_port}" CLUSTER NODES || die 'cannot ask for the members'
  nodes=${REDIS_REPLY}
  for line in "$@"; do
    read -r kind host port _ <<<"${line}"
    if [[ ${host}:${port} == "${seed_host}:${seed_port}" || ${nodes} == *" ${host}:${port}@"* ]]; then continue; fi
    redis_change "${host}:${port} joins the cluster" "${seed_host}" "${seed_port}" CLUSTER MEET "${host}" "${port}"
    met=1
  done
  if [[ ${met} == 0 || ${CHECK} == 1 ]]; then return 0; fi
  redis_everywhere 60 redis_knows_all "$#" "$@" || die 'the members do not find each other within 60 s; is the cluster bus port (port + 10000) open?'
}

# redis_everywhere SECONDS TEST ARGUMENT SEAT…: until the test holds on every seat.
redis_everywhere() {
  local seconds=$1 test=$2 argument=$3 started=${SECONDS} line kind host port failed
  shift 3
  while true; do
    failed=0
    for line in "$@"; do
      read -r kind host port _ <<<"${line}"
      if ! redis_at "${host}" "${port}" CLUSTER INFO || ! "${test}" "${argument}"; then
        failed=1
        break
      fi
    done
    if [[ ${failed} == 0 ]]; then return 0; fi
    if ((SECONDS - started >= seconds)); then return 1; fi
    sleep 0.3
  done
}

redis_info_field() {
  local value=${REDIS_REPLY##*"$1":}
  printf '%s' "${value%%[!0-9a-z]*}"
}

redis_knows_all() {
  local known
  known=$(redis_info_field cluster_known_nodes)
  # A server may answer anything, and a word would be taken for a variable.
  [[ ${known} =~ ^[0-9]+$ ]] && ((10#${known} >= $1))
}

redis_covers_all() {
  local state assigned
  state=$(redis_info_field cluster_state)
  assigned=$(redis_info_field cluster_slots_assigned)
  [[ ${state} == ok && ${assigned} == "$1" ]]
}

redis_assign_slots() {
  local seed_host=$1 seed_port=$2 line kind host port first last
  shift 2
  redis_at "${seed_host}" "${seed_port}" CLUSTER INFO || die 'cannot ask for the state of the cluster'
  if redis_info_has_all_slots; then return 0; fi
  for line in "$@"; do
    read -r kind host port first last <<<"${line}"
    if [[ ${kind} != master ]]; then continue; fi
    if redis_has_slots "${host}" "${port}"; then continue; fi
    if [[ ${CHECK} == 0 ]]; then
      redis_at "${host}" "${port}" CLUSTER ADDSLOTSRANGE "${first}" "${last}" || die "slots of ${host}:${port}"
      if [[ ${REDIS_REPLY} == *'already busy'* ]]; then continue; fi
      if [[ ${REDIS_REPLY} != OK* ]]; then
        LAST_CODE=1
        die "slots of ${host}:${port}: ${REDIS_REPLY}"
      fi
    fi
    changed "${host}:${port} serves slots ${first}-${last}"
  done
  if [[ ${CHECK} == 1 ]]; then return 0; fi
  redis_everywhere 60 redis_covers_all 16384 "$@" || die 'not all slots are served after 60 s'
}

redis_info_has_all_slots() {
  local assigned
  assigned=$(redis_info_field cluster_slots_assigned)
  [[ ${assigned} == 16384 ]]
}

# redis_myself HOST PORT: the instance's own line of CLUSTER NODES in REDIS_MYSELF.
redis_myself() {
  local line
  REDIS_MYSELF=''
  redis_at "$1" "$2" CLUSTER NODES || die "cannot ask $1:$2 for the members"
  while IFS= read -r line; do
    if [[ ${line} == *' myself,'* || ${line} == *',myself,'* || ${line} == *' myself '* ]]; then REDIS_MYSELF=${line}; fi
  done <<<"${REDIS_REPLY}"
}

redis_has_slots() {
  local words=()
  redis_myself "$1" "$2"
  read -r -a words <<<"${REDIS_MYSELF}"
  ((${#words[@]} > 8))
}

redis_assign_replicas() {
  local line kind host port master_host master_port id
  shift 2
  for line in "$@"; do
    read -r kind host port master_host master_port <<<"${line}"
    if redis_has_slots "${host}" "${port}" || [[ ${REDIS_MYSELF} != *master* ]]; then continue; fi
    if [[ ${CHECK} == 1 ]]; then
      if [[ ${kind} == replica ]]; then changed "${host}:${port} follows ${master_host}:${master_port}"; fi
      continue
    fi
    if [[ ${kind} == master ]]; then
      note "${host}:${port} has no slots: give it some with redis-cli --cluster rebalance --cluster-use-empty-masters"
      continue
    fi
    if ! redis_has_slots "${master_host}" "${master_port}"; then
      note "${host}:${port} follows nobody: ${master_host}:${master_port} serves no slots now"
      continue
    fi
    id=${REDIS_MYSELF%% *}
    redis_wait_known "${host}" "${port}" "${id}" || die "${host}:${port} does not learn of ${master_host}:${master_port} within 30 s"
    redis_change "${host}:${port} follows ${master_host}:${master_port}" "${host}" "${port}" CLUSTER REPLICATE "${id}"
  done
}

# redis_wait_known HOST PORT ID
redis_wait_known() {
  local started=${SECONDS}
  until redis_at "$1" "$2" CLUSTER NODES && [[ ${REDIS_REPLY} == *"$3 "*master* ]]; do
    if ((SECONDS - started >= 30)); then return 1; fi
    sleep 0.3
  done
}

# What leaves a host: a module, or all of them because the host leaves the site. Who uses something goes before it; others take over first.

# 1 in the last bundle of a host: it stays a host with its login, its names and its kernel settings, and serves nothing.
RETIRES=0
# 1 when a module that leaves waits for other hosts.
LEAVE_WAITS=0
# Directories of services, which `--purge` removes.
DATA=()

# leave_stages: stages that this host has no more, the last one first.
leave_stages() {
  local i name
  for ((i = ${#STAGES_KNOWN[@]} - 1; i >= 0; i--)); do
    name=${STAGES_KNOWN[i]}
    if [[ " ${BUNDLE_STAGES} " == *" ${name} "* ]]; then continue; fi
    STAGE=${name}
    GONE=1
    remove_orphans "${name}"
    GONE=0
    stage_end
    # What it uses stays with it.
    if [[ ${LEAVE_WAITS} == 1 ]]; then return 0; fi
  done
}

# stays_with_host STAGE PATH EFFECTS: true for what a host that leaves keeps: all of the stage `node` that is no service and no job.
stays_with_host() {
  if [[ ${RETIRES} == 0 || $1 != node || $2 == /etc/crontab ]] || unit_of "$2"; then return 1; fi
  serving_units "$3"
  ((${#SERVING[@]} == 0))
}

# before_leaving STAGE: while its servers still run; false when something on another host has to end before.
before_leaving() {
  case $1 in
    pgsql) leave_pgsql ;;
    etcd) leave_etcd ;;
    *) ;;
  esac
}

# after_leaving STAGE: when they have stopped and all files are still there.
after_leaving() {
  if [[ $1 == pgsql ]]; then left_pgsql; fi
}

# ends CLUSTER: true when it was named as one that ends.
ends() { [[ -n $1 && ${ENDS} == *",$1,"* ]]; }

# module_may_leave: what a host that stays has no more, and what ends with that.
module_may_leave() {
  if [[ ${RETIRES} == 0 && ${ALLOW_RESTART} == 1 && " ${BUNDLE_STAGES} " != *' pgsql '* ]] && goes && leaving_instance; then may_leave_pgsql; fi
}

# goes: true when this run cleans what belongs to stages that the host has no more.
goes() { ((${#STAGES_WANTED[@]} == 0)) || [[ " ${STAGES_WANTED[*]} " == *' gone '* ]]; }

# may_leave: a host that leaves takes nothing with it that nobody else has.
may_leave() {
  if leaving_instance; then may_leave_pgsql; fi
  if leaving_member; then may_leave_etcd; fi
}

# --- etcd -------------------------------------------------------------------------------------------------------------

# What the member's own file says.
LEAVING_NAME=
LEAVING_CLUSTER=
LEAVING_ENDPOINT=

# leaving_member: true while etcd runs here.
leaving_member() {
  yaml_value /etc/etcd/etcd.conf name
  LEAVING_NAME=${ANSWER}
  yaml_value /etc/etcd/etcd.conf initial-cluster-token
  LEAVING_CLUSTER=${ANSWER}
  yaml_value /etc/etcd/etcd.conf advertise-client-urls
  LEAVING_ENDPOINT=${ANSWER%%,*}
  [[ -n ${LEAVING_NAME} && -n ${LEAVING_ENDPOINT} ]] && active etcd && have etcdctl
}

# etcd_leaver: the members in ETCD_LISTED; the id of this one in LEAVING_ID, empty when it is none any more; what the others listen on in LEAVING_OTHERS.
LEAVING_ID=
LEAVING_OTHERS=()
etcd_leaver() {
  local id name clients
  LEAVING_ID='' LEAVING_OTHERS=()
  if ! etcd_login "${LEAVING_ENDPOINT}" || ! etcd_ctl "${LEAVING_ENDPOINT}" member list; then return 1; fi
  ETCD_LISTED=$(<"${WORK}/out")
  while IFS=, read -r id _ name _ clients _; do
    if [[ ! ${id} =~ ^[0-9a-f]+$ ]]; then continue; fi
    if [[ ${name# } == "${LEAVING_NAME}" ]]; then LEAVING_ID=${id}; else LEAVING_OTHERS+=("${clients# }"); fi
  done <<<"${ETCD_LISTED}"
}

may_leave_etcd() {
  local endpoint healthy=0 way="when it is to end, --end=${LEAVING_CLUSTER}"
  if ends "${LEAVING_CLUSTER}"; then return 0; fi
  if ! etcd_leaver; then
    object "etcd runs and does not list its members: repair its quorum, or, ${way}"
    return 0
  fi
  if [[ -z ${LEAVING_ID} ]]; then return 0; fi
  if ((${#LEAVING_OTHERS[@]} == 0)); then
    object "${LEAVING_NAME} is the last member of etcd, which knows who leads each cluster: add members on other hosts first, or, ${way}"
    return 0
  fi
  for endpoint in "${LEAVING_OTHERS[@]}"; do
    if [[ -n ${endpoint} ]] && etcd_quorum "${endpoint}"; then healthy=$((healthy + 1)); fi
  done
  if ((healthy <= ${#LEAVING_OTHERS[@]} / 2)); then
    object "without ${LEAVING_NAME} etcd has no quorum: ${healthy} of the ${#LEAVING_OTHERS[@]} other members are healthy; repair them, or, ${way}"
  fi
}

# leave_etcd: the others forget the member; its data stay. One that ends keeps its members, so that their data fit each other.
leave_etcd() {
  if ! leaving_member || ends "${LEAVING_CLUSTER}" || ! etcd_leaver || [[ -z ${LEAVING_ID} ]] || ((${#LEAVING_OTHERS[@]} == 0)); then return 0; fi
  if [[ ${CHECK} == 0 ]]; then etcd_ctl "${LEAVING_ENDPOINT}" member remove "${LEAVING_ID}" || die "etcd does not let its member ${LEAVING_NAME} go"; fi
  changed "${LEAVING_NAME} is no member of etcd any more"
}

# --- data -------------------------------------------------------------------------------------------------------------

# confirm_purge: the name of the host, typed, also among others, is what removes its data.
confirm_purge() {
  local path there=()
  if [[ ${PURGE} == 0 ]]; then return 0; fi
  for path in ${DATA[@]+"${DATA[@]}"}; do
    if [[ -d ${ROOT}${path} ]]; then there+=("${path}"); fi
  done
  DATA=(${there[@]+"${there[@]}"})
  if [[ ${CHECK} == 1 || ${#DATA[@]} == 0 ]]; then return 0; fi
  if [[ -z ${PURGE_NAME} ]]; then
    say "this removes for ever: ${DATA[*]}"
    say "type ${HOST_NAME} to go on:"
    read -r PURGE_NAME || PURGE_NAME=
  fi
  if [[ ,${PURGE_NAME}, != *",${HOST_NAME},"* ]]; then refuse "data are removed only when their host is named: --purge=${HOST_NAME}"; fi
}

# data_emptied PATH: true for a directory with nothing in it, such as one where a file system is mounted.
data_emptied() {
  local left=("${ROOT}$1"/* "${ROOT}$1"/.[!.]*)
  [[ -d ${ROOT}$1 && ! -e ${left[0]} && ! -e ${left[1]} ]]
}

# purge_data: after all services have ended. A directory where a file system is mounted stays, empty.
purge_data() {
  local path
  if [[ ${PURGE} == 0 ]]; then return 0; fi
  STAGE=data
  if ((${#PENDING[@]} > 0)); then
    note 'data stay as long as a server runs'
    return 0
  fi
  for path in ${DATA[@]+"${DATA[@]}"}; do
    STEP="remove ${path}"
    if [[ ${CHECK} == 0 ]]; then
      at "${path}" rm -rf --one-file-system -- "${ROOT}${path}" || data_emptied "${path}" || die "cannot remove ${path}"
    fi
    changed "removed ${path}/ with all data"
  done
}
