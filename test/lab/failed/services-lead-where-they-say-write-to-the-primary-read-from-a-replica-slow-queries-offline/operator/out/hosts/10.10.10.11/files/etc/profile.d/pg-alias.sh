# shortcuts for administrators of this instance
alias pg-status='systemctl --no-pager status patroni pgbouncer'
alias pg-start='sudo systemctl start patroni'
alias pg-stop='sudo systemctl stop patroni'
alias pg-reload='sudo systemctl reload patroni'
alias pg-restart='sudo systemctl restart patroni'
alias pg-ps='ps -f -u postgres'
alias pg-cd='cd /pg/data'
alias pg-config='jq . /pg/data/patroni.dynamic.json'
alias pg-repl='psql -qXx -c "TABLE pg_stat_replication"'
alias pg-recv='psql -qXx -c "TABLE pg_stat_wal_receiver"'
alias pg-lsn='psql -qAXt -c "SELECT CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_lsn() END"'
alias pgb='psql -h /run/postgresql -p 6432 -d pgbouncer'
alias pgb-pools='psql -h /run/postgresql -p 6432 -d pgbouncer -Xx -c "SHOW POOLS"'
alias pgb-stats='psql -h /run/postgresql -p 6432 -d pgbouncer -Xx -c "SHOW STATS"'
alias pgb-reload='sudo systemctl reload pgbouncer'

# patronictl with the configuration of an administration node or of this instance
pg() {
  if [ -r /infra/conf/patronictl.yml ]; then
    /usr/bin/patronictl -c /infra/conf/patronictl.yml "$@"
  else
    /usr/bin/patronictl -c /etc/patroni/patroni.yml "$@"
  fi
}

# pgbackrest for this cluster
pb() {
  pgbackrest --stanza=pg-test "$@"
}
