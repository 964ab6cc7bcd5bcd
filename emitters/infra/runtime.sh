# Infra hosts: portal certificates and Grafana's data sources.

# nginx_certs DIR [DOMAIN NAME]…: certificates from certbot are used once they exist, the portal's own until then.
nginx_certs() {
  local directory=$1 domain live relinked=0
  shift
  while (($# > 0)); do
    domain=$1 live=/etc/letsencrypt/live/$2
    shift 2
    if [[ -e ${ROOT}${live}/fullchain.pem && -e ${ROOT}${live}/privkey.pem ]]; then
      nginx_cert_link "${directory}/${domain}.crt" "${live}/fullchain.pem" && relinked=1
      nginx_cert_link "${directory}/${domain}.key" "${live}/privkey.pem" && relinked=1
    else
      nginx_cert_link "${directory}/${domain}.crt" "${directory}/pigsty.crt" && relinked=1
      nginx_cert_link "${directory}/${domain}.key" "${directory}/pigsty.key" && relinked=1
    fi
  done
  if [[ ${relinked} == 1 ]]; then queue_effects 'reload nginx'; fi
}

# nginx_reads FILE: whether nginx takes a new nginx.conf without servers, or a new server as the only one: neither another
# server nor an old mistake decides about it.
nginx_reads() {
  local whole=${WORK}/nginx.conf others='include .*/conf\.d/\*\.conf;'
  if ! have nginx; then return 0; fi
  if [[ $1 == */conf.d/* ]]; then
    cp -- "$1" "${WORK}/server.conf" || return 1
    sed "s|${others}|include ${WORK}/server.conf;|" "${ROOT}/etc/nginx/nginx.conf" >"${whole}" || return 1
  else
    sed "s|${others}||" "$1" >"${whole}" || return 1
  fi
  timeout 60 nginx -t -q -c "${whole}"
}

# nginx_cert_link PATH TARGET: true when the link was changed.
nginx_cert_link() {
  link_target "$1"
  if [[ ${ANSWER} == "$2" ]]; then return 1; fi
  change "$1 -> $2" ln -sfn -- "$2" "${ROOT}$1"
}

# grafana_request METHOD PATH [FILE]: the status is in GRAFANA_STATUS, the answer in ${WORK}/out. The log-in is in a file of ours.
grafana_request() {
  local data=()
  if (($# > 2)); then data=(--data-binary "@${ROOT}$3"); fi
  LAST_COMMAND="curl -X $1 ${GRAFANA_URL}$2" LAST_CODE=0
  GRAFANA_STATUS=$(timeout 30 curl -sS -K "${WORK}/grafana" -X "$1" -H 'Content-Type: application/json' ${data[@]+"${data[@]}"} -o "${WORK}/out" -w '%{http_code}' "${GRAFANA_URL}$2" 2>"${WORK}/error") || LAST_CODE=$?
  room
  if [[ ${LAST_CODE} != 0 ]]; then printf '%s\n' "$(<"${WORK}/error")" >"${WORK}/out"; fi
  return "${LAST_CODE}"
}

# grafana_datasource ACCESS FILE: adds or replaces one data source; FILE is named after it, as in a URL.
grafana_datasource() {
  local name=${2##*/} login uid
  name=${name%.json}
  settings "${ROOT}$1" GRAFANA_URL GRAFANA_USER GRAFANA_PASSWORD || die "cannot read $1"
  # The file is gone when its database is: nothing to add then.
  if [[ ! -e ${ROOT}$2 ]]; then return 0; fi
  login=${GRAFANA_USER}:${GRAFANA_PASSWORD}
  login=${login//\\/\\\\}
  (umask 077 && printf 'user = "%s"\n' "${login//\"/\\\"}" >"${WORK}/grafana")
  if ! deadline 60 curl -fsS -o /dev/null "${GRAFANA_URL}/api/health"; then die 'Grafana does not answer'; fi
  grafana_request GET "/api/datasources/name/${name}" || die "data source ${name}"
  if [[ ${GRAFANA_STATUS} == 200 ]]; then
    if [[ ! $(<"${WORK}/out") =~ \"uid\":\"([^\"]*)\" ]]; then die "data source ${name}: Grafana does not name it"; fi
    uid=${BASH_REMATCH[1]}
    grafana_request PUT "/api/datasources/uid/${uid}" "$2" || die "data source ${name}"
  else
    grafana_request POST /api/datasources "$2" || die "data source ${name}"
  fi
  if [[ ${GRAFANA_STATUS} != 200 ]]; then
    LAST_CODE=1
    die "data source ${name}: Grafana answers ${GRAFANA_STATUS}"
  fi
  changed "data source ${name}"
}
