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
