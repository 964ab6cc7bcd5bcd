# Files, directories and links. One `stat` and one `sha256sum` look at everything the bundle manages; what differs is written to
# a temporary file beside its target, checked by its own program, and renamed.

declare -A F_STAGE=() F_KIND=() F_OWNER=() F_GROUP=() F_MODE=() F_HASH=() F_SOURCE=() F_EFFECTS=() F_ROW=()
declare -A S_TYPE=() S_OWNER=() S_GROUP=() S_MODE=() S_HASH=() S_TARGET=()
MANAGED_PATHS=()
# Directories and links of the plan.
PATHS=()
BUNDLE_STAGES=
# Units that the bundle names, between blanks.
BUNDLE_UNITS=
# For --inspect, by key of a sealed file: see inspect.sh.
declare -A DIGEST=()
GENERATION=
TEMPORARY=
TEMPORARY_TWIN=

# load_bundle: reads the manifest, verifies the bundle against it, looks at the host.
load_bundle() {
  local stage kind path owner group mode hash source effects key sealed=0
  BUNDLE_UNITS=" ${UNITS[*]-} "
  if [[ ! -r ${BUNDLE}/manifest.tsv ]]; then refuse 'manifest.tsv is missing: copy the whole directory of the host'; fi
  while IFS=$'\t' read -r stage kind path owner group mode hash source effects; do
    if [[ ${stage} == '#'* || -z ${stage} ]]; then continue; fi
    key=${path}
    if [[ ${kind} == block:* ]]; then key=${path}#${kind#block:}; fi
    F_STAGE[${key}]=${stage} F_KIND[${key}]=${kind} F_OWNER[${key}]=${owner} F_GROUP[${key}]=${group} F_MODE[${key}]=${mode}
    F_HASH[${key}]=${hash} F_SOURCE[${key}]=${source} F_EFFECTS[${key}]=${effects}
    F_ROW[${key}]=${stage}$'\t'${kind}$'\t'${path}$'\t'${owner}$'\t'${group}$'\t'${mode}$'\t'${hash}$'\t'${source}$'\t'${effects}
    MANAGED_PATHS+=("${path}")
    if [[ ${source} == sealed/* ]]; then sealed=1; fi
  done <"${BUNDLE}/manifest.tsv"
  if [[ ${sealed} == 1 && ${INSPECT} == 1 ]]; then load_digests; elif [[ ${sealed} == 1 ]]; then load_sealed; fi
  verify_bundle
  MANAGED_PATHS+=(${PATHS[@]+"${PATHS[@]}"})
  scan_host
  load_effects
  local path
  for path in "${MANAGED_PATHS[@]}"; do drop_temporary "${path}"; done
}

# The manifest hashes what git sees; the hashes of real files come with them.
load_sealed() {
  local key hash
  if [[ ! -r ${BUNDLE}/sealed/manifest.tsv ]]; then
    refuse 'sealed/ is missing: this copy has only the reviewable files; copy the whole directory from where it was built'
  fi
  while IFS=$'\t' read -r hash key; do
    if [[ -n ${F_HASH[${key}]-} ]]; then F_HASH[${key}]=${hash}; fi
  done <"${BUNDLE}/sealed/manifest.tsv"
}

# A half-copied bundle must not reach the host.
verify_bundle() {
  local key
  for key in "${!F_SOURCE[@]}"; do
    printf '%s  %s\n' "${F_HASH[${key}]}" "${BUNDLE}/${F_SOURCE[${key}]}"
  done >"${WORK}/sums"
  if [[ -s ${WORK}/sums ]] && ! run sha256sum --check --quiet --strict "${WORK}/sums"; then
    refuse "the bundle is incomplete or was edited: $(head -n 3 "${WORK}/out" | tr '\n' ' ' || true)"
  fi
}

# temporary_of PATH: where its new version is made, in TEMPORARY, and that of its twin, in TEMPORARY_TWIN.
temporary_of() {
  TEMPORARY=${ROOT}${1%/*}/.${1##*/}.pigstyc
  TEMPORARY_TWIN=${STATE}/twins${1%/*}/.${1##*/}.pigstyc
}

# drop_temporary PATH: what a killed run left beside it. The new version may be another one by now, or not needed any more. Without it
# the run was killed after the rename, and the twin belongs to what is there.
drop_temporary() {
  temporary_of "$1"
  if [[ ${CHECK} == 1 ]]; then return 0; fi
  if [[ -e ${TEMPORARY} || -L ${TEMPORARY} ]]; then
    at "$1" rm -f -- "${TEMPORARY}" || die "cannot remove ${TEMPORARY}"
    run rm -f -- "${TEMPORARY_TWIN}" || die "cannot remove ${TEMPORARY_TWIN}"
  else
    settle_twin "$1"
  fi
}

# scan_host: fills S_* for every managed path. Called again after a package may have brought files of its own.
scan_host() {
  local path type owner group mode name existing=() failed=0
  S_TYPE=() S_OWNER=() S_GROUP=() S_MODE=() S_HASH=() S_TARGET=()
  if ((${#MANAGED_PATHS[@]} == 0)); then return 0; fi
  QUOTING_STYLE=literal stat --printf '%F\t%U:%u\t%G:%g\t%a\t%n\t%N\n' -- "${MANAGED_PATHS[@]/#/${ROOT}}" >"${WORK}/stat" 2>"${WORK}/out" || failed=$?
  while IFS=$'\t' read -r type owner group mode path name; do
    path=${path#"${ROOT}"}
    S_TYPE[${path}]=${type} S_OWNER[${path}]=${owner} S_GROUP[${path}]=${group} S_MODE[${path}]=${mode}
    case ${type} in
      'regular file' | 'regular empty file') existing+=("${path}") ;;
      'symbolic link') S_TARGET[${path}]=${name#* -> } ;;
      *) ;;
    esac
  done <"${WORK}/stat"
  if [[ ${failed} != 0 ]]; then
    # Paths that do not exist are no failure and end with 1; one that exists and was not seen is.
    for path in "${MANAGED_PATHS[@]}"; do
      if ((failed > 1)) || [[ -z ${S_TYPE[${path}]-} && (-e ${ROOT}${path} || -L ${ROOT}${path}) ]]; then
        LAST_COMMAND='stat …' LAST_CODE=${failed}
        die "cannot look at ${path}"
      fi
    done
  fi
  if ((${#existing[@]} > 0)); then scan_contents "${existing[@]}"; fi
}

# scan_contents PATH…: fills S_HASH; each file is read as whose it is. What its account cannot read counts as different.
scan_contents() {
  local path ways=() directory list=()
  local -A whose_of=() files_of=()
  ENTRY=()
  for path in "$@"; do
    directory=${path%/*}
    while [[ -n ${directory} && -z ${whose_of[${directory}]+known} ]]; do
      whose_of[${directory}]='' ways+=("${ROOT}${directory}") directory=${directory%/*}
    done
  done
  if ((${#ways[@]} > 0)); then know_entries "${ways[@]}"; fi
  LOOKING=1
  for path in "$@"; do
    directory=${path%/*}
    if [[ -z ${whose_of[${directory}]-} ]]; then
      whose "${path}"
      if ((${#AS[@]} == 0)); then whose_of[${directory}]=root; else whose_of[${directory}]=${WHOSE}; fi
    fi
    files_of[${whose_of[${directory}]}]+=${ROOT}${path}$'\n'
  done
  LOOKING=0
  for path in "${!files_of[@]}"; do
    mapfile -t list <<<"${files_of[${path}]%$'\n'}"
    become "${path}"
    read_contents "${list[@]}"
  done
}

# read_contents FILE…: as AS.
read_contents() {
  local name path
  LAST_COMMAND='sha256sum …' LAST_CODE=0
  timeout 600 ${AS[@]+"${AS[@]}"} sha256sum -- "$@" >"${WORK}/hash" 2>"${WORK}/out" </dev/null || LAST_CODE=$?
  room
  if [[ ${LAST_CODE} != 0 ]] && ((${#AS[@]} == 0)); then die 'cannot read the files that are managed'; fi
  while read -r name path; do
    path=${path#"${ROOT}"} name=${name#\\}
    S_HASH[${path}]=${name}
    if [[ ${INSPECT} == 1 ]] && same_secret "${path}" "${name}"; then S_HASH[${path}]=${F_HASH[${path}]}; fi
  done <"${WORK}/hash"
}

# look PATH: refreshes what is known of one path after this run changed it.
look() {
  local path=$1 type owner group mode name
  unset "S_TYPE[${path}]" "S_HASH[${path}]" "S_TARGET[${path}]"
  if [[ ! -e ${ROOT}${path} && ! -L ${ROOT}${path} ]]; then return 0; fi
  QUOTING_STYLE=literal answer stat --printf '%F\t%U:%u\t%G:%g\t%a\t%N\n' -- "${ROOT}${path}" || die "cannot look at ${path}"
  IFS=$'\t' read -r type owner group mode name <<<"${ANSWER}"
  S_TYPE[${path}]=${type} S_OWNER[${path}]=${owner} S_GROUP[${path}]=${group} S_MODE[${path}]=${mode}
  if [[ ${type} == 'symbolic link' ]]; then S_TARGET[${path}]=${name#* -> }; fi
}

# made PATH TYPE OWNER GROUP MODE: what is known of a path that this run has just made so.
made() {
  S_TYPE[$1]=$2 S_OWNER[$1]=$3:$3 S_GROUP[$1]=$4:$4 S_MODE[$1]=$5
  while [[ ${S_MODE[$1]} == 0?* ]]; do S_MODE[$1]=${S_MODE[$1]#0}; done
}

# same_attributes PATH OWNER GROUP MODE: S_OWNER and S_GROUP are `name:number`; an account may be given as either.
same_attributes() {
  local mode=$4 owner=${S_OWNER[$1]-} group=${S_GROUP[$1]-}
  while [[ ${mode} == 0?* ]]; do mode=${mode#0}; done
  [[ (${owner%:*} == "$2" || ${owner#*:} == "$2") && (${group%:*} == "$3" || ${group#*:} == "$3") && ${S_MODE[$1]-} == "${mode}" ]]
}

# --- generations: what a run replaced ------------------------------------------------------------------------------

KEEP_GENERATIONS=5

# keep_previous KIND PATH EFFECTS: records a change in this run's generation and keeps the file it replaces, and its twin.
keep_previous() {
  local kind=$1 path=$2 effects=$3 last=0 name
  if [[ -z ${GENERATION} ]]; then
    for name in "${STATE}"/generations/*/; do
      name=${name%/}
      name=${name##*/}
      if [[ ${name} =~ ^[0-9]+$ && -e ${STATE}/generations/${name}/changes.tsv ]] && ((10#${name} > last)); then last=$((10#${name})); fi
    done
    GENERATION=${STATE}/generations/$((last + 1))
    # Of a run that ended before its first change.
    if [[ -e ${GENERATION} ]]; then run rm -rf -- "${GENERATION}" || die 'cannot create a generation'; fi
    run_private mkdir -p -- "${GENERATION}" || die 'cannot create a generation'
    if [[ -d ${STATE}/installed ]]; then run cp -a -- "${STATE}/installed" "${GENERATION}/installed" || die 'cannot create a generation'; fi
    run rm -rf -- "${STATE}/generations/$((last + 1 - KEEP_GENERATIONS))" || die 'cannot remove an old generation'
  fi
  if [[ ${kind} != created ]]; then
    run mkdir -p -- "${GENERATION}/files${path%/*}" || die 'cannot keep the previous file'
    keep_copy "${path}" "${GENERATION}/files${path}" || die 'cannot keep the previous file'
    if [[ -f ${STATE}/twins${path} ]]; then
      run_private install -D -m 0600 -- "${STATE}/twins${path}" "${GENERATION}/twins${path}" || die 'cannot keep the previous reviewable form'
    fi
  fi
  printf '%s\t%s\t%s\n' "${kind}" "${path}" "${effects}" >>"${GENERATION}/changes.tsv" || die "cannot write to ${GENERATION}"
}

# whole_lines FILE: in LINES. One without an end was cut off by a full disk or a loss of power; the change it was for never came, and the next line has to
# begin a line.
LINES=()
whole_lines() {
  local LC_ALL=C
  mapfile LINES <"$1"
  if ((${#LINES[@]} > 0)) && [[ ${LINES[-1]} != *$'\n' ]]; then
    if [[ ${CHECK} == 0 ]]; then run truncate -s "-${#LINES[-1]}" -- "$1" || die "cannot repair $1"; fi
    unset 'LINES[-1]'
  fi
  LINES=(${LINES[@]+"${LINES[@]%$'\n'}"})
}

# keep_copy PATH FILE: a file or link as it is. What others may replace is read as they could read it.
keep_copy() {
  whose "$1"
  if ((${#AS[@]} == 0)); then
    run cp -a -- "${ROOT}$1" "$2"
  elif [[ -L ${ROOT}$1 ]]; then
    link_target "$1"
    run ln -s -- "${ANSWER}" "$2"
  else
    answer stat --printf '%u\t%g\t%a' -- "${ROOT}$1" || return
    local owner group mode
    IFS=$'\t' read -r owner group mode <<<"${ANSWER}"
    fetch "$1" || die "${WHOSE} cannot read $1, so it would not be kept: chown -h ${WHOSE} $1"
    run install -m "${mode}" -o "${owner}" -g "${group}" -- "${FETCHED}" "$2"
  fi
}

# put_back PATH FILE: the new version beside PATH, in TEMPORARY, is what was kept.
put_back() {
  local owner group mode
  temporary_of "$1"
  whose "$1"
  if [[ -L $2 ]]; then
    answer readlink -- "$2" || return
    run ${AS[@]+"${AS[@]}"} ln -sfn -- "${ANSWER}" "${TEMPORARY}"
    return
  fi
  answer stat --printf '%u\t%g\t%a' -- "$2" || return
  IFS=$'\t' read -r owner group mode <<<"${ANSWER}"
  # Made by root in a directory that has become an account's since.
  if ((${#AS[@]} > 0)); then owner=${WHOSE}; fi
  fresh "$1" "$2" "${owner}" "${group}" "${mode}"
}

# rollback: puts back the last generation, newest change first, then forgets it.
rollback() {
  local last=0 name kind path effects lines=()
  STAGE=rollback
  for name in "${STATE}"/generations/*/; do
    name=${name%/}
    name=${name##*/}
    if [[ ${name} =~ ^[0-9]+$ && -e ${STATE}/generations/${name}/changes.tsv ]] && ((10#${name} > last)); then last=$((10#${name})); fi
  done
  if [[ ${last} == 0 ]]; then refuse 'there is no previous generation to go back to'; fi
  local generation=${STATE}/generations/${last}
  whole_lines "${generation}/changes.tsv"
  lines=(${LINES[@]+"${LINES[@]}"})
  local i
  for ((i = ${#lines[@]} - 1; i >= 0; i--)); do
    IFS=$'\t' read -r kind path effects <<<"${lines[i]}"
    STEP="put back ${path}"
    queue_effects "${effects}"
    unit_file_touched "${path}"
    if [[ ${kind} == created ]]; then
      change_at "removed ${path}" "${path}" rm -f -- "${ROOT}${path}"
    elif [[ ${CHECK} == 1 ]]; then
      changed "put back ${path}"
    else
      put_back "${path}" "${generation}/files${path}" || die "cannot put back ${path}"
      if [[ -f ${generation}/twins${path} ]]; then
        run_private install -D -m 0600 -- "${generation}/twins${path}" "${TEMPORARY_TWIN}" || die 'cannot put back the reviewable form'
      elif [[ -f ${STATE}/twins${path} ]]; then
        run rm -f -- "${STATE}/twins${path}" || die 'cannot remove the reviewable form of another version'
      fi
      change_at "put back ${path}" "${path}" mv -fT -- "${TEMPORARY}" "${ROOT}${path}"
      settle_twin "${path}"
    fi
  done
  STEP='queued effects'
  flush_effects
  if [[ ${CHECK} == 0 ]]; then
    # Until the generation is out of the way all of this can be repeated; from then on it has happened.
    run rm -rf -- "${STATE}/installed" "${STATE}/generations/.undone" || die 'cannot restore what was installed'
    if [[ -d ${generation}/installed ]]; then run cp -a -- "${generation}/installed" "${STATE}/installed" || die 'cannot restore what was installed'; fi
    run mv -T -- "${generation}" "${STATE}/generations/.undone" || die 'cannot remove the generation'
    rm -rf -- "${STATE}/generations/.undone" || true
    mended rollback
  fi
  announce_pending
  report converged
  exit 0
}

# --- files ------------------------------------------------------------------------------------------------------------

# file PATH [--first-start REGEX] [--restart UNIT REGEX] [--user USER] [CHECKER…]: brings one file of the manifest to its content, owner and mode. `{}` in the checker
# stands for the new file. Settings whose names match the first expression are read by a program that starts for the first time: where they alone differ, nothing is owed; where
# lines of the other one do, the unit owes a restart.
file() {
  local path=$1 first_start='' restart='' restart_lines=''
  shift
  if (($# > 0)) && [[ $1 == --first-start ]]; then
    first_start=$2
    shift 2
  fi
  if (($# > 0)) && [[ $1 == --restart ]]; then
    restart=$2 restart_lines=$3
    shift 3
  fi
  STEP="file ${path}"
  local owner=${F_OWNER[${path}]-} group=${F_GROUP[${path}]-} mode=${F_MODE[${path}]-} type
  if [[ -z ${owner} ]]; then die 'not in the manifest'; fi
  # It was not there when the host was looked at, but a step of this run may have made it (a data directory, a link to one).
  if [[ -z ${S_TYPE[${path}]-} && -e ${ROOT}${path} ]]; then
    look "${path}"
  fi
  # Nor could it be read before its directory was put right.
  if [[ ${S_TYPE[${path}]-} == regular* && -z ${S_HASH[${path}]-} ]]; then
    whose "${path}"
    read_contents "${ROOT}${path}"
  fi
  type=${S_TYPE[${path}]-}
  if [[ ${F_KIND[${path}]} == once && -n ${type} ]]; then
    ok
    return 0
  fi
  if [[ ${type} == regular* && ${S_HASH[${path}]-} == "${F_HASH[${path}]}" ]]; then
    if same_attributes "${path}" "${owner}" "${group}" "${mode}"; then
      ok
      return 0
    fi
    # A new file: what a name means may change between a look and a chmod.
    if [[ ${INSPECT} == 1 ]]; then
      differ_file "${path} is ${owner}:${group} ${mode}" "${F_EFFECTS[${path}]}" "${F_EFFECTS[${path}]}"
      return 0
    elif [[ ${CHECK} == 1 ]]; then
      queue_effects "${F_EFFECTS[${path}]}"
    else
      place "${path}" "${BUNDLE}/${F_SOURCE[${path}]}" "${owner}" "${group}" "${mode}" "${F_EFFECTS[${path}]}"
    fi
    changed "${path} is ${owner}:${group} ${mode}"
    return 0
  fi
  if [[ ${type} == directory ]]; then die "${path} is a directory"; fi
  if [[ ${DIFF} == 1 ]]; then show_difference "${path}"; fi
  local effects=${F_EFFECTS[${path}]}
  if [[ ${type} == regular* ]] && { [[ -n ${first_start}${restart} ]] || is_settings_file "${path}"; }; then
    weigh_effects "${path}" "${first_start}" "${restart}" "${restart_lines}"
  fi
  if [[ ${CHECK} == 0 ]]; then
    remember_row "${path}"
    place "${path}" "${BUNDLE}/${F_SOURCE[${path}]}" "${owner}" "${group}" "${mode}" "${effects}" "$@"
  fi
  if [[ ${INSPECT} == 1 ]]; then
    differ_file "${path}" "${F_EFFECTS[${path}]}" "${effects}"
    return 0
  fi
  changed "${path}"
  if [[ ${CHECK} == 1 ]]; then queue_effects "${effects}"; fi
}

# place PATH SOURCE OWNER GROUP MODE EFFECTS [--user USER] [CHECKER…]: the effects are written down before the rename, so
# that a run that dies in between still owes them.
place() {
  local path=$1 source=$2 owner=$3 group=$4 mode=$5 effects=$6 user word kind=created
  shift 6
  local target=${ROOT}${path}
  local temporary checker=()
  whose "${path}"
  user=root
  if ((${#AS[@]} > 0)); then user=${WHOSE}; fi
  only_owner "${path}" "${owner}"
  temporary_of "${path}"
  temporary=${TEMPORARY}
  make_way "${path}"
  fresh "${path}" "${source}" "${owner}" "${group}" "${mode}" || die "cannot write beside ${path}"
  if (($# > 0)) && [[ $1 == --user ]]; then
    user=$2
    shift 2
  fi
  if (($# > 0)); then
    for word in "$@"; do checker+=("${word//\{\}/${temporary}}"); done
    if have "$1" && ! accepted "${user}" "${checker[@]}"; then
      # Its words are what is to be shown.
      ${AS[@]+"${AS[@]}"} rm -f -- "${temporary}"
      die "${path} was not replaced: its own program rejects the new file"
    fi
  fi
  # Anything else than a file or a link is nothing to go back to.
  if [[ -f ${target} || -L ${target} ]]; then kind=replaced; fi
  keep_previous "${kind}" "${path}" "${effects}"
  queue_effects "${effects}"
  unit_file_touched "${path}"
  remember_twin "${path}"
  at "${path}" mv -fT -- "${temporary}" "${target}" || die "cannot replace ${path}"
  settle_twin "${path}"
  if [[ -e /sys/fs/selinux/enforce && -z ${ROOT} && ${user} == root ]] && have restorecon; then run restorecon -- "${target}" || die 'cannot label the file'; fi
  made "${path}" 'regular file' "${owner}" "${group}" "${mode}"
  S_HASH[${path}]=${F_HASH[${path}]-}
}

# accepted USER COMMAND ARGUMENT…: the word of a program, or of a function of this library, about a new file.
accepted() {
  if declare -F "$2" >/dev/null; then
    "${RUNNER}" "${@:2}"
  else
    run_as "$1" timeout 60 "${@:2}"
  fi
}

# make_way PATH: its directory, by who works there (see `whose`).
make_way() {
  local directory=${ROOT}${1%/*}
  if [[ ! -d ${directory}/ ]]; then run ${AS[@]+"${AS[@]}"} mkdir -p -- "${directory}" || die "cannot create ${directory}"; fi
}

# remember_twin PATH: the reviewable form of a file with secrets is kept, so that --diff can show what changes without showing them.
remember_twin() {
  if [[ ${F_SOURCE[$1]-} != sealed/* ]]; then return 0; fi
  temporary_of "$1"
  run_private install -D -m 0600 -- "${BUNDLE}/files/${F_SOURCE[$1]#sealed/}" "${TEMPORARY_TWIN}" || die 'cannot keep the reviewable form'
}

# settle_twin PATH: the file has its new version, so has its twin.
settle_twin() {
  temporary_of "$1"
  if [[ ! -e ${TEMPORARY_TWIN} ]]; then return 0; fi
  run mv -f -- "${TEMPORARY_TWIN}" "${STATE}/twins$1" || die 'cannot keep the reviewable form'
}

show_difference() {
  local path=$1 old=${ROOT}$1 new=${BUNDLE}/${F_SOURCE[$1]}
  if [[ ${F_SOURCE[${path}]} == sealed/* ]]; then
    old=${STATE}/twins${path}
    new=${BUNDLE}/files/${F_SOURCE[${path}]#sealed/}
    if [[ -e ${old} ]] && cmp -s -- "${old}" "${new}"; then
      say "  ${path}: a secret or the file on the host changed (not shown)"
      return 0
    fi
    if [[ ! -e ${old} ]]; then old=/dev/null; fi
  else
    former "${path}"
    old=${FETCHED}
  fi
  print_difference "${path}" "${old}" "${new}"
}

# former PATH: what a difference compares with, in FETCHED. What a link leads to is not the bundle's to show.
former() {
  if [[ -L ${ROOT}$1 ]]; then
    say "  $1 is a link (what it leads to is not shown)"
  elif [[ -f ${ROOT}$1 ]] && fetch "$1"; then
    return 0
  fi
  FETCHED=/dev/null
}

# print_difference PATH OLD NEW
print_difference() {
  answer diff -u --label "$1 (now)" --label "$1 (new)" -- "$2" "$3" || [[ ${LAST_CODE} == 1 ]] || die "cannot compare $1"
  if [[ -n ${ANSWER} ]]; then say "${ANSWER}"; fi
}

# block PATH NAME: keeps one marked block in a file that others own; the rest of the file, its owner and its mode stay.
block() {
  local path=$1 name=$2
  STEP="block ${name} in ${path}"
  local key=${path}#${name} start="# BEGIN pigstyc ${name}" end="# END pigstyc ${name}" line state=before
  local source=${BUNDLE}/${F_SOURCE[${path}#${name}]} old=() new=() wanted=()
  mapfile -t wanted <"${source}"
  if [[ -e ${ROOT}${path} ]]; then
    fetch "${path}" || die "cannot read ${path}"
    mapfile -t old <"${FETCHED}"
  fi
  if [[ ${INSPECT} == 1 ]] && same_secret_block "${key}" ${old[@]+"${old[@]}"}; then
    ok
    return 0
  fi
  for line in ${old[@]+"${old[@]}"}; do
    if [[ ${state} == before && ${line} == "${start}" ]]; then
      state=inside
      new+=("${start}" ${wanted[@]+"${wanted[@]}"} "${end}")
    elif [[ ${state} == inside ]]; then
      if [[ ${line} == "${end}" ]]; then state=after; fi
    else
      new+=("${line}")
    fi
  done
  if [[ ${state} == inside ]]; then die "${path} has \`${start}\` without \`${end}\`: repair it by hand"; fi
  if [[ ${state} == before ]]; then
    new+=("${start}" ${wanted[@]+"${wanted[@]}"} "${end}")
    remember_row "${key}"
  fi
  replace_lines "${path}" "${F_OWNER[${key}]}" "${F_GROUP[${key}]}" "${F_MODE[${key}]}" "${F_EFFECTS[${key}]}" "${#old[@]}" ${old[@]+"${old[@]}"} "${new[@]}"
}

# replace_lines PATH OWNER GROUP MODE EFFECTS COUNT OLD… NEW…: writes the new lines when they differ. An existing file keeps its owner and mode.
replace_lines() {
  local path=$1 owner=$2 group=$3 mode=$4 effects=$5 count=$6
  shift 6
  local old=("${@:1:count}") new=("${@:count+1}")
  if [[ -e ${ROOT}${path} && ${#old[@]} == "${#new[@]}" && "${old[*]-}" == "${new[*]-}" ]]; then
    ok
    return 0
  fi
  printf '%s\n' ${new[@]+"${new[@]}"} >"${WORK}/lines"
  if [[ ${DIFF} == 1 ]]; then
    former "${path}"
    print_difference "${path}" "${FETCHED}" "${WORK}/lines"
  fi
  if [[ ${CHECK} == 0 ]]; then
    if [[ -e ${ROOT}${path} ]]; then
      answer stat -L --printf '%U\t%G\t%a\n' -- "${ROOT}${path}" || die "cannot look at ${path}"
      IFS=$'\t' read -r owner group mode <<<"${ANSWER}"
    fi
    place "${path}" "${WORK}/lines" "${owner}" "${group}" "${mode}" "${effects}"
  elif [[ ${INSPECT} == 0 ]]; then
    queue_effects "${effects}"
  fi
  if [[ ${INSPECT} == 1 ]]; then differ_file "${path}" "${effects}" "${effects}"; else changed "${path}"; fi
}

# dir PATH OWNER GROUP MODE: a link of root's may stand for it.
dir() {
  local path=$1 owner=$2 group=$3 mode=$4 entry=${ROOT}$1
  STEP="directory ${path}"
  if [[ -z ${S_TYPE[${path}]-} && -e ${ROOT}${path} ]]; then look "${path}"; fi
  if [[ ${S_TYPE[${path}]-} == 'symbolic link' ]]; then dir_by_link "${path}"; fi
  if [[ ${S_TYPE[${path}]-} == directory ]] && same_attributes "${path}" "${owner}" "${group}" "${mode}"; then
    ok
    return 0
  fi
  if [[ -n ${S_TYPE[${path}]-} && ${S_TYPE[${path}]} != directory ]]; then die "${path} exists and is a ${S_TYPE[${path}]}"; fi
  if [[ ${CHECK} == 0 ]]; then
    whose_content "${path}"
    entry=${WALKED}
    only_owner "${path}" "${owner}"
    if [[ -z ${S_TYPE[${path}]-} ]]; then
      make_way "${path}"
      run_private ${AS[@]+"${AS[@]}"} mkdir -- "${entry}" || die 'cannot create the directory'
    elif [[ ${STICKY} == 1 && ${S_OWNER[${path}]#*:} != 0 ]]; then
      die "${path} belongs to ${S_OWNER[${path}]%:*}, who may replace it"
    fi
    # Five digits: with four a directory keeps a set-group-ID bit.
    run ${AS[@]+"${AS[@]}"} chmod -- "0${mode}" "${entry}" || die 'cannot change the mode'
    run ${AS[@]+"${AS[@]}"} chown -- "${owner}:${group}" "${entry}" || die 'cannot change the owner'
    made "${path}" directory "${owner}" "${group}" "${mode}"
  fi
  changed "${path}/ is ${owner}:${group} ${mode}"
}

# dir_by_link PATH: what is known of it becomes what is known of the directory the link leads to.
dir_by_link() {
  if ! is_root "${S_OWNER[$1]#*:}"; then die "$1 is a link to ${S_TARGET[$1]-} that belongs to ${S_OWNER[$1]%:*}: root follows its own links only"; fi
  if [[ ! -d ${ROOT}$1 ]]; then die "$1 is a link to ${S_TARGET[$1]-}, which is no directory"; fi
  whose_content "$1"
  answer ${AS[@]+"${AS[@]}"} stat -L --printf '%U:%u\t%G:%g\t%a\n' -- "${WALKED}" || die "cannot look at $1"
  IFS=$'\t' read -r S_OWNER["$1"] S_GROUP["$1"] S_MODE["$1"] <<<"${ANSWER}"
  S_TYPE[$1]=directory
}

# link PATH TARGET [OWNER GROUP]
link() {
  local path=$1 target=$2
  STEP="link ${path}"
  if [[ -z ${S_TYPE[${path}]-} && -L ${ROOT}${path} ]]; then look "${path}"; fi
  if [[ ${S_TYPE[${path}]-} == 'symbolic link' && ${S_TARGET[${path}]-} == "${target}" ]] && link_owned "${path}" "${3:-}"; then
    ok
    return 0
  fi
  if [[ ${S_TYPE[${path}]-} == directory ]]; then die "${path} is a directory: it would have to become a link to ${target}"; fi
  if [[ ${CHECK} == 0 ]]; then
    temporary_of "${path}"
    local temporary=${TEMPORARY}
    whose "${path}"
    make_way "${path}"
    if [[ -f ${ROOT}${path} || -L ${ROOT}${path} ]]; then keep_previous replaced "${path}" ''; else keep_previous created "${path}" ''; fi
    at "${path}" ln -sfn -- "${target}" "${temporary}" || die 'cannot create the link'
    if (($# > 2)); then run ${AS[@]+"${AS[@]}"} chown -h -- "$3:$4" "${temporary}" || die 'cannot change the owner'; fi
    run ${AS[@]+"${AS[@]}"} mv -fT -- "${temporary}" "${ROOT}${path}" || die 'cannot place the link'
    look "${path}"
  fi
  changed "${path} -> ${target}"
}

# link_owned PATH OWNER: whether a link is its owner's, or root's without one.
link_owned() {
  local owner=${S_OWNER[$1]}
  if [[ -z $2 ]]; then is_root "${owner#*:}"; else [[ ${owner%:*} == "$2" || ${owner#*:} == "$2" ]]; fi
}

# link_target PATH: where a link of the host leads, in ANSWER; empty when it is none.
link_target() {
  ANSWER=
  if [[ -L ${ROOT}$1 ]]; then answer readlink -- "${ROOT}$1" || die "cannot read the link $1"; fi
}

# absent PATH [EFFECTS]: removes a file, a link or an empty directory; anything else that lives there is left alone and named.
absent() {
  local path=$1 effects=${2:-}
  STEP="remove ${path}"
  if [[ ! -e ${ROOT}${path} && ! -L ${ROOT}${path} ]]; then
    ok
    return 0
  fi
  if [[ -d ${ROOT}${path} && ! -L ${ROOT}${path} ]]; then
    whose "${path}"
    answer ${AS[@]+"${AS[@]}"} find "${ROOT}${path}" -mindepth 1 -maxdepth 1 -print -quit || die "cannot look into ${path}"
    if [[ -n ${ANSWER} ]]; then
      note "${path} is not empty and stays"
      return 0
    fi
    change_at "removed ${path}/" "${path}" rmdir -- "${ROOT}${path}"
  else
    if [[ ${INSPECT} == 1 ]]; then
      differ_file "removed ${path}" "${effects}" "${effects}"
      return 0
    fi
    if [[ ${CHECK} == 0 ]]; then keep_previous removed "${path}" "${effects}"; fi
    queue_effects "${effects}"
    unit_file_touched "${path}"
    change_at "removed ${path}" "${path}" rm -f -- "${ROOT}${path}"
  fi
  unset "S_TYPE[${path}]" "S_HASH[${path}]"
}

# --- what an earlier run managed ------------------------------------------------------------------------------------

# Rows of earlier manifests whose files stay for now.
ORPHANS_KEPT=()
# What the earlier manifests of this stage have: a path, or path#block.
declare -A REMEMBERED=()

# remember_row KEY: before a file or block is written that was not there before. A run that ends early, and is followed by a
# bundle without it, must not leave what nobody knows to remove.
remember_row() {
  if [[ ${CHECK} == 1 || -n ${REMEMBERED[$1]-} ]]; then return 0; fi
  if [[ ! -d ${STATE}/installed ]]; then run mkdir -p -- "${STATE}/installed" || die 'cannot remember the manifest'; fi
  (umask 077 && printf '%s\n' "${F_ROW[$1]}" >>"${STATE}/installed/${F_STAGE[$1]}.tsv") || die 'cannot remember the manifest'
  REMEMBERED[$1]=1
}

# remember_manifest STAGE
remember_manifest() {
  local key installed=${STATE}/installed/$1.tsv
  if [[ ${CHECK} == 1 ]]; then return 0; fi
  {
    for key in "${!F_ROW[@]}"; do
      if [[ ${F_STAGE[${key}]} == "$1" ]]; then printf '%s\n' "${F_ROW[${key}]}"; fi
    done
    if ((${#ORPHANS_KEPT[@]} > 0)); then printf '%s\n' "${ORPHANS_KEPT[@]}"; fi
  } >"${WORK}/unsorted"
  if [[ ! -s ${WORK}/unsorted ]]; then
    if [[ -e ${installed} ]]; then run rm -f -- "${installed}" || die 'cannot remember the manifest'; fi
    return 0
  fi
  LC_ALL=C run sort -o "${WORK}/installed" -- "${WORK}/unsorted" || die 'cannot remember the manifest'
  if [[ ! -e ${installed} ]] || ! run cmp -s -- "${WORK}/installed" "${installed}"; then
    run mkdir -p -- "${STATE}/installed" || die 'cannot remember the manifest'
    run install -m 0600 -- "${WORK}/installed" "${STATE}/installed/.$1.tsv" || die 'cannot remember the manifest'
    run mv -f -- "${STATE}/installed/.$1.tsv" "${installed}" || die 'cannot remember the manifest'
  fi
}

# remove_orphans STAGE: files an earlier manifest of this stage had and no stage has now. While one of them is the unit of a
# guarded server that runs and may not be stopped, all of them stay: it would not start again without its settings.
# Of a stage that this host has no more (GONE) what lies among the data stays with them, and its calls have nothing left to work on.
GONE=0
remove_orphans() {
  local kind path effects installed=${STATE}/installed/$1.tsv rows=() row orphans=() held=0
  ORPHANS_KEPT=() REMEMBERED=()
  if [[ ! -e ${installed} ]]; then return 0; fi
  whole_lines "${installed}"
  rows=(${LINES[@]+"${LINES[@]}"})
  for row in ${rows[@]+"${rows[@]}"}; do
    IFS=$'\t' read -r _ kind path _ _ _ _ _ effects <<<"${row}"
    if [[ ${path} != /* || ${path} == *'/../'* || ${kind} == once ]]; then continue; fi
    drop_temporary "${path}"
    if [[ ${GONE} == 1 && ${path} == /pg/data/* ]]; then continue; fi
    if stays_with_host "$1" "${path}" "${effects}"; then
      ORPHANS_KEPT+=("${row}")
      continue
    fi
    if [[ ${kind} == block:* ]]; then
      REMEMBERED[${path}#${kind#block:}]=1
      if [[ -z ${F_ROW[${path}#${kind#block:}]-} ]]; then orphans+=("${row}"); fi
      continue
    fi
    REMEMBERED[${path}]=1
    if [[ -z ${F_ROW[${path}]-} ]] && [[ -f ${ROOT}${path} || -L ${ROOT}${path} ]]; then
      orphans+=("${row}")
      if must_run "${path}" "${effects}"; then
        pending "stop ${UNIT_OF} and remove ${path}: needs --allow-restart"
        held=1
      fi
    fi
  done
  if [[ ${held} == 0 && ${GONE} == 1 ]] && ((${#orphans[@]} > 0)) && ! before_leaving "$1"; then held=1 LEAVE_WAITS=1; fi
  if [[ ${held} == 1 ]]; then
    ORPHANS_KEPT+=("${orphans[@]}")
    return 0
  fi
  remove_rows "$1" ${orphans[@]+"${orphans[@]}"}
}

# remove_rows STAGE ROW…: what runs ends with all its files in place; then they go.
remove_rows() {
  local kind path effects row
  if (($# == 1)); then return 0; fi
  for row in "${@:2}"; do
    IFS=$'\t' read -r _ kind path _ _ _ _ _ effects <<<"${row}"
    remove_unit "${path}"
    idle_units "${effects}"
  done
  if [[ ${GONE} == 1 ]]; then after_leaving "$1"; fi
  for row in "${@:2}"; do
    IFS=$'\t' read -r _ kind path _ _ _ _ _ effects <<<"${row}"
    if [[ ${GONE} == 1 ]]; then
      without_calls "${effects}"
      effects=${ANSWER}
    fi
    if [[ ${kind} == block:* ]]; then remove_block "${path}" "${kind#block:}" "${effects}"; else absent "${path}" "${effects}"; fi
  done
}

# without_calls 'EFFECT;EFFECT': those that are no calls, in ANSWER.
without_calls() {
  local effect list=()
  ANSWER=
  IFS=';' read -r -a list <<<"$1"
  for effect in ${list[@]+"${list[@]}"}; do
    if [[ ${effect} != 'call '* ]]; then ANSWER+=${ANSWER:+;}${effect}; fi
  done
}

remove_block() {
  local path=$1 name=$2 effects=$3 line inside=0 old=() new=()
  if [[ ! -e ${ROOT}${path} ]]; then return 0; fi
  STEP="block ${name} in ${path}"
  fetch "${path}" || die "cannot read ${path}"
  mapfile -t old <"${FETCHED}"
  for line in ${old[@]+"${old[@]}"}; do
    if [[ ${line} == "# BEGIN pigstyc ${name}" ]]; then inside=1; fi
    if [[ ${inside} == 0 ]]; then new+=("${line}"); fi
    if [[ ${line} == "# END pigstyc ${name}" ]]; then inside=0; fi
  done
  if [[ ${inside} == 1 ]]; then die "${path} has a block ${name} without an end: repair it by hand"; fi
  replace_lines "${path}" root root 0644 "${effects}" "${#old[@]}" ${old[@]+"${old[@]}"} ${new[@]+"${new[@]}"}
}
