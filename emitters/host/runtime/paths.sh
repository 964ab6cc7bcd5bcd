# Who may change a path. Root works by name only where nobody else can put another thing in the place of a name. Below the first
# directory of another account that account does the work, as far as it may: what it plants there can lead it to nothing but its own.

# The account that works on an entry, and what runs a command as that account.
WHOSE=root
AS=()
# Where the way to an entry ends, links followed.
WALKED=
# 1 when the entry is in a directory where everybody may make entries, and only their owners may replace them.
STICKY=0
# What is known of the directories on the way: type, owner, number, group, mode, target.
declare -A ENTRY=()
# Where `fetch` has put what is to be read, and the words of `words_of`.
FETCHED=
WORDS=()
# 1 while the host is looked at as a whole: ENTRY has it all.
LOOKING=0

# become USER: AS for this account.
become() {
  AS=()
  if [[ $1 != root && ${EUID} == 0 ]]; then AS=(runuser -u "$1" --); fi
}

# whose PATH: who works on the entry of this name, in WHOSE and AS. What the entry is does not matter.
whose() { walk stay "$1"; }

# whose_content PATH: who reads what the name leads to.
whose_content() { walk follow "$1"; }

# at PATH COMMAND…: `run`, as whose the entry is.
at() {
  whose "$1"
  run ${AS[@]+"${AS[@]}"} "${@:2}"
}

# change_at WHAT PATH COMMAND…: `change`, as whose the entry is.
change_at() {
  whose "$2"
  change "$1" ${AS[@]+"${AS[@]}"} "${@:3}"
}

# walk stay|follow PATH: from the top to the entry. Nobody but root can change what it passes, so it is true as long as root leaves it so.
walk() {
  local at=${ROOT} rest=${2#/} name hops=0 type owner uid gid mode target
  WHOSE=root STICKY=0
  if [[ ${LOOKING} == 0 ]]; then ENTRY=(); fi
  while [[ -n ${rest} ]]; do
    name=${rest%%/*}
    if [[ $1 == follow || ${rest} == */* ]]; then know_way "${at}" "${rest}"; fi
    if [[ ${rest} == */* ]]; then rest=${rest#*/}; else rest=''; fi
    case ${name} in
      '' | .) continue ;;
      ..)
        at=${at%/*}
        continue
        ;;
      *) ;;
    esac
    at+=/${name}
    if [[ -z ${rest} && $1 == stay || -z ${ENTRY[${at}]-} ]]; then break; fi
    IFS=$'\t' read -r type owner uid gid mode target <<<"${ENTRY[${at}]}"
    if [[ ${type} == 'symbolic link' ]]; then
      own_link "${at}" "${uid}" "${owner}"
      if ((++hops > 40)); then die "too many links on the way to $2"; fi
      if [[ ${target} == /* ]]; then at=''; else at=${at%/*}; fi
      rest=${target#/}${rest:+/${rest}}
    elif [[ -z ${rest} || ${type} != directory ]]; then
      break
    elif ! own_directory "${at}"; then
      break
    fi
  done
  WALKED=${at}${rest:+/${rest}}
  become "${WHOSE}"
}

# know_way DIRECTORY REST: looks at everything on a way that is not known yet, with one call.
know_way() {
  local at=$1 rest=$2 name
  if [[ -n ${ENTRY[$1/${2%%/*}]+known} ]]; then return 0; fi
  local ways=()
  while [[ -n ${rest} ]]; do
    at+=/${rest%%/*}
    ways+=("${at}")
    if [[ ${rest} == */* ]]; then rest=${rest#*/}; else rest=''; fi
  done
  know_entries "${ways[@]}"
}

