# The site's own package repository: what its hosts install, with everything that depends on, fetched once, indexed and served.

# Names that no source has.
REPO_MISSING=()

# repo_packages_in DIRECTORY: its packages, in REPO_FILES.
repo_packages_in() {
  local path
  REPO_FILES=()
  for path in "${ROOT}$1"/*.deb "${ROOT}$1"/*.rpm; do
    if [[ -f ${path} ]]; then REPO_FILES+=("${path}"); fi
  done
}

# repo_source DIRECTORY: a definition of the directory as a repository, in ${WORK}/repository/own.
repo_source() {
  local scratch=${WORK}/repository/own
  if [[ -d ${scratch} ]]; then return 0; fi
  run mkdir -p -- "${scratch}" || die 'cannot make a scratch directory'
  if have apt-get; then
    printf 'deb [trusted=yes] file:%s ./\n' "${ROOT}$1" >"${scratch}/own.list"
  else
    printf '[own]\nname=own\nbaseurl=file://%s\ngpgcheck=0\nenabled=1\nmodule_hotfixes=1\n' "${ROOT}$1" >"${scratch}/own.repo"
  fi
}

# repo_manager SOURCES COMMAND…: the package manager with these sources alone and no package installed, so that nothing a fresh host may lack is left out.
repo_manager() {
  local sources=$1 scratch=${WORK}/repository
  shift
  if [[ $1 == read ]]; then
    if have apt-get; then set -- update; else set -- makecache; fi
  fi
  run mkdir -p -- "${sources}.lists/partial" "${scratch}/root" || die 'cannot make a scratch directory'
  if have apt-get; then
    : >"${scratch}/status"
    package_manager -o Dir::Etc::sourcelist=/dev/null -o "Dir::Etc::sourceparts=${sources}" -o "Dir::State::lists=${sources}.lists" \
      -o "Dir::State::status=${scratch}/status" -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache= -o APT::Update::Error-Mode=any "$@"
  else
    local version
    version=$(sed -n 's/^VERSION_ID="\{0,1\}\([0-9]*\).*/\1/p' "${ROOT}/etc/os-release")
    package_manager "--installroot=${scratch}/root" "--releasever=${version}" "--setopt=reposdir=${sources}" "--setopt=cachedir=${sources}.lists" \
      "--setopt=module_platform_id=platform:el${version}" --setopt=install_weak_deps=False "$@"
  fi
}

# repo_solve SOURCES NAME…: can these be installed together from these sources? Fetches nothing.
repo_solve() {
  local sources=$1
  shift
  if have apt-get; then
    repo_manager "${sources}" --print-uris install --no-install-recommends -- "$@"
  else
    # dnf has no way to only ask: it is stopped where it would begin.
    repo_manager "${sources}" --assumeno install -- "$@" || says 'Operation aborted'
  fi
}

