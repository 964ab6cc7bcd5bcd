# Packages: what is missing is installed, nothing is upgraded or removed.

declare -A INSTALLED=()
PACKAGES=()
PACKAGES_READ=0
REPO_REFRESHED=0
# Options for a while, e.g. of other repositories than the host's.
PACKAGE_OPTIONS=()
# How long one call of it may take.
PACKAGE_SECONDS=1800

read_packages() {
  local name state
  if [[ ${PACKAGES_READ} == 1 ]]; then return 0; fi
  INSTALLED=()
  if ((${#PACKAGES[@]} > 0)); then
    if have dpkg-query; then
      # shellcheck disable=SC2016 # the format is dpkg's
      answer dpkg-query -W -f '${Package}\t${db:Status-Status}\t${Provides}\n' || die 'cannot read the list of packages'
      local provides list=()
      while IFS=$'\t' read -r name state provides; do
        if [[ ${state} != installed ]]; then continue; fi
        INSTALLED[${name}]=1
        if [[ -n ${provides} ]]; then
          IFS=, read -r -a list <<<"${provides}"
          for name in "${list[@]}"; do
            name=${name# }
            INSTALLED[${name%% *}]=1
          done
        fi
      done <<<"${ANSWER}"
    elif have rpm; then
      for name in "${PACKAGES[@]}"; do
        if rpm -q --quiet --whatprovides -- "${name}" 2>/dev/null; then INSTALLED[${name}]=1; fi
      done
    fi
  fi
  PACKAGES_READ=1
}

package_manager() {
  if have apt-get; then
    run timeout "${PACKAGE_SECONDS}" env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=300 \
      -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold ${PACKAGE_OPTIONS[@]+"${PACKAGE_OPTIONS[@]}"} "$@"
  elif have dnf; then
    run timeout "${PACKAGE_SECONDS}" dnf -q -y ${PACKAGE_OPTIONS[@]+"${PACKAGE_OPTIONS[@]}"} "$@"
  else
    LAST_COMMAND="package manager" LAST_CODE=127
    return 127
  fi
}

# repo_refresh: reads the package index again. Called after repository definitions changed, also when it was read before that in the same run.
repo_refresh() {
  if [[ ${CHECK} == 1 ]]; then return 0; fi
  REPO_REFRESHED=1
  if have apt-get; then package_manager update || die 'cannot read the package index'; else package_manager makecache || die 'cannot read the package index'; fi
}

# package_install required|optional NAME…
package_install() {
  local need=$1 name missing=()
  shift
  STEP="packages"
  read_packages
  for name in "$@"; do
    if [[ -z ${INSTALLED[${name%%=*}]-} ]]; then missing+=("${name}"); fi
  done
  if ((${#missing[@]} == 0)); then
    ok
    return 0
  fi
  STEP="packages ${missing[*]}"
  if [[ ${CHECK} == 1 ]]; then
    changed "packages ${missing[*]}"
    return 0
  fi
  if ! install_packages "${missing[@]}"; then
    if [[ ${need} == required ]]; then die "cannot install ${missing[*]}"; fi
    for name in "${missing[@]}"; do
      if install_packages "${name}"; then changed "package ${name}"; else note "optional package ${name} is not available"; fi
    done
  else
    changed "packages ${missing[*]}"
  fi
  PACKAGES_READ=0 ACCOUNTS_READ=0
  # A package brings files, units and users of its own.
  scan_host
  scan_units
}

install_packages() {
  if have apt-get; then
    if package_manager install --no-install-recommends -- "$@"; then return 0; fi
    if [[ ${REPO_REFRESHED} == 0 ]]; then
      REPO_REFRESHED=1
      package_manager update && package_manager install --no-install-recommends -- "$@"
      return
    fi
    return 1
  fi
  package_manager install -- "$@"
}