# know_entries PATH…: fills ENTRY; empty is what does not exist.
know_entries() {
  local type owner uid gid mode path name failed=0
  for path in "$@"; do ENTRY[${path}]=''; done
  QUOTING_STYLE=literal stat --printf '%F\t%U\t%u\t%g\t%a\t%n\t%N\n' -- "$@" >"${WORK}/ways" 2>"${WORK}/out" || failed=$?
  while IFS=$'\t' read -r type owner uid gid mode path name; do
    ENTRY[${path}]=${type}$'\t'${owner}$'\t'${uid}$'\t'${gid}$'\t'${mode}$'\t'${name#"${path} -> "}
  done <"${WORK}/ways"
  if [[ ${failed} == 0 ]]; then return 0; fi
  for path in "$@"; do
    if ((failed > 1)) || [[ -z ${ENTRY[${path}]-} && (-e ${path} || -L ${path}) ]]; then
      LAST_COMMAND='stat …' LAST_CODE=${failed}
      die "cannot look at ${path}"
    fi
  done
}

# is_root UID: root, or whoever prepares an image without being it.
is_root() { [[ $1 == 0 || $1 == "${EUID}" ]]; }

# own_link PATH UID OWNER: a link on the way has to be root's.
own_link() {
  if ! is_root "$2"; then die "${1#"${ROOT}"} is a link that belongs to $3: root follows its own links only"; fi
}

# own_directory PATH: false when another account may change what is in it; that account is WHOSE then. What a group or everybody may change
# is nobody's: it is read as `nobody`, and nothing is changed in it.
own_directory() {
  local type owner uid gid mode rest
  IFS=$'\t' read -r type owner uid gid mode rest <<<"${ENTRY[$1]}"
  STICKY=0
  if ! is_root "${uid}"; then
    WHOSE=${owner}
    if [[ ${owner} == UNKNOWN ]]; then nobody "${1#"${ROOT}"} belongs to ${uid}, which is no account: chown it"; fi
    return 1
  fi
  if ((8#${mode} & 8#1000)); then
    STICKY=1
    return 0
  fi
  if ((8#${mode} & 8#2)) || { ((8#${mode} & 8#20)) && ! only_root_in "${gid}"; }; then
    nobody "others than root may change what is in ${1#"${ROOT}"} (mode ${mode}): chmod go-w ${1#"${ROOT}"}"
    return 1
  fi
}

# nobody WHY: a directory without an account to work in it, until its own step has put that right.
nobody() {
  if [[ ${CHECK} == 0 && ${LOOKING} == 0 ]]; then die "$1"; fi
  WHOSE=nobody
}

# only_root_in GID: true for a group of nobody else.
only_root_in() {
  local line fields=() name=''
  if [[ $1 == 0 || ${EUID} != 0 ]]; then return 0; fi
  read_accounts
  for line in "${GR_ENTRY[@]}"; do
    IFS=: read -r -a fields <<<"${line}"
    if [[ ${fields[2]-} == "$1" ]]; then
      name=${fields[0]}
      if [[ -n ${fields[3]-} && ${fields[3]} != root ]]; then return 1; fi
    fi
  done
  for line in "${PW_ENTRY[@]}"; do
    IFS=: read -r -a fields <<<"${line}"
    if [[ ${fields[3]-} == "$1" && ${fields[2]-} != 0 ]]; then return 1; fi
  done
  [[ -n ${name} ]]
}

# only_owner PATH OWNER: after `whose`. An account can make nothing but its own.
only_owner() {
  if ((${#AS[@]} == 0)) || [[ $2 == "${WHOSE}" ]]; then return 0; fi
  answer id -u -- "${WHOSE}" || die "no user ${WHOSE}"
  if [[ ${ANSWER} == "$2" ]]; then return 0; fi
  die "$1 has to be $2's, and ${WHOSE} may change a directory on the way to it: only what is ${WHOSE}'s can be there"
}

# fetch PATH: where to read what is there, in FETCHED. What others may replace is read as they could read it, and into a copy.
fetch() {
  FETCHED=${ROOT}$1
  whose_content "$1"
  if ((${#AS[@]} == 0)); then return 0; fi
  FETCHED=${WORK}/fetched
  LAST_COMMAND="cat $1" LAST_CODE=0
  timeout 60 "${AS[@]}" head -c 64M -- "${ROOT}$1" >"${FETCHED}" 2>"${WORK}/out" </dev/null 9>&- || LAST_CODE=$?
  room
  return "${LAST_CODE}"
}

# --- what is written on a host ------------------------------------------------------------------------------------------

# fresh PATH SOURCE OWNER GROUP MODE: the new version beside it, in TEMPORARY. Owner and mode are set while it has no other name, the owner last.
fresh() {
  local code=0
  temporary_of "$1"
  if [[ -e ${TEMPORARY} || -L ${TEMPORARY} ]]; then run ${AS[@]+"${AS[@]}"} rm -f -- "${TEMPORARY}" || return; fi
  umask 077
  INPUT=$2 run ${AS[@]+"${AS[@]}"} dd "of=${TEMPORARY}" bs=64k conv=excl status=none || code=$?
  umask 022
  if [[ ${code} != 0 ]]; then return "${code}"; fi
  run ${AS[@]+"${AS[@]}"} chmod -- "0$5" "${TEMPORARY}" || return
  run ${AS[@]+"${AS[@]}"} chown -h -- "$3:$4" "${TEMPORARY}" || return
  run ${AS[@]+"${AS[@]}"} sync -- "${TEMPORARY}"
}

# --- what is written in files -------------------------------------------------------------------------------------------

# words_of TEXT: the words of a shell command, unquoted, in WORDS. Nothing in it is executed or replaced.
words_of() {
  local rest=$1 word='' begun=0 part
  WORDS=()
  while [[ -n ${rest} ]]; do
    case ${rest} in
      [[:space:]]*)
        if [[ ${begun} == 1 ]]; then WORDS+=("${word}"); fi
        word='' begun=0 rest=${rest#?}
        continue
        ;;
      \'*)
        rest=${rest#\'}
        part=${rest%%\'*}
        rest=${rest:${#part}+1}
        ;;
      \"*)
        rest=${rest#\"} part=''
        while [[ -n ${rest} && ${rest} != \"* ]]; do
          if [[ ${rest} == \\[\"\\\$\`]* ]]; then rest=${rest#\\}; fi
          part+=${rest:0:1} rest=${rest:1}
        done
        rest=${rest#\"}
        ;;
      \\*) part=${rest:1:1} rest=${rest:2} ;;
      *)
        part=${rest%%[[:space:]\'\"\\]*}
        rest=${rest:${#part}}
        ;;
    esac
    word+=${part} begun=1
  done
  if [[ ${begun} == 1 ]]; then WORDS+=("${word}"); fi
}

# settings FILE NAME…: reads `NAME=value` into variables of these names, empty where the file has none. Anything else in it is left alone.
settings() {
  local word name text
  for name in "${@:2}"; do printf -v "${name}" '%s' ''; done
  text=$(<"$1") || return
  words_of "${text}"
  for word in ${WORDS[@]+"${WORDS[@]}"}; do
    name=${word%%=*}
    if [[ ${word} == *=* && " ${*:2} " == *" ${name} "* ]]; then printf -v "${name}" '%s' "${word#*=}"; fi
  done
}