# repo_fetch SOURCES DIRECTORY NAME…: puts these packages and all they depend on into the directory. Names that cannot be had together are fetched in
# halves; a name that cannot be had at all is added to REPO_MISSING. What the directory already has is not fetched again.
repo_fetch() {
  local sources=$1 directory=$2 half
  shift 2
  if ! repo_solve "${sources}" "$@"; then
    if (($# == 1)); then
      REPO_MISSING+=("$1")
      return 0
    fi
    half=$(($# / 2))
    repo_fetch "${sources}" "${directory}" "${@:1:half}"
    repo_fetch "${sources}" "${directory}" "${@:half+1}"
    return 0
  fi
  if have apt-get; then
    repo_manager "${sources}" -o "Dir::Cache::archives=${ROOT}${directory}" --download-only install --no-install-recommends -- "$@" || die 'cannot fetch packages'
  else
    repo_manager "${sources}" --downloadonly "--destdir=${ROOT}${directory}" install -- "$@" || die 'cannot fetch packages'
  fi
}

# repo_index DIRECTORY SOURCES: what the package managers of the hosts read first.
repo_index() {
  local directory=${ROOT}$1
  repo_packages_in "$1"
  if have apt-get; then
    repo_index_apt "${directory}"
  else
    if ! have createrepo_c; then
      package_manager "--setopt=reposdir=$2" "--setopt=cachedir=$2.lists" install -- createrepo_c || die 'cannot install createrepo_c'
    fi
    run createrepo_c -q --update -- "${directory}" || die 'cannot make the index'
  fi
}

# repo_index_apt DIRECTORY: Packages.gz, of REPO_FILES.
repo_index_apt() {
  local path sum size
  for path in ${REPO_FILES[@]+"${REPO_FILES[@]}"}; do
    answer sha256sum -- "${path}" || die "cannot read ${path}"
    sum=${ANSWER%% *}
    answer stat -c %s -- "${path}" || die "cannot read ${path}"
    size=${ANSWER}
    answer dpkg-deb -f "${path}" || die "cannot read ${path}"
    printf '%s\nFilename: ./%s\nSize: %s\nSHA256: %s\n\n' "${ANSWER}" "${path##*/}" "${size}" "${sum}"
  done >"${WORK}/Packages"
  run gzip -9nf -- "${WORK}/Packages" || die 'cannot make the index'
  run install -m 0644 -- "${WORK}/Packages.gz" "$1/.Packages.gz" || die 'cannot write the index'
  run mv -f -- "$1/.Packages.gz" "$1/Packages.gz" || die 'cannot write the index'
}

# repo_suffices DIRECTORY LIST: what the hosts cannot do without can be installed from what is there.
repo_suffices() {
  local words=()
  repo_packages_in "$1"
  if ((${#REPO_FILES[@]} == 0)); then return 1; fi
  if [[ ! -e ${ROOT}$1/Packages.gz && ! -e ${ROOT}$1/repodata/repomd.xml ]]; then
    if ! have apt-get && ! have createrepo_c; then return 1; fi
    repo_index "$1" "${WORK}/repository/own"
  fi
  repo_source "$1"
  repo_manager "${WORK}/repository/own" read || return 1
  while read -r -a words; do
    if [[ ${words[0]} == required ]] && ! repo_solve "${WORK}/repository/own" "${words[@]:1}"; then return 1; fi
  done <"${ROOT}$2"
}

# repo_has_files DIRECTORY LIST: every file of a URL is there.
repo_has_files() {
  local words=()
  while read -r -a words; do
    if [[ ${words[0]} == url && ! -e ${ROOT}$1/${words[1]} ]]; then return 1; fi
  done <"${ROOT}$2"
}

# repo_download DIRECTORY LIST SOURCES: files of URLs. Packages among them can be asked for like those of SOURCES.
repo_download() {
  local words=() path
  while read -r -a words; do
    path=${ROOT}$1/${words[1]-}
    if [[ ${words[0]} != url || -e ${path} ]]; then continue; fi
    if have curl; then
      through_proxy run_long timeout 3600 curl -fsSL --retry 3 -o "${path}.new" -- "${words[2]}" || die "cannot fetch ${words[1]} of repo_url_packages"
    else
      through_proxy run_long timeout 3600 /usr/lib/apt/apt-helper download-file "${words[2]}" "${path}.new" || die "cannot fetch ${words[1]} of repo_url_packages"
    fi
    run mv -f -- "${path}.new" "${path}" || die "cannot write ${path}"
  done <"${ROOT}$2"
  repo_packages_in "$1"
  if ((${#REPO_FILES[@]} > 0)); then
    repo_index "$1" "$3"
    repo_source "$1"
    run cp -R -- "${WORK}/repository/own/." "$3" || die 'cannot copy the repository definitions'
  fi
}

# repo_gather DIRECTORY SOURCES LIST: fetches what LIST names. A package that hosts cannot do without must be there.
repo_gather() {
  local directory=$1 sources=${WORK}/repository/sources name words=() absent=()
  # A distribution's worth of packages through a thin line.
  local PACKAGE_SECONDS=21600
  run mkdir -p -- "${WORK}/repository" || die 'cannot make a scratch directory'
  run cp -R -- "${ROOT}$2" "${sources}" || die 'cannot copy the repository definitions'
  repo_download "${directory}" "$3" "${sources}"
  if ! repo_manager "${sources}" read; then
    die "cannot read the package index of repo_modules. Make those repositories reachable, or put the packages into ${directory} yourself, or set node_repo_modules to repositories that hosts reach"
  fi
  while read -r -a words; do
    if [[ ${words[0]} != required && ${words[0]} != optional ]]; then continue; fi
    REPO_MISSING=()
    repo_fetch "${sources}" "${directory}" "${words[@]:1}"
    if ((${#REPO_MISSING[@]} == 0)); then continue; fi
    if [[ ${words[0]} == required ]]; then die "no repository of repo_modules has ${REPO_MISSING[*]}: name one more there, or take the packages out of the inventory"; fi
    # Several lines may ask for the same.
    for name in "${REPO_MISSING[@]}"; do
      if [[ " ${absent[*]-} " != *" ${name} "* ]]; then absent+=("${name}"); fi
    done
  done <"${ROOT}$3"
  if ((${#absent[@]} > 0)); then note "no repository of repo_modules has ${absent[*]}"; fi
  run rm -rf -- "${ROOT}${directory}/partial" "${ROOT}${directory}/lock" || die 'cannot tidy up'
  repo_index "${directory}" "${sources}"
  if ! repo_suffices "${directory}" "$3"; then die "${directory} does not hold all that its packages depend on"; fi
}

# repo_build DIR SOURCES LIST: DIR holds what the lines of LIST name (`required|optional NAME…`, `url NAME URL`) and all that it depends on, from the
# repositories defined in SOURCES, and an index of it. repo_complete in it says for which LIST that is so. One that somebody else has put there is
# believed: then the directory is taken as it is, and nothing is fetched.
repo_build() {
  local directory=$1 complete=${ROOT}$1/repo_complete said='' mark="pigstyc ${F_HASH[$3]}"
  STEP="package repository ${directory}"
  if [[ -e ${complete} ]]; then read -r said <"${complete}" || true; fi
  if [[ -e ${complete} && (${said} != 'pigstyc '* || ${said} == "${mark}") ]]; then
    if [[ ${UPGRADE} == 1 ]]; then repo_upgrade "$@"; else ok; fi
    return 0
  fi
  if [[ ${CHECK} == 0 ]]; then
    if ! repo_has_files "${directory}" "$3" || ! repo_suffices "${directory}" "$3"; then repo_gather "$@"; fi
    printf '%s\n' "${mark}" >"${complete}.new" || die "cannot write ${complete}"
    run mv -f -- "${complete}.new" "${complete}" || die "cannot write ${complete}"
  fi
  changed "package repository ${directory}"
}

# repo_upgrade DIR SOURCES LIST: with --upgrade, a directory that was fetched here gets the newest versions too. What hosts may install from is no restart.
repo_upgrade() {
  local before
  if [[ ${said} != 'pigstyc '* ]]; then
    note "somebody else has filled $1: newer packages are theirs to bring"
  elif [[ ${CHECK} == 1 ]]; then
    note "newer packages come to $1 with apply.sh --stage repo --upgrade"
  else
    repo_packages_in "$1"
    before=${REPO_FILES[*]-}
    repo_gather "$@"
    if [[ ${REPO_FILES[*]-} != "${before}" ]]; then changed "newer packages in $1"; fi
  fi
}

# repo_install DIR NAME…: packages that are needed to serve the directory come out of it.
repo_install() {
  local own=${WORK}/repository/own UPGRADE=0
  if [[ ${CHECK} == 0 ]]; then repo_source "$1"; fi
  shift
  PACKAGES+=("$@") PACKAGES_READ=0
  if have apt-get; then
    PACKAGE_OPTIONS=(-o Dir::Etc::sourcelist=/dev/null -o "Dir::Etc::sourceparts=${own}" -o "Dir::State::lists=${own}.lists")
  else
    PACKAGE_OPTIONS=("--setopt=reposdir=${own}" "--setopt=cachedir=${own}.lists")
  fi
  package_install required "$@"
  # What is read later are other repositories.
  PACKAGE_OPTIONS=() REPO_REFRESHED=0
}
