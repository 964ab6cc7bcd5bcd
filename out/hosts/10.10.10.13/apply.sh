#!/usr/bin/env bash
# Brings 10.10.10.13 (pg-test-3) to the state its inventory declares; the second run changes nothing. See apply.sh --help.
# Quoted words are meant literally, and lib.sh reads the lists.
# shellcheck disable=SC2016,SC2034
set -uo pipefail
if ((BASH_VERSINFO[0] * 100 + BASH_VERSINFO[1] < 404)); then
  echo "apply: REFUSED: bash 4.4 or later is needed, this is ${BASH_VERSION}" >&2
  exit 3
fi
BUNDLE=${BASH_SOURCE[0]%/*}
if [[ ! -d ${BUNDLE} ]]; then BUNDLE=.; fi
BUNDLE=$(cd -- "${BUNDLE}" && pwd) || exit 3
if [[ ! -r ${BUNDLE}/lib.sh ]]; then
  echo 'apply: REFUSED: lib.sh is missing: this copy has only the reviewable files; copy the directory from where it was built' >&2
  exit 3
fi
# shellcheck source=lib.sh
. "${BUNDLE}/lib.sh" || exit 3

begin 10.10.10.13 "$@"
expect_host 10.10.10.13 pg-test-3
expect_os deb debian 13 strict
expect_memory 4096 2
expect_interface pg_vip_interface eth1
UNITS=(haproxy tuned chrony cron postgresql patroni pgbouncer vip-manager postgres redis-server redis-ms-1-6379 redis-ms-1-6380
  redis_exporter node_exporter vector pg_exporter pgbouncer_exporter pgbackrest_exporter)
PACKAGES=(bash python3 sudo acl ca-certificates openssl curl wget lz4 zstd unzip bzip2 gzip tar tzdata chrony openssh-server util-linux
  rsync psmisc logrotate pv jq git make patch lsof less ncdu htop iotop socat net-tools telnet ipvsadm tuned numactl nvme-cli sysstat
  keepalived etcd haproxy vector pig uv zlib1g libreadline-dev xz-utils locales cron openssh-client node-exporter bind9-dnsutils iproute2
  iputils-ping netcat-openbsd procps vim-tiny postgresql-17 postgresql-client-17 postgresql-plpython3-17 postgresql-plperl-17
  postgresql-pltcl-17 postgresql-17-repack postgresql-17-wal2json postgresql-17-pgvector patroni python3-etcd pgbouncer pgbackrest
  pg-exporter pgbackrest-exporter vip-manager redis redis-exporter)
BUNDLE_STAGES='node pgsql redis monitor'
take_lock
PATHS=(/etc/pki /etc/uv /etc/tuned/profiles/oltp /etc/tuned/profiles/olap /etc/tuned/profiles/crit /etc/tuned/profiles/tiny /data
  /home/dba/.ssh /etc/haproxy /etc/haproxy/conf.d /etc/postgresql-common /usr/pgsql /data/postgres /data/backups /data/postgres/pg-test-17
  /data/postgres/pg-test-17/bin /data/postgres/pg-test-17/tmp /data/postgres/pg-test-17/cert /data/postgres/pg-test-17/conf
  /data/postgres/pg-test-17/data /data/postgres/pg-test-17/spool /data/postgres/pg-test-17/log /data/backups/pg-test-17
  /data/backups/pg-test-17/backup /run/postgresql /etc/patroni /etc/pgbackrest /etc/pgbouncer /etc/pigstyc /usr/libexec/pigstyc
  /data/postgres/pg-test-17/backup /pg /pg/log/postgres /pg/log/patroni /pg/log/pgbouncer /pg/log/pgbackrest /pg/bin/pg-backup
  /pg/bin/pg-drop-role /pg/bin/pg-failover-callback /pg/bin/pg-migrate /pg/bin/pg-pitr /pg/bin/pg-rehearse /pg/bin/pg-role /pg/bin/pg-vacuum
  /pg/bin/pgsodium_getkey /pg/bin/vip-interface /etc/patroni/patroni.yml /etc/redis /var/log/redis /data/redis /run/redis
  /data/redis/redis-ms-1-6379 /data/redis/redis-ms-1-6380 /etc/vector /data/vector /etc/pg_exporter.d /etc/pg_exporter.d/00-package.yml)
load_bundle
scan_units
if [[ ${ROLLBACK} == 1 ]]; then rollback; fi
expect_port 9101 haproxy_exporter_port haproxy
identity pgsql 'scope=pg-test' 'name=pg-test-3' 'namespace=/pg' 'version=17' 'data=/pg/data' 'directory=/data/postgres/pg-test-17' \
  'encoding=UTF8'
expect_port 5432 pg_port patroni postgres
expect_socket /run/postgresql/.s.PGSQL.5432 pg_port patroni postgres
expect_unmoved pg_port 5432 /pg/data/postmaster.pid 4
expect_port 8008 patroni_port patroni
expect_port 6432 pgbouncer_port pgbouncer
expect_unmoved pgbouncer_port 6432 /etc/pgbouncer/pgbouncer.ini listen_port
expect_stopped 'postgresql@*.service'
expect_port 5433 'service pg-test-primary' haproxy
expect_port 5434 'service pg-test-replica' haproxy
expect_port 5436 'service pg-test-default' haproxy
expect_port 5438 'service pg-test-offline' haproxy
expect_port 5435 'service pg-test-standby' haproxy
expect_stopped redis-server
expect_port 6379 redis_instances redis-ms-1-6379
expect_port 6380 redis_instances redis-ms-1-6380
expect_port 9100 node_exporter_port node_exporter
expectations_met

if stage node; then
  call 'host name' hostname_set pg-test-3
  block /etc/hosts node.hosts
  call resolver resolver_add 'options single-request-reopen timeout:1' 'nameserver 10.10.10.10'
  call firewall firewall_apply zone 10.0.0.0/8,192.168.0.0/16,172.16.0.0/12 22,80,443
  dir /etc/pki root root 0755
  file /etc/pki/ca.crt
  call 'trust the CA' ca_trust /etc/pki/ca.crt
  file /etc/apt/sources.list.d/local.list
  call 'only declared repositories' repo_exclusive /etc/apt/sources.list.d local.list
  file /usr/sbin/policy-rc.d
  package_install required bash python3 sudo acl ca-certificates openssl curl wget lz4 zstd unzip bzip2 gzip tar tzdata chrony openssh-server \
    util-linux rsync psmisc logrotate pv jq git make patch lsof less ncdu htop iotop socat net-tools telnet ipvsadm tuned numactl nvme-cli \
    sysstat keepalived etcd haproxy vector pig uv zlib1g libreadline-dev xz-utils locales cron openssh-client node-exporter bind9-dnsutils \
    iproute2 iputils-ping netcat-openbsd procps vim-tiny
  dir /etc/uv root root 0755
  call 'Python environment' uv_venv /data/venv
  file /etc/modules-load.d/softdog.conf
  file /etc/modules-load.d/ip_vs.conf
  file /etc/modules-load.d/ip_vs_rr.conf
  file /etc/modules-load.d/ip_vs_wrr.conf
  file /etc/modules-load.d/ip_vs_sh.conf
  call 'kernel modules' modules_load softdog ip_vs ip_vs_rr ip_vs_wrr ip_vs_sh
  package_install required tuned
  dir /etc/tuned/profiles/oltp root root 0755
  file /etc/tuned/profiles/oltp/tuned.conf
  dir /etc/tuned/profiles/olap root root 0755
  file /etc/tuned/profiles/olap/tuned.conf
  dir /etc/tuned/profiles/crit root root 0755
  file /etc/tuned/profiles/crit/tuned.conf
  dir /etc/tuned/profiles/tiny root root 0755
  file /etc/tuned/profiles/tiny/tuned.conf
  unit tuned enabled started - -
  call 'tuned profile' tuned_profile oltp
  file /etc/sysctl.d/hugepage.conf
  file /etc/sysctl.d/99-node.conf
  file /etc/profile.d/node.sh
  file /etc/security/limits.d/limits.conf
  dir /data root root 0755
  group_ensure admin 88 -
  user_ensure dba 88 admin - /home/dba /bin/bash - administrator
  file /etc/sudoers.d/dba visudo -c -q -f '{}'
  dir /home/dba/.ssh dba admin 0700
  file /home/dba/.ssh/config
  call 'ssh key of the administrator' ssh_key_ensure dba
  package_install required chrony
  file /etc/chrony/chrony.conf chronyd -p -f '{}'
  unit chrony enabled started - -
  probe 'chrony answers' 10 root chronyc -n activity
  package_install required cron
  unit cron enabled started - -
  package_install required haproxy
  dir /etc/haproxy root root 0700
  dir /etc/haproxy/conf.d root root 0700
  file /etc/haproxy/haproxy.cfg /usr/sbin/haproxy -c -q -f '{}'
  file /etc/systemd/system/haproxy.service
  unit haproxy enabled started - -
  probe 'HAProxy answers' 10 root http_answers 127.0.0.1 9101 /metrics
  stage_end
fi

if stage pgsql; then
  group_ensure postgres 543 -
  user_ensure postgres 543 postgres - /var/lib/pgsql /bin/bash - 'PostgreSQL superuser'
  call 'ssh key of postgres' ssh_key_ensure postgres
  dir /etc/postgresql-common root root 0755
  file /etc/postgresql-common/createcluster.conf
  package_install required postgresql-17 postgresql-client-17 postgresql-plpython3-17 postgresql-plperl-17 postgresql-pltcl-17 \
    postgresql-17-repack postgresql-17-wal2json postgresql-17-pgvector patroni python3-etcd pgbouncer pgbackrest pg-exporter \
    pgbackrest-exporter vip-manager
  unit postgresql disabled stopped - -
  link /usr/pgsql /usr/lib/postgresql/17
  dir /data/postgres postgres postgres 0700
  dir /data/backups postgres postgres 0700
  dir /data/postgres/pg-test-17 postgres postgres 0700
  dir /data/postgres/pg-test-17/bin postgres postgres 0700
  dir /data/postgres/pg-test-17/tmp postgres postgres 0700
  dir /data/postgres/pg-test-17/cert postgres postgres 0700
  dir /data/postgres/pg-test-17/conf postgres postgres 0700
  dir /data/postgres/pg-test-17/data postgres postgres 0700
  dir /data/postgres/pg-test-17/spool postgres postgres 0700
  dir /data/postgres/pg-test-17/log postgres postgres 0750
  dir /data/backups/pg-test-17 postgres postgres 0700
  dir /data/backups/pg-test-17/backup postgres postgres 0700
  dir /run/postgresql postgres postgres 0755
  dir /etc/patroni root postgres 0750
  dir /etc/pgbackrest root postgres 0750
  dir /etc/pgbouncer root postgres 0750
  dir /etc/pigstyc root root 0755
  dir /usr/libexec/pigstyc root root 0755
  link /data/postgres/pg-test-17/backup /data/backups/pg-test-17/backup postgres postgres
  link /pg /data/postgres/pg-test-17
  file /pg/cert/ca.crt
  file /pg/cert/server.crt
  file /pg/cert/server.key
  dir /pg/log/postgres postgres postgres 0750
  dir /pg/log/patroni postgres postgres 0750
  dir /pg/log/pgbouncer postgres postgres 0750
  dir /pg/log/pgbackrest postgres postgres 0750
  call 'space kept for a full disk' file_reserve /pg/dummy 64MiB
  file /etc/pigstyc/instance.env
  file /etc/profile.d/pgsql.sh
  file /etc/profile.d/pg-alias.sh
  file /var/lib/pgsql/.psqlrc
  file /var/lib/pgsql/.pgpass
  file /etc/tmpfiles.d/postgresql.conf
  file /usr/libexec/pigstyc/pg-backup
  file /usr/libexec/pigstyc/pg-drop-role
  file /usr/libexec/pigstyc/pg-failover-callback
  file /usr/libexec/pigstyc/pg-migrate
  file /usr/libexec/pigstyc/pg-pitr
  file /usr/libexec/pigstyc/pg-rehearse
  file /usr/libexec/pigstyc/pg-role
  file /usr/libexec/pigstyc/pg-vacuum
  file /usr/libexec/pigstyc/pgsodium_getkey
  file /usr/libexec/pigstyc/vip-interface
  file /usr/libexec/pigstyc/migration.sh
  file /usr/libexec/pigstyc/recovery.sh
  file /pg/conf/pgsodium.key
  file /etc/sudoers.d/postgres /usr/sbin/visudo -c -q -f '{}'
  call 'home of postgres' pg_home postgres /var/lib/pgsql .pgpass .psqlrc
  link /pg/bin/pg-backup /usr/libexec/pigstyc/pg-backup postgres postgres
  link /pg/bin/pg-drop-role /usr/libexec/pigstyc/pg-drop-role postgres postgres
  link /pg/bin/pg-failover-callback /usr/libexec/pigstyc/pg-failover-callback postgres postgres
  link /pg/bin/pg-migrate /usr/libexec/pigstyc/pg-migrate postgres postgres
  link /pg/bin/pg-pitr /usr/libexec/pigstyc/pg-pitr postgres postgres
  link /pg/bin/pg-rehearse /usr/libexec/pigstyc/pg-rehearse postgres postgres
  link /pg/bin/pg-role /usr/libexec/pigstyc/pg-role postgres postgres
  link /pg/bin/pg-vacuum /usr/libexec/pigstyc/pg-vacuum postgres postgres
  link /pg/bin/pgsodium_getkey /usr/libexec/pigstyc/pgsodium_getkey postgres postgres
  link /pg/bin/vip-interface /usr/libexec/pigstyc/vip-interface postgres postgres
  file /etc/pgbackrest/pgbackrest.conf
  file /pg/conf/pg-test-3.yml --first-start '^bootstrap'
  file /etc/systemd/system/patroni.service
  file /etc/systemd/system/postgres.service
  link /etc/patroni/patroni.yml /pg/conf/pg-test-3.yml
  unit postgres disabled - - guarded
  call 'cluster is up' patroni_bootstrap default
  unit patroni enabled - - guarded
  file /pg/data/pg_hba.conf
  file /pg/data/postgresql.auto.conf
  file /pg/tmp/pg-init-roles.sql
  file /pg/tmp/pg-init-template.sql
  call 'system roles' pg_run_sql postgres /pg/tmp/pg-init-roles.sql
  call 'contents of template1' pg_run_sql template1 /pg/tmp/pg-init-template.sql
  call 'contents of postgres' pg_run_sql postgres /pg/tmp/pg-init-template.sql
  file /pg/tmp/pg-user-test.sql
  call 'role test' pg_provision_role test /pg/tmp/pg-user-test.sql
  file /pg/tmp/pg-db-test.sql
  call 'database test' pg_provision_database test /pg/tmp/pg-db-test.sql
  call 'backup repository' pgbackrest_stanza remote full
  file /etc/systemd/system/pgbouncer.service
  file /etc/pgbouncer/pgbouncer.ini --restart pgbouncer '^(listen_addr|listen_port|unix_socket_dir) *='
  file /etc/pgbouncer/database.txt
  file /etc/pgbouncer/useropts.txt
  file /etc/pgbouncer/userlist.txt
  file /etc/pgbouncer/pgb_hba.conf
  unit pgbouncer enabled started - -
  probe 'PgBouncer answers' 30 postgres /usr/pgsql/bin/pg_isready -q -h /run/postgresql -p 6432
  file /etc/default/vip-manager.yml
  file /etc/systemd/system/vip-manager.service
  unit vip-manager enabled started - -
  probe '10.10.10.3 is where pg-test is led' 0 root vip_held 10.10.10.3
  file /etc/haproxy/conf.d/pg-test-primary.cfg
  file /etc/haproxy/conf.d/pg-test-replica.cfg
  file /etc/haproxy/conf.d/pg-test-default.cfg
  file /etc/haproxy/conf.d/pg-test-offline.cfg
  file /etc/haproxy/conf.d/pg-test-standby.cfg
  probe 'service pg-test-primary leads to a server' 0 postgres /usr/pgsql/bin/pg_isready -q -h 127.0.0.1 -p 5433
  probe 'service pg-test-default leads to a server' 0 postgres /usr/pgsql/bin/pg_isready -q -h 127.0.0.1 -p 5436
  stage_end
fi

if stage redis; then
  package_install required redis
  group_ensure redis - system
  user_ensure redis - redis - /var/lib/redis /usr/sbin/nologin system -
  unit redis-server disabled stopped - -
  dir /etc/redis root redis 0750
  dir /var/log/redis redis redis 0750
  dir /data/redis redis redis 0700
  file /etc/tmpfiles.d/redis.conf
  dir /run/redis redis redis 0755
  dir /data/redis/redis-ms-1-6379 redis redis 0700
  file /etc/redis/redis-ms-1-6379.password.conf
  call 'redis-ms-1-6379 has its password' redis_password /etc/redis/redis-ms-1-6379.access /etc/redis/redis-ms-1-6379.password.conf
  file /etc/redis/redis-ms-1-6379.access
  file /data/redis/redis-ms-1-6379/state.conf
  file /etc/redis/redis-ms-1-6379.live.conf
  file /etc/redis/redis-ms-1-6379.conf
  file /etc/systemd/system/redis-ms-1-6379.service
  dir /data/redis/redis-ms-1-6380 redis redis 0700
  file /etc/redis/redis-ms-1-6380.password.conf
  call 'redis-ms-1-6380 has its password' redis_password /etc/redis/redis-ms-1-6380.access /etc/redis/redis-ms-1-6380.password.conf
  file /etc/redis/redis-ms-1-6380.access
  file /data/redis/redis-ms-1-6380/state.conf
  file /etc/redis/redis-ms-1-6380.live.conf
  file /etc/redis/redis-ms-1-6380.conf
  file /etc/systemd/system/redis-ms-1-6380.service
  unit redis-ms-1-6379 enabled started - guarded
  probe 'redis-ms-1-6379 answers' 60 root /usr/bin/redis-cli -h 127.0.0.1 -p 6379 PING
  unit redis-ms-1-6380 enabled started - guarded
  probe 'redis-ms-1-6380 answers' 60 root /usr/bin/redis-cli -h 127.0.0.1 -p 6380 PING
  call 'redis-ms-1-6380 replicates' redis_replicaof /etc/redis/redis-ms-1-6380.access 10.10.10.13 6379
  package_install required redis-exporter
  group_ensure prometheus - system
  user_ensure prometheus - prometheus - - /usr/sbin/nologin system -
  file /etc/default/redis_exporter
  file /etc/systemd/system/redis_exporter.service
  unit redis_exporter enabled started - -
  probe 'redis_exporter answers' 10 root http_answers 127.0.0.1 9121
  stage_end
fi

if stage monitor; then
  package_install required node-exporter
  file /etc/default/node_exporter
  file /etc/systemd/system/node_exporter.service
  unit node_exporter enabled started - -
  probe 'node_exporter answers' 10 root http_answers 127.0.0.1 9100
  package_install required vector
  dir /etc/vector root root 0700
  dir /data/vector root root 0700
  file /etc/systemd/system/vector.service
  file /etc/default/vector
  file /etc/vector/vector.yaml
  file /etc/vector/node.yaml
  unit vector enabled started - -
  probe 'vector answers' 15 root http_answers 127.0.0.1 9598
  dir /etc/pg_exporter.d root root 0755
  link /etc/pg_exporter.d/00-package.yml /etc/pg_exporter.yml
  file /etc/pg_exporter.d/50-monitor.yml
  package_install required pg-exporter
  file /etc/default/pg_exporter
  file /etc/systemd/system/pg_exporter.service
  unit pg_exporter enabled started - -
  probe 'pg_exporter answers' 30 root http_answers 127.0.0.1 9630
  file /etc/default/pgbouncer_exporter
  file /etc/systemd/system/pgbouncer_exporter.service
  unit pgbouncer_exporter enabled started - -
  probe 'pgbouncer_exporter answers' 30 root http_answers 127.0.0.1 9631
  package_install required pgbackrest-exporter
  file /etc/default/pgbackrest_exporter
  file /etc/systemd/system/pgbackrest_exporter.service
  unit pgbackrest_exporter enabled started - -
  probe 'pgbackrest_exporter answers' 30 root http_answers 127.0.0.1 9854
  file /etc/vector/postgres.yaml
  file /etc/vector/patroni.yaml
  file /etc/vector/pgbackrest.yaml
  file /etc/vector/redis.yaml
  stage_end
fi

finish
