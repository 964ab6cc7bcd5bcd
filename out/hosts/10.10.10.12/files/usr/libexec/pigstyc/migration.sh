# Read by pg-migrate: how the two clusters are asked, and what speaks against a migration.
# shellcheck shell=bash source=/dev/null disable=SC2312 # who does not answer says nothing, and nothing is refused
. /usr/libexec/pigstyc/recovery.sh
: "${PATRONI_PEERS:?}" "${PG_ADMIN:?}" "${PG_BIN_DIR:?}" "${PG_CLUSTER:?}" "${PG_DBSU:?}" "${PG_PORT:?}" "${PG_SOCKET_DIR:?}"

# How libpq reaches the other cluster.
from=
# Those that both have.
databases=()
# Whether something speaks against it.
bad=
# Seconds that a statement may take; 0 is as long as it needs.
limit=0
# Of publications, subscriptions and, with more behind it, slots; on both sides.
name=pigstyc_${PG_CLUSTER//[^a-z0-9_]/_}
name=${name:0:40}
home=$(getent passwd "${PG_DBSU}" | cut -d : -f 6)

# Tables, views and sequences c of users: not those of the system, of extensions, of the monitoring.
ours="c.relpersistence = 'p' AND c.relnamespace::regnamespace::text NOT IN ('pg_catalog', 'information_schema', 'monitor')
  AND c.relnamespace::regnamespace::text !~ '^pg_(toast|temp)'
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')"
tables="${ours} AND c.relkind IN ('r', 'p') AND NOT c.relispartition"
subscribed="SELECT FROM pg_subscription WHERE subname = '${name}' AND subdbid = (SELECT oid FROM pg_database WHERE datname = current_database())"

problem() {
  echo "  $*" >&2
  bad=1
}
literal() { printf "'%s'" "${1//\'/\'\'}"; }
# word TEXT: a value in libpq's words.
word() {
  local text=${1//\\/\\\\}
  printf "'%s'" "${text//\'/\\\'}"
}
# to_here DATABASE, to_there DATABASE: how each is reached. What is given there wins over what is usual.
to_here() { echo "host=${PG_SOCKET_DIR} port=${PG_PORT} user=${PG_DBSU} dbname=$(word "$1")"; }
to_there() { echo "user=${PG_ADMIN} connect_timeout=10 ${from} target_session_attrs=read-write dbname=$(word "$1")"; }
# how the other one reaches the member that leads here.
from_there() {
  local peer hosts=()
  for peer in ${PATRONI_PEERS}; do
    peer=${peer#*://}
    hosts+=("${peer%:*}")
  done
  peer=$(IFS=,; echo "${hosts[*]}")
  echo "host=${peer} port=${PG_PORT} user=${PG_ADMIN} connect_timeout=10 target_session_attrs=read-write dbname=$(word "$1")"
}
client() { as env "HOME=${home}" "PGOPTIONS=-c search_path= -c client_min_messages=error -c statement_timeout=${limit}s" "$@" </dev/null; }
ask() { client "${PG_BIN_DIR}/psql" -XwqAt -v ON_ERROR_STOP=1 -d "$1" -c "$2"; }
here() { ask "$(to_here "$1")" "$2"; }
there() { ask "$(to_there "$1")" "$2"; }
# holds SIDE DATABASE QUERY: whether it has a row.
holds() { [[ $("$1" "$2" "SELECT EXISTS (${3})") == t ]]; }

# find: the databases that both have.
find_databases() {
  local all own one
  [[ $(here postgres 'SELECT pg_is_in_recovery()') == f ]] || fail 'this host does not lead'
  all=$(there postgres "SELECT datname FROM pg_database WHERE datallowconn AND NOT datistemplate AND datname <> 'postgres' ORDER BY 1") \
    || fail 'the other cluster cannot be asked; nothing was changed'
  own=$(here postgres 'SELECT datname FROM pg_database WHERE NOT datistemplate') || fail 'the server does not answer'
  while IFS= read -r one; do
    if grep -qxF -e "${one}" <<<"${own}"; then
      databases+=("${one}")
    elif [[ -n ${one} ]]; then
      echo "${one} stays behind: ${PG_CLUSTER} has no database of that name"
    fi
  done <<<"${all}"
  ((${#databases[@]} > 0)) || fail 'the two clusters have no database in common: declare it in pg_databases'
}

# slot DATABASE: the name of its slot on the other side, that of the way back ends in `_back`.
slot() { there "$1" "SELECT '${name}_' || oid FROM pg_database WHERE datname = current_database()"; }

possible() {
  local side free database
  (($(there postgres 'SHOW server_version_num') >= 130000)) || problem 'PostgreSQL there is older than 13: with a dump'
  for side in there here; do
    [[ $("${side}" postgres 'SHOW wal_level') == logical ]] || problem "wal_level is not logical ${side}"
    [[ $("${side}" postgres 'SHOW is_superuser') == on ]] || problem "the user ${side} is no superuser"
    free=$("${side}" postgres "SELECT current_setting('max_replication_slots')::int - count(*) FROM pg_replication_slots WHERE slot_name !~ '^${name}_'")
    ((${free:-0} >= ${#databases[@]})) || problem "max_replication_slots ${side} leaves ${free:-0} for ${#databases[@]} databases"
  done
  for database in "${databases[@]}"; do
    if ! holds here "${database}" "${subscribed}" && ! holds there "${database}" "${subscribed}"; then fits "${database}"; fi
  done
  [[ -z ${bad} ]] || fail 'that speaks against it; nothing was changed'
}

# missing DATABASE WHAT THERE HERE: what a query finds there and another does not find here.
missing() {
  local one own
  own=$(here "$1" "$4") || fail 'the server does not answer'
  there "$1" "$3" | while IFS= read -r one; do
    if ! grep -qxF -e "${one}" <<<"${own}"; then echo "$1: there is no $2 ${one} here"; fi
  done
}

# each DATABASE QUERY TEXT: a problem for each row of a query of the other one.
each() {
  local row
  while IFS= read -r row; do
    if [[ -n ${row} ]]; then problem "$1: ${row}${3}"; fi
  done < <(there "$1" "$2")
}

# fits DATABASE: what logical replication cannot carry, or would make fail there.
fits() {
  local row
  each "$1" "SELECT c.oid::regclass FROM pg_class c WHERE ${ours} AND c.relkind = 'r' AND (c.relreplident = 'n'
    OR c.relreplident = 'd' AND NOT EXISTS (SELECT FROM pg_index i WHERE i.indrelid = c.oid AND i.indisprimary AND i.indimmediate)
    OR c.relreplident = 'i' AND NOT EXISTS (SELECT FROM pg_index i WHERE i.indrelid = c.oid AND i.indisreplident))" \
    ' has no replica identity, and its rows could not be changed any more: ALTER TABLE … REPLICA IDENTITY FULL, or a primary key'
  each "$1" "SELECT extname FROM pg_extension WHERE extname IN ('timescaledb', 'citus')" ' keeps rows where logical replication does not see them'
  while IFS= read -r row; do
    if [[ -n ${row} ]]; then problem "${row}"; fi
  done < <(
    missing "$1" role "SELECT DISTINCT r.rolname FROM pg_shdepend s JOIN pg_roles r ON r.oid = s.refobjid WHERE s.refclassid = 'pg_authid'::regclass
      AND s.dbid = (SELECT oid FROM pg_database WHERE datname = current_database())" 'SELECT rolname FROM pg_roles'
    missing "$1" extension 'SELECT extname FROM pg_extension' 'SELECT name FROM pg_available_extensions'
    missing "$1" encoding 'SHOW server_encoding' 'SHOW server_encoding'
  )
  row=$(here "$1" "SELECT string_agg(c.oid::regclass::text, ', ') FROM pg_class c WHERE ${tables}")
  if [[ -n ${row} ]] && ! begun "$1"; then problem "$1 has tables here: ${row:0:200}"; fi
}

begun() { holds there "$1" "SELECT FROM pg_publication WHERE pubname = '${name}'"; }
