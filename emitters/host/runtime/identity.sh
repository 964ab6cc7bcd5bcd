# What a host with data is: a member of one cluster, of one version, in one directory. Another identity would start it on nothing, or take
# it from those who use it, so it is refused before anything is changed. The host itself is asked, not what an earlier run noted.

# What `identity_of_…` found, with what it is and how to change it.
declare -A NOW=()

# yaml_value FILE EXPRESSION: of the first line that begins with it and a colon, in ANSWER; empty without one.
yaml_value() {
  local line pattern="^$2:[[:space:]]*(.*)$"
  ANSWER=
  if [[ ! -f ${ROOT}$1 ]] || ! fetch "$1"; then return 0; fi
  while IFS= read -r line; do
    if [[ ! ${line} =~ ${pattern} ]]; then continue; fi
    ANSWER=${BASH_REMATCH[1]}
    ANSWER=${ANSWER%%[[:space:]]#*}
    ANSWER=${ANSWER%"${ANSWER##*[![:space:]]}"}
    ANSWER=${ANSWER#[\'\"]}
    ANSWER=${ANSWER%[\'\"]}
    return 0
  done <"${FETCHED}"
}

# know_as KEY FILE EXPRESSION
know_as() {
  yaml_value "$2" "$3"
  NOW[$1]=${ANSWER}
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

# identity MODULE KEY=VALUE… [-- WORD…]: refuses another identity than the one the data on this host belong to. The words tell the module where to look.
identity() {
  local module=$1 word key wanted now differences='' pairs=()
  shift
  while (($# > 0)) && [[ $1 != -- ]]; do
    pairs+=("$1")
    shift
  done
  NOW=()
  "identity_of_${module}" "${@:2}" || return 0
  for word in "${pairs[@]}"; do
    key=${word%%=*} wanted=${word#*=} now=${NOW[${word%%=*}]-}
    if [[ -z ${now} || ${now} == "${wanted}" || (${key} == pools && "${wanted} " == "${now} "*) ]]; then continue; fi
    differences+="${differences:+, }${key} ${now} → ${wanted:-none}"
  done
  if [[ -n ${differences} ]]; then object "${NOW[what]}; not possible in place: ${differences}. ${NOW[way]^}"; fi
}

# expect_unmoved PARAMETER VALUE FILE EXPRESSION|NUMBER: a running server is where others look for it. Only a restart moves it, and they move with it,
# so without leave for one nothing is changed. The value is that of the first line of the expression, or a line by its number.
expect_unmoved() {
  local parameter=$1 wanted=$2 file=$3 now='' lines=()
  if [[ ! -f ${ROOT}${file} ]] || ! fetch "${file}"; then return 0; fi
  if [[ $4 =~ ^[0-9]+$ ]]; then
    mapfile -t lines <"${FETCHED}"
    now=${lines[$4 - 1]-}
  else
    while IFS= read -r now; do
      if [[ ${now} =~ ^$4[[:space:]]*=[[:space:]]*(.*)$ ]]; then break; fi
    done <"${FETCHED}"
    now=${BASH_REMATCH[1]-}
  fi
  if [[ -z ${now} || ${now} == "${wanted}" || ${ALLOW_RESTART} == 1 ]]; then return 0; fi
  if [[ ${CHECK} == 1 ]]; then
    pending "${parameter} ${now} → ${wanted}: needs --allow-restart"
  else
    object "${parameter} ${now} → ${wanted} needs a restart, and who connects has to move with it: apply.sh --allow-restart on all members"
  fi
}
