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
