# Whether services answer through their own port. That something accepts a connection proves nothing: the kernel does that for a program that hangs.

# What asks; arguments are address, port and path.
# shellcheck disable=SC2016
HTTP_ASK='exec 3<>"/dev/tcp/$1/$2" && printf "GET %s HTTP/1.0\r\nHost: localhost\r\n\r\n" "$3" >&3 && read -r _ status _ <&3 && [[ ${status} == [1-4]?? ]]'

# http_answers ADDRESS PORT [PATH]: an answer that wants a password, or TLS, is one; an error of the server is none.
http_answers() { run timeout 10 bash -c "${HTTP_ASK}" bash "$1" "$2" "${3:-/}"; }

# https_answers URL CA
https_answers() { run timeout 10 curl -fsS --max-time 8 --cacert "${ROOT}$2" -o /dev/null "$1"; }

# A question about the server itself, which it passes on to nobody: version.bind, class CH, with its length and its number before it.
# shellcheck disable=SC2016
DNS_ASK='exec 3<>"/dev/tcp/$1/$2" && printf "\0\036\0224\001\0\0\001\0\0\0\0\0\0\007version\004bind\0\0\020\0\003" >&3 && [[ $(od -An -tx1 -j2 -N2 <&3) == " 12 34" ]]'

# dns_answers ADDRESS PORT
dns_answers() { run timeout 10 bash -c "${DNS_ASK}" bash "$1" "$2"; }

# vip_held ADDRESS: the host that leads has the virtual address, and no other one. Who leads is not to be found out here.
vip_held() {
  local leads=0
  if ! pg_env || ! answer hostname -I; then return 0; fi
  local addresses=" ${ANSWER} "
  if ! patroni_answers "${PATRONI_URL}/leader"; then return 0; fi
  if [[ ${LAST_CODE} == 0 ]]; then leads=1; fi
  if [[ ${addresses} == *" $1 "* ]]; then [[ ${leads} == 1 ]]; else [[ ${leads} == 0 ]]; fi
}
