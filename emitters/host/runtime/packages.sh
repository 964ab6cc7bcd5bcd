# Packages: what is missing is installed, another version that the inventory names with leave, a newer one with --upgrade; nothing is removed.

# Names that are there: `package`, or 1 for what packages provide and other ways to say their names.
declare -A INSTALLED=() PACKAGE_VERSION=()
PACKAGES=()
PACKAGES_READ=0
# What `package_install` has to install.
MISSING=()
# The package whose version `other_version` has compared.
OTHER=
# What `newer_packages` has found, as a text each: `NAME OLD to NEW`, or `NAME NEW` of one that is needed now.
NEWER=()
REPO_REFRESHED=0
# 1 when this run has read the index to find newer versions.
NEWEST_READ=0
# Options for a while, e.g. of other repositories than the host's.
PACKAGE_OPTIONS=()
# How long one call of it may take.
PACKAGE_SECONDS=1800
# What proxy_env says, a NAME=VALUE per line.
PROXY_FILE=/etc/pigstyc/proxy

read_packages() {
  local name state
  if [[ ${PACKAGES_READ} == 1 ]]; then return 0; fi
  INSTALLED=() PACKAGE_VERSION=()
  if ((${#PACKAGES[@]} > 0)); then
    if have dpkg-query; then
      # shellcheck disable=SC2016 # the format is dpkg's
      answer dpkg-query -W -f '${Package}\t${db:Status-Status}\t${Version}\t${Provides}\n' || die 'cannot read the list of packages'
      local version provides list=()
      while IFS=$'\t' read -r name state version provides; do
        if [[ ${state} != installed ]]; then continue; fi
        INSTALLED[${name}]=package PACKAGE_VERSION[${name}]=${version}
        if [[ -n ${provides} ]]; then
          IFS=, read -r -a list <<<"${provides}"
          for name in "${list[@]}"; do
            name=${name# }
            INSTALLED[${name%% *}]=${INSTALLED[${name%% *}]:-1}
          done
        fi
      done <<<"${ANSWER}"
    elif have rpm; then
      read_rpm
    fi
  fi
  PACKAGES_READ=1
}

# read_rpm: the names of all packages, with architecture and version as an inventory may say them, and what they provide.
read_rpm() {
  local name version
  answer rpm -qa --qf '%{NAME}\t%{VERSION}-%{RELEASE}\n%{NAME}.%{ARCH}\n%{NAME}-%{VERSION}\n%{NAME}-%{VERSION}-%{RELEASE}\n[%{PROVIDENAME}\n]' ||
    die 'cannot read the list of packages'
  while IFS=$'\t' read -r name version; do
    if [[ -n ${version} ]]; then
      INSTALLED[${name}]=package PACKAGE_VERSION[${name}]=${version}
    elif [[ -n ${name} ]]; then
      INSTALLED[${name}]=${INSTALLED[${name}]:-1}
    fi
  done <<<"${ANSWER}"
}

# through_proxy COMMAND…: a command that downloads, with the proxies of who runs this and those of proxy_env before them. They may hold a password, so
# they never are arguments.
through_proxy() {
  local line proxies=(${PROXIES[@]+"${PROXIES[@]}"})
  if [[ -r ${ROOT}${PROXY_FILE} ]]; then
    while IFS= read -r line; do proxies+=("${line}"); done <"${ROOT}${PROXY_FILE}"
  fi
  if ((${#proxies[@]} > 0)); then local -x "${proxies[@]}"; fi
  "$@"
}

package_manager() {
  if have apt-get; then
    through_proxy run timeout "${PACKAGE_SECONDS}" env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=300 \
      -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold ${PACKAGE_OPTIONS[@]+"${PACKAGE_OPTIONS[@]}"} "$@"
  elif have dnf; then
    through_proxy run timeout "${PACKAGE_SECONDS}" dnf -q -y ${PACKAGE_OPTIONS[@]+"${PACKAGE_OPTIONS[@]}"} "$@"
  else
    LAST_COMMAND="package manager" LAST_CODE=127
    return 127
  fi
}

# package_index [OPTION…]: reads the package index.
package_index() {
  if have apt-get; then package_manager "$@" update; else package_manager "$@" makecache; fi
}

# repo_refresh: reads the package index again. Called after repository definitions changed, also when it was read before that in the same run.
repo_refresh() {
  if [[ ${CHECK} == 1 ]]; then return 0; fi
  REPO_REFRESHED=1
  package_index || die 'cannot read the package index'
}

# is_pattern NAME: a version behind `=` may have a pattern of its own.
is_pattern() { [[ ${1%%=*} == *[*?]* ]]; }

# package_missing NAME: adds it to MISSING unless it is installed; of a pattern, what it has brought and is gone.
package_missing() {
  local name
  if is_pattern "$1"; then
    if [[ ! -s ${STATE}/patterns/$1 ]]; then
      MISSING+=("$1")
      return 0
    fi
    while read -r name; do
      if [[ -z ${INSTALLED[${name}]-} ]]; then MISSING+=("${name}"); fi
    done <"${STATE}/patterns/$1"
  elif other_version "$1"; then
    # Scripts of a package may restart what it brings, and a server does not run what is on its disk.
    if [[ ${ALLOW_RESTART} == 1 ]]; then MISSING+=("$1"); else pending "install $1, ${PACKAGE_VERSION[${OTHER}]} is here: needs --allow-restart"; fi
  elif [[ -z ${INSTALLED[${1%%=*}]-} ]]; then
    MISSING+=("$1")
  fi
}

# other_version NAME: true when it names a version (`NAME=VERSION` for apt, `NAME-VERSION` for dnf) and another one of the package, OTHER, is installed.
other_version() {
  OTHER=${1%%=*}
  if [[ $1 == *=* ]]; then
    # shellcheck disable=SC2053 # a version may be a pattern
    [[ -n ${PACKAGE_VERSION[${OTHER}]-} && ${PACKAGE_VERSION[${OTHER}]} != ${1#*=} ]]
    return
  fi
  if have dpkg-query || [[ -n ${INSTALLED[$1]-} ]]; then return 1; fi
  for OTHER in "${1%-*}" "${1%-*-*}"; do
    # The name of a package may go on behind that of another one, but not with a number.
    if [[ ${1#"${OTHER}"} == -[0-9]* && -n ${PACKAGE_VERSION[${OTHER}]-} ]]; then return 0; fi
  done
  return 1
}

# patterns_remember NAME…: what each pattern among them stands for on this host. Asked again it would bring newer versions along.
patterns_remember() {
  local pattern name names
  for pattern in "$@"; do
    if ! is_pattern "${pattern}"; then continue; fi
    read_packages
    names=
    for name in "${!INSTALLED[@]}"; do
      # shellcheck disable=SC2053 # a pattern is meant
      if [[ ${INSTALLED[${name}]} == package && ${name} == ${pattern} ]]; then names+=${name}$'\n'; fi
    done
    run mkdir -p -- "${STATE}/patterns" || die 'cannot remember what a pattern stands for'
    printf '%s' "${names}" >"${STATE}/patterns/.new" || die 'cannot remember what a pattern stands for'
    run mv -f -- "${STATE}/patterns/.new" "${STATE}/patterns/${pattern}" || die 'cannot remember what a pattern stands for'
  done
}

# package_install required|optional NAME…
package_install() {
  local need=$1 name
  MISSING=()
  shift
  STEP="packages"
  read_packages
  for name in "$@"; do package_missing "${name}"; done
  if [[ ${UPGRADE} == 1 ]]; then package_upgrade "$@"; fi
  if ((${#MISSING[@]} == 0)); then
    ok
    return 0
  fi
  STEP="packages ${MISSING[*]}"
  if [[ ${CHECK} == 1 ]]; then
    packages_differ "${need}"
    return 0
  fi
  if ! install_packages "${MISSING[@]}"; then
    if [[ ${need} == required ]]; then die "cannot install ${MISSING[*]}"; fi
    for name in "${MISSING[@]}"; do
      if install_packages "${name}"; then
        changed "package ${name}"
        brought "${name}"
      else
        package_absent "${name}"
      fi
    done
  else
    changed "packages ${MISSING[*]}"
    brought "${MISSING[@]}"
  fi
  # A package brings files, units and users of its own.
  scan_host
  scan_units
}

# packages_differ required|optional: what --check says of MISSING. An optional package that nobody had when it was asked for is no drift: no run would end it.
packages_differ() {
  local name differ=()
  for name in "${MISSING[@]}"; do
    if [[ $1 == optional && -e ${STATE}/absent/${name} ]]; then note "optional package ${name} is not available"; else differ+=("${name}"); fi
  done
  if ((${#differ[@]} > 0)); then changed "packages ${differ[*]}"; else ok; fi
}

# package_absent NAME: an optional package that cannot be had; remembered for --check, asked for again by each run.
package_absent() {
  note "optional package $1 is not available"
  if [[ -e ${STATE}/absent/$1 ]]; then return 0; fi
  run mkdir -p -- "${STATE}/absent" || die 'cannot remember what is not available'
  : >"${STATE}/absent/$1" || die 'cannot remember what is not available'
}

# brought NAME…: what was known of packages and accounts is of yesterday.
brought() {
  local name
  for name in "$@"; do
    if [[ -e ${STATE}/absent/${name} ]]; then run rm -f -- "${STATE}/absent/${name}" || die 'cannot forget what was not available'; fi
  done
  PACKAGES_READ=0 ACCOUNTS_READ=0
  patterns_remember "$@"
}

# install_packages NAME…: what the index does not know may have come to the repository since it was read.
install_packages() {
  local options=()
  if have apt-get; then options=(--no-install-recommends); fi
  if package_manager install ${options[@]+"${options[@]}"} -- "$@"; then return 0; fi
  if [[ ${REPO_REFRESHED} == 1 ]]; then return 1; fi
  REPO_REFRESHED=1
  package_index && package_manager install ${options[@]+"${options[@]}"} -- "$@"
}

# package_upgrade NAME…: those that are here, in the newest version that the repositories of the host have, with what these need. Versions that the
# inventory names, and packages that somebody holds, stay.
package_upgrade() {
  local name wanted=() listed=() held=' ' text
  if have apt-mark && answer apt-mark showhold; then held=" ${ANSWER//$'\n'/ } "; fi
  for name in "$@"; do
    if is_pattern "${name}" && [[ -s ${STATE}/patterns/${name} ]]; then mapfile -t wanted <"${STATE}/patterns/${name}"; else wanted=("${name}"); fi
    listed+=("${wanted[@]}")
  done
  wanted=()
  for name in ${listed[@]+"${listed[@]}"}; do
    if [[ ${INSTALLED[${name}]-} != package ]]; then continue; fi
    if [[ ${held} == *" ${name} "* ]]; then note "package ${name} is held"; else wanted+=("${name}"); fi
  done
  if ((${#wanted[@]} == 0)); then return 0; fi
  newer_packages "${wanted[@]}"
  if ((${#NEWER[@]} == 0)); then return 0; fi
  if [[ ${CHECK} == 1 || ${ALLOW_RESTART} == 0 ]]; then
    for text in "${NEWER[@]}"; do pending "upgrade ${text}: needs --allow-restart"; done
    return 0
  fi
  STEP="packages ${wanted[*]}"
  if have apt-get; then
    package_manager install --only-upgrade --no-install-recommends --no-remove -- "${wanted[@]}" || die "cannot upgrade ${wanted[*]}"
  else
    package_manager upgrade -- "${wanted[@]}" || die "cannot upgrade ${wanted[*]}"
  fi
  for text in "${NEWER[@]}"; do changed "package ${text}"; done
  PACKAGES_READ=0 ACCOUNTS_READ=0
  scan_host
  scan_units
}

# newer_packages NAME…: in NEWER what an upgrade of them would bring. Under --check the index that says so is read into the scratch directory.
newer_packages() {
  local line pattern='^Inst ([^ ]+) (\[([^]]+)\] )?\(([^ ]+) ' options=()
  NEWER=()
  if ! have apt-get; then
    newer_rpms "$@"
    return 0
  fi
  if [[ ${CHECK} == 1 ]]; then
    run mkdir -p -- "${WORK}/lists/partial" || die 'cannot make a directory for the package index'
    options=(-o "Dir::State::lists=${WORK}/lists" -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache=)
  fi
  if [[ ${NEWEST_READ} == 0 ]]; then package_index ${options[@]+"${options[@]}"} || die 'cannot read the package index'; fi
  NEWEST_READ=1 REPO_REFRESHED=1
  package_manager ${options[@]+"${options[@]}"} --simulate install --only-upgrade --no-install-recommends --no-remove -- "$@" ||
    die "cannot ask for newer versions of $*"
  while IFS= read -r line; do
    if [[ ${line} =~ ${pattern} ]]; then NEWER+=("${BASH_REMATCH[1]} ${BASH_REMATCH[3]:+${BASH_REMATCH[3]} to }${BASH_REMATCH[4]}"); fi
  done <"${WORK}/out"
}

# newer_rpms NAME…: dnf ends with 100 when there are some.
newer_rpms() {
  local name version rest
  LC_ALL=C package_manager --refresh check-update -- "$@" || [[ ${LAST_CODE} == 100 ]] || die "cannot ask for newer versions of $*"
  while read -r name version rest; do
    if [[ ${name} == Obsoleting ]]; then break; fi
    name=${name%.*}
    if [[ -n ${rest} && -n ${PACKAGE_VERSION[${name}]-} ]]; then NEWER+=("${name} ${PACKAGE_VERSION[${name}]} to ${version}"); fi
  done <"${WORK}/out"
}
