# Object storage: the administrator's alias, buckets, policies and users. Keys reach mcli through its environment or
# standard input, never as arguments.

# minio_open FILE: reads the cluster's address and keys into MINIO_*.
minio_open() {
  local buckets users
  settings "${ROOT}$1" MINIO_ALIAS MINIO_CLIENT_ENDPOINT MINIO_ENDPOINT MINIO_ACCESS_KEY MINIO_SECRET_KEY MINIO_POLICIES buckets users || die "cannot read $1"
  words_of "${buckets}"
  MINIO_BUCKETS=(${WORDS[@]+"${WORDS[@]}"})
  words_of "${users}"
  MINIO_USERS=(${WORDS[@]+"${WORDS[@]}"})
}

# minio_encode TEXT: percent-encoded, in MINIO_ENCODED.
minio_encode() {
  local LC_ALL=C text=$1 i character hex
  MINIO_ENCODED=''
  for ((i = 0; i < ${#text}; i++)); do
    character=${text:i:1}
    case ${character} in
      [a-zA-Z0-9._-]) MINIO_ENCODED+=${character} ;;
      *)
        printf -v hex '%%%02X' "'${character}"
        MINIO_ENCODED+=%${hex: -2}
        ;;
    esac
  done
}

# minio_as ACCESS SECRET: further mcli commands on the alias `target` use these keys.
minio_as() {
  local access
  minio_encode "$1"
  access=${MINIO_ENCODED}
  minio_encode "$2"
  MINIO_TARGET="${MINIO_ENDPOINT%%://*}://${access}:${MINIO_ENCODED}@${MINIO_ENDPOINT#*://}"
}

# minio_run COMMAND…: `run` with the alias in the environment of this command alone.
minio_run() { MC_HOST_target=${MINIO_TARGET} run "$@"; }

# minio_change WHAT COMMAND…: `change` by such a command.
minio_change() {
  local what=$1
  shift
  if [[ ${CHECK} == 0 ]]; then minio_run "$@" || die "${what}"; fi
  changed "${what}"
}

# minio_go_json TEXT: as Go prints a JSON string, in MINIO_JSON.
minio_go_json() {
  MINIO_JSON=$(json_string "$1")
  MINIO_JSON=${MINIO_JSON//</\\u003c}
  MINIO_JSON=${MINIO_JSON//>/\\u003e}
  MINIO_JSON=${MINIO_JSON//&/\\u0026}
}

# minio_alias FILE: `mcli … ALIAS/bucket` works for root on this host.
minio_alias() {
  local known url access secret
  minio_open "$1"
  if ! have mcli; then
    note 'mcli is not installed: no alias'
    return 0
  fi
  minio_go_json "${MINIO_CLIENT_ENDPOINT}"
  url=${MINIO_JSON}
  minio_go_json "${MINIO_ACCESS_KEY}"
  access=${MINIO_JSON}
  minio_go_json "${MINIO_SECRET_KEY}"
  secret=${MINIO_JSON}
  known=$(timeout 20 mcli --json alias list "${MINIO_ALIAS}" 2>/dev/null </dev/null || true)
  if [[ ${known} == *"\"URL\":${url}"* && ${known} == *"\"accessKey\":${access}"* && ${known} == *"\"secretKey\":${secret}"* ]]; then return 0; fi
  if [[ ${CHECK} == 0 ]]; then
    LAST_COMMAND="mcli alias import ${MINIO_ALIAS}" LAST_CODE=0
    printf '{"url":%s,"accessKey":%s,"secretKey":%s,"api":"s3v4","path":"auto"}\n' "${url}" "${access}" "${secret}" \
      | timeout 60 mcli alias import "${MINIO_ALIAS}" >"${WORK}/out" 2>&1 || LAST_CODE=$?
    if [[ ${LAST_CODE} != 0 ]]; then die "alias ${MINIO_ALIAS}"; fi
  fi
  changed "alias ${MINIO_ALIAS}"
}

# minio_provision FILE: what is missing is made, what is there stays. Waits for a write quorum, which needs the other members.
minio_provision() {
  local i
  minio_open "$1"
  if [[ ${CHECK} == 1 ]] && ! run timeout 10 curl -fsS --cacert /etc/pki/ca.crt "${MINIO_ENDPOINT}/minio/health/cluster"; then
    changed "buckets, policies and users: ${MINIO_ENDPOINT} has no quorum"
    return 0
  fi
  if ! deadline 60 curl -fsS --cacert /etc/pki/ca.crt "${MINIO_ENDPOINT}/minio/health/cluster"; then
    pending "buckets, policies and users: the cluster has no write quorum yet; apply again when its other members run"
    return 0
  fi
  for ((i = 0; i < ${#MINIO_BUCKETS[@]}; i += 3)); do
    minio_as "${MINIO_ACCESS_KEY}" "${MINIO_SECRET_KEY}"
    minio_bucket "${MINIO_BUCKETS[@]:i:3}"
  done
  for ((i = 0; i < ${#MINIO_USERS[@]}; i += 3)); do
    minio_user "${MINIO_USERS[@]:i:3}"
  done
  MINIO_TARGET=
}

# minio_bucket NAME VERSIONING LOCK: the bucket and the policy of its name. A lock can only be had from the start.
minio_bucket() {
  local name=$1 versioning=$2 lock=$3 options=()
  if [[ ${lock} == yes ]]; then options=(--with-lock); fi
  if ! minio_run timeout 20 mcli stat "target/${name}"; then
    minio_change "bucket ${name}" timeout 60 mcli mb --ignore-existing ${options[@]+"${options[@]}"} "target/${name}"
  fi
  if [[ ${versioning} == yes ]]; then
    if ! minio_run timeout 20 mcli --json version info "target/${name}" || ! says '"Enabled"'; then
      minio_change "versioning of bucket ${name}" timeout 60 mcli version enable "target/${name}"
    fi
  fi
  if ! minio_run timeout 20 mcli admin policy info target "${name}"; then
    minio_change "policy ${name}" timeout 60 mcli admin policy create target "${name}" "${ROOT}${MINIO_POLICIES}/${name}.json"
  fi
}

# minio_user ACCESS SECRET POLICY: a wrong key is seen by logging in with it.
minio_user() {
  local access=$1 secret=$2 policy=$3 exists=1 known
  minio_as "${MINIO_ACCESS_KEY}" "${MINIO_SECRET_KEY}"
  minio_run timeout 20 mcli --json admin user info target "${access}" || exists=0
  known=$(<"${WORK}/out")
  if [[ ${exists} == 1 ]]; then
    minio_as "${access}" "${secret}"
    if ! minio_run timeout 20 mcli ls target && says ignature InvalidAccessKeyId ccess\ key\ id ccess\ Key\ Id; then exists=0; fi
    minio_as "${MINIO_ACCESS_KEY}" "${MINIO_SECRET_KEY}"
  fi
  if [[ ${exists} == 0 ]]; then
    if [[ ${CHECK} == 0 ]]; then
      LAST_COMMAND="mcli admin user add target ${access}" LAST_CODE=0
      printf '%s\n' "${secret}" | MC_HOST_target=${MINIO_TARGET} timeout 60 mcli admin user add target "${access}" >"${WORK}/out" 2>&1 || LAST_CODE=$?
      if [[ ${LAST_CODE} != 0 ]]; then die "user ${access}"; fi
    fi
    changed "user ${access}"
  fi
  if [[ -z ${policy} || ${known} =~ \"policyName\":\"([^\"]*,)?${policy}(,[^\"]*)?\" ]]; then return 0; fi
  minio_change "user ${access} has policy ${policy}" timeout 60 mcli admin policy attach target "${policy}" --user "${access}"
}

# identity_of_minio: of a server with drives that hold objects. Pools may be added behind those that are there.
identity_of_minio() {
  local file line drive
  for file in silo minio; do
    if [[ ! -r ${ROOT}/etc/default/${file} ]]; then continue; fi
    while IFS= read -r line; do
      if [[ ${line} == MINIO_VOLUMES=* ]]; then NOW[pools]=${line#MINIO_VOLUMES=}; fi
    done <"${ROOT}/etc/default/${file}"
  done
  NOW[pools]=${NOW[pools]-}
  NOW[pools]=${NOW[pools]#[\'\"]}
  NOW[pools]=${NOW[pools]%[\'\"]}
  for drive in "$@"; do
    if [[ -n ${NOW[pools]} && -d ${ROOT}${drive}/.minio.sys ]]; then
      NOW[what]="MinIO has objects in ${drive}"
      NOW[way]='a pool keeps its drives for ever: add a second pool to minio_volumes, or make a new cluster and mirror the buckets'
      return 0
    fi
  done
  return 1
}
