export PATH="/usr/pgsql/bin:$PATH:/usr/libexec/pigstyc"
if [ "$(id -u)" != 0 ]; then PATH="$PATH:/pg/bin"; fi
export PGHOME=/usr/pgsql
export PGDATA=/pg/data
export PGPORT=5432
export PGDATABASE=postgres
