# Whether two versions of a file say the same in another form. What differs only in form is replaced, and owes nobody a reload or a restart.

# Lines of a unit file that a running service does not notice: words for people, its place in the order of a boot, what systemd itself does with it
# from the next `daemon-reload` on, and what is so without them.
UNIT_WORDS='^[[:space:]]*([#;].*|(Description|Documentation|After|Before|Wants|WantedBy|ExecReload|ExecStop|ExecStopPost|Restart|RestartSec|StartLimitIntervalSec|StartLimitBurst|TimeoutSec|TimeoutStartSec|TimeoutStopSec|KillMode|KillSignal|SuccessExitStatus)[[:space:]]*=.*|Type[[:space:]]*=[[:space:]]*simple)?$'

is_unit_file() { [[ $1 == /etc/systemd/system/* || $1 == /usr/lib/systemd/system/* || $1 == /lib/systemd/system/* ]]; }

# is_settings_file PATH: lines of names and values, in sections or below names, of which order, blanks, quotes and comments say nothing.
is_settings_file() {
  is_unit_file "$1" || [[ $1 == /etc/default/* || $1 == /etc/etcd/etcd.conf || $1 == /etc/pgbouncer/pgbouncer.ini ]]
}

# form_of FILE [LINES [NAMES]]: its settings, one a line and sorted, in FORM, without lines of the first expression and without names of the second, which sees
# those above, too, with blanks between. Each has its section and the names above it in front; of a name that is there several times the order counts.
FORM=
form_of() {
  local line rest='' section='' key value depth indent level
  local -a above=()
  local -A times=()
  : >"${WORK}/form"
  while IFS= read -r line || [[ -n ${line} ]]; do
    if [[ ${line} == *\\ ]]; then
      rest+="${line%\\} "
      continue
    fi
    line=${rest}${line} rest=''
    if [[ (-n ${2:-} && ${line} =~ $2) || ${line} =~ ^[[:space:]]*([#\;].*|---)?$ ]]; then continue; fi
    if [[ ${line} =~ ^\[(.*)\]$ ]]; then
      section=${line}
      continue
    fi
    if [[ ${line} =~ ^([[:space:]]*)([A-Za-z0-9_.-]+)[[:space:]]*(=|:[[:space:]]+|:$)[[:space:]]*(.*)$ ]]; then
      indent=${BASH_REMATCH[1]} key=${BASH_REMATCH[2]} value=${BASH_REMATCH[4]}
    else
      [[ ${line} =~ ^([[:space:]]*)(.*)$ ]]
      indent=${BASH_REMATCH[1]} key=- value=${BASH_REMATCH[2]}
    fi
    depth=${#indent}
    for level in "${!above[@]}"; do if ((level >= depth)) && [[ ${key} != - ]]; then unset "above[${level}]"; fi; done
    value=${value%"${value##*[![:space:]]}"}
    if [[ ${value} =~ ^([\"\'])([^\"\'\\\$]*)[\"\']$ ]]; then value=${BASH_REMATCH[2]}; fi
    if [[ ${key} != - ]]; then above[depth]=${key}; fi
    if [[ -n ${3:-} && ${above[*]-} =~ $3 ]]; then continue; fi
    key="${section} ${above[*]-} ${key}"
    times[${key}]=$((${times[${key}]-0} + 1))
    if [[ -n ${value} ]]; then printf '%s %s=%s\n' "${key}" "${times[${key}]}" "${value}" >>"${WORK}/form"; fi
  done <"$1"
  LC_ALL=C answer sort -- "${WORK}/form" || die "cannot compare $1"
  FORM=${ANSWER}
}

# weigh_effects PATH FIRST_START RESTART RESTART_LINES: the part of `file` that looks at which settings differ, with its variable `effects`.
weigh_effects() {
  local new=${BUNDLE}/${F_SOURCE[$1]} words=''
  # What its account cannot read differs in all lines.
  fetch "$1" || FETCHED=/dev/null
  if is_unit_file "$1"; then words=${UNIT_WORDS}; fi
  if is_settings_file "$1" && same_form "${words}" "${FETCHED}" "${new}"; then effects=''; fi
  if [[ -n $2 ]] && same_form '' "${FETCHED}" "${new}" "$2" && ! may_be_secret "$1" "${new}"; then effects=''; fi
  if [[ -n $3 ]] && ! same_lines "$4" "${FETCHED}" "${new}"; then effects="restart! $3${effects:+;}${effects}"; fi
}

# may_be_secret PATH NEW: true when what was fetched may differ in a secret alone, which --inspect does not know.
may_be_secret() { [[ ${INSPECT} == 1 && -n ${DIGEST[$1]-} ]] && same_form '' "${FETCHED}" "$2"; }

# same_form LINES OLD NEW [NAMES]: true when the files have the same settings, but for these lines and names.
same_form() {
  local former
  form_of "$2" "$1" "${4:-}"
  former=${FORM}
  form_of "$3" "$1" "${4:-}"
  if [[ ${INSPECT} == 1 ]]; then same_form_but_secrets "${former}" "${FORM}"; else [[ ${former} == "${FORM}" ]]; fi
}

# same_lines REGEX OLD NEW: true when both have the same settings in lines of the expression.
same_lines() {
  local line former='' wanted=''
  while IFS= read -r line; do if [[ ${line} =~ $1 ]]; then former+=${line//[[:space:]]/}$'\n'; fi; done <"$2"
  while IFS= read -r line; do if [[ ${line} =~ $1 ]]; then wanted+=${line//[[:space:]]/}$'\n'; fi; done <"$3"
  [[ ${former} == "${wanted}" ]]
}
