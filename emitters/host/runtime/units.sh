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
