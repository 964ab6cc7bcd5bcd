# apply.sh --inspect: a bundle without its sealed files compares itself with a host, and says of each difference what applying it would mean to
# those who use the host. Of a secret file the bundle knows a salted digest of its hash.

SALT=
declare -A CLASS_TEXT=(
  [data]='changes data' [drops]='drops connections' [restart]='restart' [reload]='reload' [host]='the host alone' [equal]='equal in effect'
)
declare -A GRAVITY=([equal]=0 [host]=1 [reload]=2 [restart]=3 [drops]=4 [data]=5)
# Each is `CLASS STAGE WHAT` with tabs between.
DIFFERENCES=()
# Units whose restart ends connections or takes an address away, though nobody has to allow it.
SERVING_CLIENTS=' haproxy pgbouncer vip-manager keepalived '

differ() { DIFFERENCES+=("${CLASS}"$'\t'"${STAGE}"$'\t'"$*"); }

# load_digests: instead of the hashes of sealed files. Their reviewable forms stand for them.
load_digests() {
  local digest key
  if [[ ! -r ${BUNDLE}/digests ]]; then refuse 'digests of the secret files are missing: make inspect makes them'; fi
  {
    read -r SALT
    while IFS=$'\t' read -r digest key; do DIGEST[${key}]=${digest}; done
  } <"${BUNDLE}/digests"
  for key in "${!F_SOURCE[@]}"; do
    if [[ ${F_SOURCE[${key}]} != sealed/* ]]; then continue; fi
    if [[ -z ${DIGEST[${key}]-} ]]; then refuse "no digest of ${key}: build again"; fi
    F_SOURCE[${key}]=files/${F_SOURCE[${key}]#sealed/}
  done
}

# same_secret KEY HASH: whether the secret file has this hash.
same_secret() {
  local digest
  if [[ -z ${DIGEST[$1]-} ]]; then return 1; fi
  printf '%s%s' "${SALT}" "$2" >"${WORK}/salted"
  digest=$(sha256sum <"${WORK}/salted")
  [[ ${digest%% *} == "${DIGEST[$1]}" ]]
}

# same_secret_block KEY LINE…: whether the lines of a file have the block with this hash.
same_secret_block() {
  local key=$1 line inside=0 sum
  if [[ -z ${DIGEST[${key}]-} ]]; then return 1; fi
  for line in "${@:2}"; do
    if [[ ${line} == "# END pigstyc ${key##*#}" ]]; then inside=0; fi
    if [[ ${inside} == 1 ]]; then printf '%s\n' "${line}"; fi
    if [[ ${line} == "# BEGIN pigstyc ${key##*#}" ]]; then inside=1; fi
  done >"${WORK}/block"
  sum=$(sha256sum <"${WORK}/block")
  same_secret "${key}" "${sum%% *}"
}

# same_form_but_secrets FORM TWIN: true when each line has what that of the reviewable form has around its secret.
same_form_but_secrets() {
  local line twin i now=() wanted=()
  mapfile -t now <<<"$1"
  mapfile -t wanted <<<"$2"
  if ((${#now[@]} != ${#wanted[@]})); then return 1; fi
  for i in "${!wanted[@]}"; do
    line=${now[i]} twin=${wanted[i]}
    if [[ ${twin} != *'<secret:'*'>'* ]]; then
      if [[ ${line} != "${twin}" ]]; then return 1; fi
      continue
    fi
    local last=${twin##*'<secret:'}
    if [[ ${line} != "${twin%%'<secret:'*}"*"${last#*>}" ]]; then return 1; fi
  done
}

# class_of_effects 'EFFECT;EFFECT': the gravest of them, in CLASS. A unit that does not run reads its files when it starts.
class_of_effects() {
  local effect list=() words=() gravest=host
  IFS=';' read -r -a list <<<"$1"
  for effect in ${list[@]+"${list[@]}"}; do
    CLASS=host
    read -r -a words <<<"${effect}"
    if [[ ${words[0]} == call ]]; then
      class_of_call "${words[1]}"
    elif active "${words[1]}"; then
      class_of_action "${words[0]}" "${words[1]}"
    fi
    if ((${GRAVITY[${CLASS}]} > ${GRAVITY[${gravest}]})); then gravest=${CLASS}; fi
  done
  CLASS=${gravest}
}

# class_of_action reload|restart|restart! UNIT: of what a running unit does, in CLASS.
class_of_action() {
  CLASS=restart
  if [[ $1 == reload && ${U_RELOAD[$2]-} != no ]]; then
    CLASS=reload
  elif [[ $1 == 'restart!' || ${SERVING_CLIENTS} == *" $2 "* ]]; then
    CLASS=drops
  fi
}

# class_of_call FUNCTION: of what it changes when it changes something, in CLASS.
class_of_call() {
  case $1 in
    pg_reload_hba | patroni_dcs | redis_*) CLASS=reload ;;
    pg_* | pgbackrest_* | etcd_* | minio_*) CLASS=data ;;
    *) CLASS=host ;;
  esac
}

# differ_file PATH FORMER_EFFECTS EFFECTS: those of the manifest, and what of them is left after a look at the settings.
differ_file() {
  local CLASS=equal why='' path=${1#removed }
  if [[ -n $3 || -z $2 ]]; then class_of_effects "$3"; fi
  if [[ -n ${DIGEST[${path%% *}]-} && ${CLASS} == equal ]]; then why=' (but for a secret, which was not compared)'; fi
  if [[ -n $3 ]]; then why=" → ${3//;/, }"; fi
  changed "$1${why}"
}

# differ_unit UNIT reload|restart|guarded: what is owed to it beside files that differ: by an earlier run, or by a call.
differ_unit() {
  local CLASS action=${2/guarded/restart!}
  if active "$1"; then
    class_of_action "${action}" "$1"
    changed "${action%!} $1, which is due"
  fi
  drop_effects "$1"
}

# report_differences: the table, the gravest first, and their number.
report_differences() {
  local class entry kind stage what count sum=''
  for class in data drops restart reload host equal; do
    count=0
    for entry in ${DIFFERENCES[@]+"${DIFFERENCES[@]}"}; do
      IFS=$'\t' read -r kind stage what <<<"${entry}"
      if [[ ${kind} != "${class}" ]]; then continue; fi
      count=$((count + 1))
      printf '  %-18s %-7s %s\n' "${CLASS_TEXT[${class}]}" "${stage}" "${what}"
    done
    sum+=" ${class}=${count}"
  done
  for entry in ${NOTES[@]+"${NOTES[@]}"}; do printf '  note: %s\n' "${entry}"; done
  printf 'inspect: %s%s\n' "${HOST_NAME}" "${sum}"
}

json_differences() {
  local entry kind stage what separator=
  printf ',"differences":['
  for entry in ${DIFFERENCES[@]+"${DIFFERENCES[@]}"}; do
    IFS=$'\t' read -r kind stage what <<<"${entry}"
    printf '%s{"class":"%s","stage":"%s","what":' "${separator}" "${kind}" "${stage}"
    json_string "${what}"
    printf '}'
    separator=,
  done
  printf ']'
}
