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
