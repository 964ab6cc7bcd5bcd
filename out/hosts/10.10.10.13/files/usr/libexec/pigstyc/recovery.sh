# Read by pg-rehearse and pg-pitr, and by migration.sh for its first lines: a data directory from the backups, and a server of its own that brings it to its target.
# shellcheck shell=bash source=/dev/null
. /etc/pigstyc/instance.env
: "${PG_BIN_DIR:?}" "${PG_CLUSTER:?}" "${PG_DATA:?}" "${PG_DBSU:?}" "${PG_INSTANCE:?}" "${PG_PORT:?}" "${PG_SOCKET_DIR:?}"

fail() {
  echo "${0##*/}: ${PG_INSTANCE}: $*" >&2
  exit 1
}

# as COMMAND…: as the superuser of the database, which owns all of /pg.
as() {
  if ((EUID == 0)); then (cd / && runuser -u "${PG_DBSU}" -- "$@"); else "$@"; fi
}

# target TARGET [OPTION…]: the command that restores to it in RESTORE, its kind in TYPE and what of it in VALUE. Options: --from=CLUSTER, --set=BACKUP,
# --timeline=NUMBER. What they leave open is that of pg_pitr.
target() {
  local word words own=()
  TARGET=${1:-${PITR_TARGET:-}} SOURCE=${PITR_CLUSTER:-${PG_CLUSTER}} TYPE='time'
  read -r -a words <<<"${PITR_OPTIONS:-}"
  [[ -n ${TARGET} ]] || fail 'no target'
  [[ -n ${PGBACKREST:-} ]] || fail 'backups are switched off for this cluster (pgbackrest_enabled)'
  for word in ${words[@]+"${words[@]}"} "${@:2}"; do
    case ${word} in
      --from=*) SOURCE=${word#*=} ;;
      --set=* | --target-exclusive) own+=("${word}") ;;
      --timeline=*) own+=("--target-${word#--}") ;;
      *) fail "unknown option ${word}" ;;
    esac
  done
  BACKREST=("${PGBACKREST}" --stanza="${SOURCE}")
  if [[ -n ${PITR_CONFIG:-} && ${SOURCE} == "${PITR_CLUSTER}" ]]; then BACKREST+=(--config="${PITR_CONFIG}"); fi
  VALUE=${TARGET#*:}
  case ${TARGET} in
    lsn:* | xid:* | name:*) TYPE=${TARGET%%:*} ;;
    latest) TYPE=default VALUE='' ;;
    immediate) TYPE=immediate VALUE='' ;;
    [0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*)
      # With its offset: pgBackRest, this shell and the server may be in different time zones.
      VALUE=$(date -d "${TARGET}" '+%F %T.%6N%:z' 2>/dev/null) || fail "${TARGET} is no time"
      ;;
    *) fail "${TARGET} is no target: '2030-01-01 12:00:00+00', lsn:0/3000000, xid:1234, name:POINT, latest or immediate" ;;
  esac
  RESTORE=("${BACKREST[@]}" --type="${TYPE}" ${own[@]+"${own[@]}"})
  if [[ -n ${VALUE} ]]; then RESTORE+=(--target="${VALUE}"); fi
  if [[ ${TYPE} != default ]]; then RESTORE+=(--target-action=promote); fi
}

