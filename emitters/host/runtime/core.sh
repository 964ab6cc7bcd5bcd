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
