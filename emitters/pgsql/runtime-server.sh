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
