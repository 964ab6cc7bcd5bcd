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
