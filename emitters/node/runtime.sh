# The operating system. In a container the kernel's settings belong to its host: they are noted, not forced.

# Lines of a file as an array in LINES, without comments and blank lines.
effective_lines() {
  local line
  LINES=()
  while IFS= read -r line || [[ -n ${line} ]]; do
    line=${line#"${line%%[![:space:]]*}"}
    if [[ -n ${line} && ${line} != '#'* && ${line} != ';'* ]]; then LINES+=("${line}"); fi
  done <"${ROOT}$1"
}

# What `repo_files` found.
REPO_FILES=()
# What a container was denied since the last note.
DENIED=()

# note_denied: one note for all of it.
note_denied() {
  local list
  if ((${#DENIED[@]} == 0)); then return 0; fi
  printf -v list '%s, ' "${DENIED[@]}"
  if [[ ${CHECK} == 1 ]]; then note "differs, and may not be possible in a container: ${list%, }"; else note "not possible in a container: ${list%, }"; fi
  DENIED=()
}

# kernel_change WHAT COMMAND…: a change of a kernel setting, which a container may be denied. Whether it is, only trying tells, and
# --check does not try: a difference in a container is a note there, not drift that no apply could ever repair.
kernel_change() {
  local what=$1
  shift
  if [[ ${CHECK} == 1 ]]; then
    if in_container; then DENIED+=("${what}"); else changed "${what}"; fi
    return 0
  fi
  if run "$@"; then
    changed "${what}"
  elif in_container; then
    DENIED+=("${what}")
  else
    die "${what}"
  fi
}

# sysctl_apply FILE: sets what differs now; a key the kernel does not know is noted.
sysctl_apply() {
  local line key value path now
  if [[ ! -r ${ROOT}$1 ]]; then return 0; fi
  effective_lines "$1"
  for line in ${LINES[@]+"${LINES[@]}"}; do
    key=${line%%=*} value=${line#*=}
    key=${key%"${key##*[![:space:]]}"}
    key=${key#-}
    value=${value#"${value%%[![:space:]]*}"}
    value=${value%"${value##*[![:space:]]}"}
    path=${PIGSTYC_PROC_SYS:-/proc/sys}/${key//.//}
    if [[ ! -e ${path} ]]; then
      note "sysctl ${key}: this kernel has no such setting"
      continue
    fi
    now=$(<"${path}") 2>/dev/null || now=
    if [[ ${now//$'\t'/ } == "${value//$'\t'/ }" ]]; then continue; fi
    kernel_change "sysctl ${key} = ${value}" sysctl -q -w "${key}=${value}"
  done
  note_denied
}

# modules_load MODULE…: now; modules-load.d loads them at the next boot.
modules_load() {
  local module loaded
  loaded=
  if [[ -r /proc/modules ]]; then loaded=$(</proc/modules); fi
  for module in "$@"; do
    module=${module//-/_}
    if [[ $'\n'${loaded} == *$'\n'"${module} "* || -d /sys/module/${module} ]]; then continue; fi
    kernel_change "kernel module ${module}" modprobe -- "${module}"
  done
  note_denied
}

# hugepages_set COUNT: wanted vm.nr_hugepages; memory may be too fragmented for all of them until the next boot.
hugepages_set() {
  local path=${PIGSTYC_PROC_SYS:-/proc/sys}/vm/nr_hugepages now
  if [[ ! -e ${path} ]]; then return 0; fi
  now=$(<"${path}")
  if [[ ${now} == "$1" ]]; then return 0; fi
  kernel_change "$1 huge pages" sysctl -q -w "vm.nr_hugepages=$1"
  now=$(<"${path}")
  if [[ ${CHECK} == 0 && ${now} != "$1" ]]; then note "the kernel gives ${now} of $1 huge pages: restart the host for the rest"; fi
  note_denied
}

# timezone_set ZONE
timezone_set() {
  link_target /etc/localtime
  if [[ ${ANSWER} == */zoneinfo/"$1" ]]; then return 0; fi
  if [[ ! -e ${ROOT}/usr/share/zoneinfo/$1 ]]; then die "no time zone $1 in /usr/share/zoneinfo"; fi
  change "time zone $1" ln -sfn -- "../usr/share/zoneinfo/$1" "${ROOT}/etc/localtime"
}

# hostname_set NAME
hostname_set() {
  local now file=''
  answer uname -n || die 'cannot ask for the host name'
  now=${ANSWER}
  if [[ -r ${ROOT}/etc/hostname ]]; then file=$(<"${ROOT}/etc/hostname"); fi
  if [[ ${now} == "$1" && ${file} == "$1" ]]; then return 0; fi
  if [[ ${CHECK} == 0 ]]; then
    printf '%s\n' "$1" >"${WORK}/hostname"
    run install -m 0644 -- "${WORK}/hostname" "${ROOT}/etc/hostname" || die 'cannot write /etc/hostname'
    if [[ -z ${ROOT} && ${now} != "$1" ]] && ! run hostname "$1"; then
      if in_container; then note "host name $1: from the next start of the container"; else die "host name $1"; fi
    fi
  fi
  changed "host name $1"
}

# tuned_profile NAME
tuned_profile() {
  local now=''
  if ! have tuned-adm; then return 0; fi
  if [[ -r ${ROOT}/etc/tuned/active_profile ]]; then now=$(<"${ROOT}/etc/tuned/active_profile"); fi
  if [[ ${now} == "$1" ]]; then return 0; fi
  kernel_change "tuned profile $1" timeout 60 tuned-adm profile "$1"
  note_denied
}

# firewall_apply zone|off CIDR,… PORT,…: `zone` trusts the networks and opens the ports; what an earlier run has opened and is no longer declared is closed again.
firewall_apply() {
  local mode=$1 unit networks=() ports=()
  if [[ ${mode} == off ]]; then
    for unit in firewalld ufw; do
      if active "${unit}"; then unit_change "${unit}" "stopped ${unit}" systemctl disable --now --quiet -- "${unit}"; fi
    done
    return 0
  fi
  IFS=, read -r -a networks <<<"${2:-}"
  IFS=, read -r -a ports <<<"${3:-}"
  firewall_former ${networks[@]+"${networks[@]/#/source=}"} ${ports[@]+"${ports[@]/#/port=}"}
  if have firewall-cmd; then
    if ! active firewalld; then unit_change firewalld 'started firewalld' systemctl enable --now --quiet -- firewalld; fi
    if [[ ${CHECK} == 1 ]] && ! run firewall-cmd --state; then return 0; fi
    firewalld_rules
  elif have ufw; then
    ufw_rules
  else
    note 'no firewalld and no ufw: no firewall rules'
    return 0
  fi
  firewall_remember ${networks[@]+"${networks[@]/#/source=}"} ${ports[@]+"${ports[@]/#/port=}"}
}

# firewall_former WORD…: words of the earlier run that are none of these, in FORMER_RULES.
firewall_former() {
  local word
  FORMER_RULES=()
  if [[ ! -r ${STATE}/firewall ]]; then return 0; fi
  while read -r word; do
    if [[ -n ${word} && " $* " != *" ${word} "* ]]; then FORMER_RULES+=("${word}"); fi
  done <"${STATE}/firewall"
}

firewall_remember() {
  local text=''
  if (($# > 0)); then printf -v text '%s\n' "$@"; fi
  if [[ ${CHECK} == 1 || (-r ${STATE}/firewall && $(<"${STATE}/firewall")$'\n' == "${text:-$'\n'}") ]]; then return 0; fi
  printf '%s' "${text}" >"${STATE}/.firewall" || die 'cannot remember the firewall rules'
  run mv -f -- "${STATE}/.firewall" "${STATE}/firewall" || die 'cannot remember the firewall rules'
}

# firewalld_rules: of the networks and ports of firewall_apply.
firewalld_rules() {
  local item sources open touched=0
  answer firewall-cmd --permanent --zone=trusted --list-sources || die 'cannot ask firewalld for its rules'
  sources=" ${ANSWER} "
  for item in ${networks[@]+"${networks[@]}"}; do
    if [[ ${sources} != *" ${item} "* ]]; then
      change "firewall trusts ${item}" firewall-cmd -q --permanent --zone=trusted --add-source="${item}"
      touched=1
    fi
  done
  answer firewall-cmd --permanent --zone=public --list-ports || die 'cannot ask firewalld for its rules'
  open=" ${ANSWER} "
  for item in ${ports[@]+"${ports[@]}"}; do
    if [[ ${open} != *" ${item}/tcp "* ]]; then
      change "firewall opens ${item}" firewall-cmd -q --permanent --zone=public --add-port="${item}/tcp"
      touched=1
    fi
  done
  for item in ${FORMER_RULES[@]+"${FORMER_RULES[@]}"}; do
    if [[ ${item} == source=* && ${sources} == *" ${item#*=} "* ]]; then
      change "firewall no longer trusts ${item#*=}" firewall-cmd -q --permanent --zone=trusted --remove-source="${item#*=}"
      touched=1
    elif [[ ${item} == port=* && ${open} == *" ${item#*=}/tcp "* ]]; then
      change "firewall closes ${item#*=}" firewall-cmd -q --permanent --zone=public --remove-port="${item#*=}/tcp"
      touched=1
    fi
  done
  if [[ ${touched} == 1 && ${CHECK} == 0 ]]; then run firewall-cmd -q --reload || die 'firewalld cannot load its rules'; fi
  if [[ ${touched} == 0 ]] && ! firewalld_loaded; then change 'firewalld loads its rules' firewall-cmd -q --reload; fi
}

# firewalld_loaded: whether what its files declare holds now; somebody may have changed the running firewall alone.
firewalld_loaded() {
  local item
  answer firewall-cmd --zone=trusted --list-sources || die 'cannot ask firewalld for its rules'
  for item in ${networks[@]+"${networks[@]}"}; do
    if [[ " ${ANSWER} " != *" ${item} "* ]]; then return 1; fi
  done
  answer firewall-cmd --zone=public --list-ports || die 'cannot ask firewalld for its rules'
  for item in ${ports[@]+"${ports[@]}"}; do
    if [[ " ${ANSWER} " != *" ${item}/tcp "* ]]; then return 1; fi
  done
}

# ufw_rules: of the networks and ports of firewall_apply.
ufw_rules() {
  local item added
  answer ufw show added || die 'cannot ask ufw for its rules'
  added=${ANSWER}$'\n'
  for item in ${networks[@]+"${networks[@]}"}; do
    if [[ ${added} != *"ufw allow from ${item}"$'\n'* ]]; then change "firewall trusts ${item}" ufw allow from "${item}"; fi
  done
  for item in ${ports[@]+"${ports[@]}"}; do
    if [[ ${added} != *"ufw allow ${item}/tcp"$'\n'* ]]; then change "firewall opens ${item}" ufw allow "${item}/tcp"; fi
  done
  for item in ${FORMER_RULES[@]+"${FORMER_RULES[@]}"}; do
    if [[ ${item} == source=* && ${added} == *"ufw allow from ${item#*=}"$'\n'* ]]; then
      change "firewall no longer trusts ${item#*=}" ufw delete allow from "${item#*=}"
    elif [[ ${item} == port=* && ${added} == *"ufw allow ${item#*=}/tcp"$'\n'* ]]; then
      change "firewall closes ${item#*=}" ufw delete allow "${item#*=}/tcp"
    fi
  done
  answer ufw status || die 'cannot ask ufw for its state'
  if [[ ${ANSWER} != *'Status: active'* ]]; then kernel_change 'firewall on' ufw --force enable; fi
  note_denied
}

# selinux_mode enforcing|permissive|disabled: `disabled` takes the next boot.
selinux_mode() {
  local now line configured=''
  if [[ ! -r ${ROOT}/etc/selinux/config ]]; then return 0; fi
  while IFS= read -r line; do
    if [[ ${line} == SELINUX=* ]]; then configured=${line#SELINUX=}; fi
  done <"${ROOT}/etc/selinux/config"
  if [[ -z ${configured} ]]; then
    change "SELinux ${1} from the next boot" sed -i "\$ a SELINUX=$1" "${ROOT}/etc/selinux/config"
  elif [[ ${configured} != "$1" ]]; then
    change "SELinux ${1} from the next boot" sed -i "s/^SELINUX=.*/SELINUX=$1/" "${ROOT}/etc/selinux/config"
  fi
  if ! have getenforce || ! have setenforce; then return 0; fi
  answer getenforce || die 'cannot ask for the mode of SELinux'
  now=${ANSWER}
  if [[ ${now} == Enforcing && $1 != enforcing ]]; then
    change "SELinux permissive" setenforce 0
  elif [[ ${now} == Permissive && $1 == enforcing ]]; then
    change "SELinux enforcing" setenforce 1
  fi
}

# selinux_boolean NAME: on, where SELinux is there.
selinux_boolean() {
  local now
  if ! have getsebool || ! have setsebool; then return 0; fi
  now=$(getsebool "$1" 2>/dev/null || true)
  if [[ ${now} == *'--> off' ]]; then change "SELinux allows $1" setsebool -P "$1" on; fi
}

# ca_trust FILE: programs that use the system's list of authorities trust the site's.
ca_trust() {
  local target refresh
  if have update-ca-certificates; then
    target=/usr/local/share/ca-certificates/pigsty-ca.crt refresh=(update-ca-certificates)
  elif have update-ca-trust; then
    target=/etc/pki/ca-trust/source/anchors/pigsty-ca.crt refresh=(update-ca-trust extract)
  else
    note 'no list of authorities to add the CA to'
    return 0
  fi
  if [[ ! -r ${ROOT}$1 ]]; then
    if [[ ${CHECK} == 1 ]]; then changed 'the CA is trusted'; fi
    return 0
  fi
  # The mark says that the list has not been made since the file changed.
  if [[ ! -e ${STATE}/ca-trust && -e ${ROOT}${target} ]] && run cmp -s -- "${ROOT}$1" "${ROOT}${target}"; then return 0; fi
  if [[ ${CHECK} == 0 ]]; then
    : >"${STATE}/ca-trust" || die 'cannot write the journal'
    run install -D -m 0644 -- "${ROOT}$1" "${ROOT}${target}.new" || die 'cannot add the CA'
    run mv -f -- "${ROOT}${target}.new" "${ROOT}${target}" || die 'cannot add the CA'
    run "${refresh[@]}" || die 'cannot add the CA'
    run rm -f -- "${STATE}/ca-trust" || die 'cannot write the journal'
  fi
  changed 'the CA is trusted'
}

# home_of USER: in HOME_DIR.
home_of() {
  local fields=()
  read_accounts
  IFS=: read -r -a fields <<<"${PW_ENTRY[$1]-}"
  HOME_DIR=${fields[5]-}
}

# ssh_key_ensure USER
ssh_key_ensure() {
  local user=$1
  home_of "${user}"
  if [[ -z ${HOME_DIR} ]]; then
    if [[ ${CHECK} == 1 ]]; then return 0; fi
    die "no user ${user}"
  fi
  local key
  for key in id_ed25519 id_rsa id_ecdsa; do
    if [[ -e ${ROOT}${HOME_DIR}/.ssh/${key} ]]; then return 0; fi
  done
  if ! have ssh-keygen; then
    note "no ssh-keygen: no key for ${user}"
    return 0
  fi
  if [[ ${CHECK} == 0 ]]; then
    run_as "${user}" mkdir -p -m 0700 -- "${ROOT}${HOME_DIR}/.ssh" || die "ssh key of ${user}"
    run_as "${user}" ssh-keygen -q -t ed25519 -N '' -C "${user}@${HOSTNAME}" -f "${ROOT}${HOME_DIR}/.ssh/id_ed25519" || die "ssh key of ${user}"
  fi
  changed "ssh key of ${user}"
}

# swap_disable: now, and at the next boot.
swap_disable() {
  local header rest
  if [[ -r /proc/swaps ]]; then
    { read -r header && read -r rest; } </proc/swaps || rest=
    if [[ -n ${rest} ]]; then kernel_change 'swap is off' swapoff -a; fi
  fi
  if [[ -r ${ROOT}/etc/fstab && $'\n'$(<"${ROOT}/etc/fstab") =~ $'\n'[^#$'\n']+[[:blank:]]swap[[:blank:]] ]]; then
    change 'swap stays off' sed -i -E 's/^([^#].*[[:space:]]swap[[:space:]])/# \1/' "${ROOT}/etc/fstab"
  fi
  note_denied
}

# numa_disable: takes the next boot.
numa_disable() {
  local now
  if ! have grubby; then return 0; fi
  now=$(grubby --info=DEFAULT 2>/dev/null || true)
  if [[ ${now} != *numa=off* ]]; then change 'NUMA is off from the next boot' grubby --update-kernel=ALL --args=numa=off; fi
}

# network_static: the resolver's file is not rewritten by a DHCP client.
network_static() {
  local file text
  for file in "${ROOT}"/etc/sysconfig/network-scripts/ifcfg-*; do
    if [[ ! -f ${file} || ${file} == *ifcfg-lo ]]; then continue; fi
    text=$'\n'$(<"${file}")
    if [[ ${text} == *$'\n'PEERDNS=no* || ${text} == *$'\n''PEERDNS="no'* ]]; then continue; fi
    if [[ ${text} == *$'\n'PEERDNS=* ]]; then
      change "${file##*/} keeps resolv.conf" sed -i 's/^PEERDNS=.*/PEERDNS="no"/' "${file}"
    else
      if [[ ${CHECK} == 0 ]]; then printf 'PEERDNS="no"\n' >>"${file}" || die "cannot write ${file}"; fi
      changed "${file##*/} keeps resolv.conf"
    fi
  done
}

# resolver_add TEXT…: these lines first, then up to three name servers that were there.
resolver_add() {
  local line old=() new=("$@") kept=0
  if [[ -e ${ROOT}/etc/resolv.conf ]]; then
    fetch /etc/resolv.conf || die 'cannot read /etc/resolv.conf'
    mapfile -t old <"${FETCHED}"
  fi
  for line in ${old[@]+"${old[@]}"}; do
    if [[ ${line} != nameserver\ * ]] || ((kept >= 3)); then continue; fi
    local known duplicate=0
    for known in "${new[@]}"; do
      if [[ ${known} == "${line}" ]]; then duplicate=1; fi
    done
    if [[ ${duplicate} == 0 ]]; then
      new+=("${line}")
      kept=$((kept + 1))
    fi
  done
  local before=${OK}
  replace_lines /etc/resolv.conf root root 0644 '' "${#old[@]}" ${old[@]+"${old[@]}"} "${new[@]}"
  OK=${before}
}

# repo_files DIR NAME…: those of the definitions that are there, in REPO_FILES. A name may come without its extension.
repo_files() {
  local directory=$1 name extension
  shift
  REPO_FILES=()
  for name in "$@"; do
    for extension in '' .list .repo; do
      if [[ -f ${ROOT}${directory}/${name}${extension} ]]; then REPO_FILES+=("${ROOT}${directory}/${name}${extension}"); fi
    done
  done
}

# repo_alone: true when the package index can be read from REPO_FILES alone, within a minute. What the system knows of packages stays as it is.
repo_alone() {
  local scratch=${WORK}/repositories file
  run mkdir -p -- "${scratch}/parts" "${scratch}/lists/partial" || die 'cannot make a scratch directory'
  run cp -- "${REPO_FILES[@]}" "${scratch}/parts" || die 'cannot copy the repository definitions'
  if have apt-get; then
    package_index -o Dir::Etc::sourcelist=/dev/null -o "Dir::Etc::sourceparts=${scratch}/parts" -o "Dir::State::lists=${scratch}/lists" \
      -o APT::Update::Error-Mode=any -o Acquire::Retries=1 -o Acquire::http::Timeout=10 -o Acquire::https::Timeout=10
    return
  fi
  # A definition may allow that its repository is away: then only these words tell why.
  package_index "--setopt=reposdir=${scratch}/parts" "--setopt=cachedir=${scratch}/lists" --setopt=timeout=10 --setopt=retries=1 -v || return
  # A file of definitions with none that answers is of no use.
  for file in "${REPO_FILES[@]}"; do
    if ! repo_read "${scratch}" "${file}"; then LAST_CODE=1; fi
  done
  return "${LAST_CODE}"
}

# repo_read SCRATCH FILE: true when dnf has the index of a repository of the file; those it does not have are noted.
repo_read() {
  local line id='' ids=() absent=() off=' ' found=0
  while IFS= read -r line; do
    if [[ ${line} =~ ^\[(.+)\] ]]; then
      id=${BASH_REMATCH[1]}
      ids+=("${id}")
    elif [[ ${line} =~ ^enabled[[:space:]]*=[[:space:]]*(0|no|false|off) ]]; then
      off+="${id} "
    fi
  done <"$2"
  for id in ${ids[@]+"${ids[@]}"}; do
    if [[ ${off} == *" ${id} "* ]]; then continue; fi
    if compgen -G "$1/lists/${id}-????????????????/repodata/repomd.xml" >/dev/null; then found=1; else absent+=("${id}"); fi
  done
  if ((${#absent[@]} == 0)); then return 0; fi
  if [[ ${found} == 0 ]]; then return 1; fi
  note "these repositories do not answer, which their definitions allow: ${absent[*]}"
}

# repo_give_up: definitions that cannot be read go, those that were there before stay. The next run tries again.
repo_give_up() {
  local said
  said=$(<"${WORK}/out")
  rm -f -- "${REPO_FILES[@]}" || true
  printf '%s\n' "${said}" >"${WORK}/out"
  die 'cannot read the package index of the declared repositories: the former ones stay in use. Make them reachable, or change node_repo_modules'
}

# repo_exclusive DIR NAME…: other repository definitions are moved out of the way, and kept, once the declared ones are known to work without them.
repo_exclusive() {
  local directory=$1 path name wanted moved=0
  repo_files "$@"
  if ((${#REPO_FILES[@]} == 0)); then return 0; fi
  shift
  for path in "${ROOT}${directory}"/*.repo "${ROOT}${directory}"/*.list "${ROOT}${directory}"/*.sources "${ROOT}"/etc/apt/sources.list; do
    if [[ ! -f ${path} || (${path} == */etc/apt/sources.list && ${directory} != /etc/apt/*) ]]; then continue; fi
    # An earlier run that failed may still owe this call, with the names of its bundle.
    if [[ -n ${F_ROW[${path#"${ROOT}"}]-} ]]; then continue; fi
    for wanted in "$@"; do
      name=${wanted##*/}
      if [[ ${path##*/} == "${name}" || ${path##*/} == "${name}.list" || ${path##*/} == "${name}.repo" ]]; then continue 2; fi
    done
    if [[ ${path} == */sources.list && ! -s ${path} ]]; then continue; fi
    if [[ ${moved} == 0 ]]; then
      if [[ ${CHECK} == 0 ]] && ! repo_alone; then repo_give_up; fi
      queue_effects 'call repo_refresh'
    fi
    if [[ ${CHECK} == 0 ]]; then run mkdir -p -- "${ROOT}${directory}/backup" || die 'cannot keep the repository definitions'; fi
    change "${path#"${ROOT}"} is out of use" mv -f -- "${path}" "${ROOT}${directory}/backup/${path##*/}"
    moved=1
  done
  if [[ ${moved} == 1 ]]; then flush_effects; fi
}

# uv_venv DIR PACKAGE…: a convenience for operators, so a failure (no network) is noted only.
uv_venv() {
  local directory=$1 missing=() name installed
  shift
  if ! have uv; then return 0; fi
  # Its Python is run below.
  whose "${directory}/bin/python"
  if [[ ${WHOSE} != root ]]; then
    note "no Python environment in ${directory}: ${WHOSE} may change it"
    return 0
  fi
  if [[ ! -x ${ROOT}${directory}/bin/python ]]; then
    if [[ ${CHECK} == 0 ]] && ! through_proxy run timeout 300 uv venv --quiet -- "${ROOT}${directory}"; then
      note "no Python environment in ${directory}"
      return 0
    fi
    changed "Python environment ${directory}"
  fi
  if (($# == 0)) || [[ ! -x ${ROOT}${directory}/bin/python ]]; then return 0; fi
  installed=$(timeout 60 uv pip list --quiet --python "${ROOT}${directory}/bin/python" --format freeze 2>/dev/null || true)
  for name in "$@"; do
    if [[ $'\n'${installed,,} != *$'\n'"${name,,}=="* ]]; then missing+=("${name}"); fi
  done
  if ((${#missing[@]} == 0)); then return 0; fi
  if [[ ${CHECK} == 0 ]] && ! through_proxy run timeout 600 uv pip install --quiet --python "${ROOT}${directory}/bin/python" -- "${missing[@]}"; then
    note "Python packages ${missing[*]} are not available"
    return 0
  fi
  changed "Python packages ${missing[*]}"
}
