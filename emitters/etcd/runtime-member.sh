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
