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
