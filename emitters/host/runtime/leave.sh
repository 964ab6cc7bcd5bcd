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