# reachable: whether the backups can bring back the target, as far as that is known before. In seconds, also without an answer from the repository.
reachable() {
  local info first='' stop at now why
  info=$(as timeout 20 "${BACKREST[@]}" --output=json --log-level-console=error --io-timeout=3 info 2>&1) \
    || fail "the repository of ${SOURCE} cannot be read within 20 s: ${info##*$'\n'}"
  [[ ${info} =~ \"status\":\{\"code\":([0-9]+) ]] || fail "the repository has no stanza ${SOURCE}"
  if [[ ${BASH_REMATCH[1]} != 0 ]]; then
    [[ ${info} =~ \"message\":\"([^\"]*)\" ]]
    why="nothing to restore from stanza ${SOURCE}: ${BASH_REMATCH[1]}"
    if [[ ${SOURCE} != "${PG_CLUSTER}" && ${SOURCE} != "${PITR_CLUSTER:-}" ]]; then
      why+=". The repository of ${PG_CLUSTER} was asked; that of ${SOURCE} is with pg_pitr: { cluster: ${SOURCE} } in the inventory"
    fi
    fail "${why}"
  fi
  if [[ ${TYPE} != time ]]; then return 0; fi
  printf -v now '%(%s)T' -1
  at=$(date -d "${VALUE}" +%s) || fail "${TARGET} is no time"
  ((at <= now)) || fail "${TARGET} is in the future"
  while [[ ${info} =~ \"stop\":([0-9]+)(.*) ]]; do
    stop=${BASH_REMATCH[1]} info=${BASH_REMATCH[2]}
    if [[ -z ${first} ]] || ((stop < first)); then first=${stop}; fi
  done
  printf -v stop '%(%F %T%z)T' "${first:-0}"
  ((first < at)) || fail "${TARGET} is before the first backup of ${SOURCE}, which ended at ${stop}"
}

sql() { as env PGOPTIONS='-c synchronous_commit=local' "${PG_BIN_DIR}/psql" -XwqAt -h "${PG_SOCKET_DIR}" -p "${PG_PORT}" -U "${PG_DBSU}" -d postgres -c "$1"; }

# archive_all: the log to this moment is in the archive, with a commit behind every target: without one PostgreSQL does not know that it has reached a time.
archive_all() {
  local log started=${SECONDS}
  sql 'SELECT txid_current()' >/dev/null || fail 'the server does not answer: nothing was changed'
  log=$(sql 'SELECT pg_walfile_name(pg_switch_wal())') || fail 'the server does not answer: nothing was changed'
  until archived "${log}"; do
    ((SECONDS - started < 60)) || fail 'what was written last is not archived after 60 s, see pg_stat_archiver and the log of pgBackRest: nothing was changed'
    sleep 0.5
  done
}

archived() {
  local answer
  answer=$(sql "SELECT last_archived_wal >= '$1' FROM pg_stat_archiver") && [[ ${answer} == t ]]
}

# room_for PLACE: as much as the server has, for there is no better guess.
room_for() {
  local needed free
  needed=$(du -skxL "${PG_DATA}" 2>/dev/null | cut -f 1) || true
  free=$(df -kP "$1" | awk 'NR == 2 { print $4 }') || true
  ((${free:-0} > ${needed:-0})) || fail "$1 has ${free:-0} KiB free, and the data are ${needed:-0} KiB"
}

# recover DATA PLACE SETTING…: a server on DATA, which nobody reaches but the superuser through a socket in PLACE, until it lets somebody in: at the target.
# It has the sizes of the server that wrote the log, archives nothing, and runs no jobs and subscriptions. Its log is PLACE/log.
recover() {
  local data=$1 place=$2 name value options settings
  shift 2
  settings=(
    "port=${PG_PORT}" "unix_socket_directories=${place}" listen_addresses= "hba_file=${data}/pg_hba.conf" "ident_file=${data}/pg_ident.conf"
    primary_conninfo= hot_standby=off "restore_command=${BACKREST[*]} --pg1-path=${data} --no-archive-async archive-get %f \"%p\""
    ssl=off logging_collector=off log_destination=stderr synchronous_standby_names= max_logical_replication_workers=0
    cron.launch_active_jobs=off timescaledb.max_background_workers=0 cluster_name=recovery "$@"
  )
  while IFS=: read -r name value; do
    if [[ ${name} != *' setting' ]]; then continue; fi
    name=${name% setting} name=${name/%xacts/transactions} name=${name/%xact/transaction}
    if [[ ${name} =~ ^[a-z_]+$ ]]; then settings+=("${name}=${value//[^a-z0-9]/}"); fi
  done < <(as env LC_ALL=C "${PG_BIN_DIR}/pg_controldata" -D "${data}" || true)
  printf -v options " -c '%s'" "${settings[@]}"
  as "${PG_BIN_DIR}/pg_ctl" -s -D "${data}" -l "${place}/log" -o "${options}" start </dev/null >/dev/null 9>&- || true
  until as "${PG_BIN_DIR}/pg_isready" -q -h "${place}" -p "${PG_PORT}"; do
    if ! as "${PG_BIN_DIR}/pg_ctl" -D "${data}" status >/dev/null; then
      as tail -n 20 -- "${place}/log" >&2
      return 1
    fi
    sleep 0.5
  done
  as grep -hoE 'recovery stopping .*|redo done at [^ ]*|last completed transaction .*' -- "${place}/log"
}
