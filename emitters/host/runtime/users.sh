# Groups and users, looked up once.

declare -A PW_ENTRY=() GR_ENTRY=()
ACCOUNTS_READ=0

read_accounts() {
  local line
  if [[ ${ACCOUNTS_READ} == 1 ]]; then return 0; fi
  PW_ENTRY=() GR_ENTRY=()
  answer getent passwd || die 'cannot read the users'
  while IFS= read -r line; do PW_ENTRY[${line%%:*}]=${line}; done <<<"${ANSWER}"
  answer getent group || die 'cannot read the groups'
  while IFS= read -r line; do GR_ENTRY[${line%%:*}]=${line}; done <<<"${ANSWER}"
  ACCOUNTS_READ=1
}

# group_ensure NAME GID|- system|-
group_ensure() {
  local name=$1 gid=$2 system=$3 options=()
  STEP="group ${name}"
  read_accounts
  if [[ -n ${GR_ENTRY[${name}]-} ]]; then
    ok
    return 0
  fi
  if [[ ${gid} != - ]]; then options+=(-g "${gid}"); fi
  if [[ ${system} == system ]]; then options+=(-r); fi
  change "group ${name}" groupadd ${options[@]+"${options[@]}"} -- "${name}"
  ACCOUNTS_READ=0
}

# user_ensure NAME UID|- GROUP GROUP,…|- HOME|- SHELL|- system|- COMMENT|-
# An existing user keeps uid and home; group, shell and missing extra groups are corrected.
user_ensure() {
  local name=$1 uid=$2 group=$3 extra=$4 home=$5 shell=$6 system=$7 comment=$8 options=() wanted=() one members
  STEP="user ${name}"
  read_accounts
  if [[ ${extra} != - ]]; then IFS=, read -r -a wanted <<<"${extra}"; fi
  if [[ -z ${PW_ENTRY[${name}]-} ]]; then
    options=(-g "${group}")
    if [[ ${uid} != - ]]; then options+=(-u "${uid}"); fi
    if ((${#wanted[@]} > 0)); then options+=(-G "${extra}"); fi
    if [[ ${home} != - ]]; then options+=(-d "${home}"); fi
    if [[ ${shell} != - ]]; then options+=(-s "${shell}"); fi
    if [[ ${comment} != - ]]; then options+=(-c "${comment}"); fi
    if [[ ${system} == system ]]; then options+=(-r); fi
    if [[ ${system} == system && ${home} == - ]]; then options+=(-M); else options+=(-m); fi
    change "user ${name}" useradd "${options[@]}" -- "${name}"
    ACCOUNTS_READ=0
    return 0
  fi
  local old=() group_entry=()
  IFS=: read -r -a old <<<"${PW_ENTRY[${name}]}"
  IFS=: read -r -a group_entry <<<"${GR_ENTRY[${group}]-}"
  if [[ ${old[3]} != "${group_entry[2]-}" ]]; then options+=(-g "${group}"); fi
  if [[ ${shell} != - && ${old[6]-} != "${shell}" ]]; then options+=(-s "${shell}"); fi
  for one in ${wanted[@]+"${wanted[@]}"}; do
    members=${GR_ENTRY[${one}]-}
    if [[ ",${members##*:}," != *",${name},"* ]]; then
      options+=(-a -G "${extra}")
      break
    fi
  done
  if ((${#options[@]} == 0)); then
    ok
    return 0
  fi
  change "user ${name} (${options[*]})" usermod "${options[@]}" -- "${name}"
  ACCOUNTS_READ=0
}
