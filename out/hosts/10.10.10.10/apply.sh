#!/usr/bin/env bash
# Brings 10.10.10.10 (pg-meta-1) to the state its inventory declares; the second run changes nothing. See apply.sh --help.
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

begin 10.10.10.10 "$@"
expect_host 10.10.10.10 pg-meta-1
expect_os deb debian 13 strict
expect_memory 4096 2
UNITS=(nginx haproxy tuned chrony cron etcd dnsmasq nginx_exporter vmalert alertmanager blackbox_exporter vmetrics vlogs vtraces
  grafana-server silo postgresql patroni pgbouncer postgres node_exporter vector pg_exporter pgbouncer_exporter pgbackrest_exporter)
PACKAGES=(bash python3 sudo acl ca-certificates openssl curl wget lz4 zstd unzip bzip2 gzip tar tzdata chrony openssh-server util-linux
  rsync psmisc logrotate pv jq git make patch lsof less ncdu htop iotop socat net-tools telnet ipvsadm tuned numactl nvme-cli sysstat
  keepalived etcd haproxy vector pig uv zlib1g libreadline-dev xz-utils locales cron openssh-client node-exporter bind9-dnsutils iproute2
  iputils-ping netcat-openbsd procps vim-tiny nginx dnsmasq victoria-metrics victoria-logs victoria-traces vmutils alertmanager
  blackbox-exporter grafana nginx-exporter grafana-victorialogs-ds silo mcli postgresql-17 postgresql-client-17 postgresql-plpython3-17
  postgresql-plperl-17 postgresql-pltcl-17 postgresql-17-repack postgresql-17-wal2json postgresql-17-pgvector patroni python3-etcd pgbouncer
  pgbackrest pg-exporter pgbackrest-exporter vip-manager)
BUNDLE_STAGES='repo node etcd infra minio pgsql monitor'
take_lock
PATHS=(/data/nginx /www /www/pigsty /etc/pigstyc /etc/pigstyc/repository /etc/pigstyc/repository/sources /etc/nginx/conf.d /etc/pki /etc/uv
  /etc/tuned/profiles/oltp /etc/tuned/profiles/olap /etc/tuned/profiles/crit /etc/tuned/profiles/tiny /data /home/dba/.ssh /etc/haproxy
  /etc/haproxy/conf.d /etc/etcd /var/lib/etcd /data/etcd /data/infra /infra /infra/conf /infra/tmp /infra/alertmgr /infra/datasources
  /infra/dashboards /infra/metrics /infra/rules /infra/bin /infra/targets /infra/logs /infra/traces /infra/targets/node /infra/targets/ping
  /infra/targets/etcd /infra/targets/infra /infra/targets/pgsql /infra/targets/pgrds /infra/targets/redis /infra/targets/minio
  /infra/targets/patroni /infra/targets/docker /infra/targets/juice /infra/targets/mysql /infra/targets/kafka /infra/pgadmin
  /etc/dnsmasq.d/pigsty /www/acme /www/logs /www/repos /www/schema /www/report /etc/nginx/conf.d/cert /etc/nginx/conf.d/haproxy
  /etc/nginx/conf.d/cert/i.pigsty.crt /etc/nginx/conf.d/cert/i.pigsty.key /etc/nginx/conf.d/cert/m.pigsty.crt
  /etc/nginx/conf.d/cert/m.pigsty.key /etc/grafana /etc/grafana/provisioning /etc/grafana/provisioning/dashboards
  /etc/grafana/provisioning/datasources /var/lib/grafana/plugins /data/minio /home/minio/.minio /home/minio/.minio/certs
  /home/minio/.minio/certs/CAs /etc/silo /etc/silo/policies /etc/postgresql-common /usr/pgsql /data/postgres /data/backups
  /data/postgres/pg-meta-17 /data/postgres/pg-meta-17/bin /data/postgres/pg-meta-17/tmp /data/postgres/pg-meta-17/cert
  /data/postgres/pg-meta-17/conf /data/postgres/pg-meta-17/data /data/postgres/pg-meta-17/spool /data/postgres/pg-meta-17/log
  /data/backups/pg-meta-17 /data/backups/pg-meta-17/backup /run/postgresql /etc/patroni /etc/pgbackrest /etc/pgbouncer /usr/libexec/pigstyc
  /data/postgres/pg-meta-17/backup /pg /pg/log/postgres /pg/log/patroni /pg/log/pgbouncer /pg/log/pgbackrest /pg/bin/pg-backup
  /pg/bin/pg-drop-role /pg/bin/pg-failover-callback /pg/bin/pg-migrate /pg/bin/pg-pitr /pg/bin/pg-rehearse /pg/bin/pg-role /pg/bin/pg-vacuum
  /pg/bin/pgsodium_getkey /pg/bin/vip-interface /etc/patroni/patroni.yml /etc/vector /data/vector /etc/pg_exporter.d
  /etc/pg_exporter.d/00-package.yml)
load_bundle
scan_units
if [[ ${ROLLBACK} == 1 ]]; then rollback; fi
expect_port 9101 haproxy_exporter_port haproxy
identity etcd 'name=etcd-1' 'data=/data/etcd' 'peer=https://10.10.10.10:2380'
expect_port 2379 etcd_port etcd
expect_port 2380 etcd_peer_port etcd
expect_port 80 nginx_port nginx
expect_port 443 nginx_ssl_port nginx
expect_port 3000 grafana_port grafana-server
identity minio 'pools=/data/minio' -- /data/minio
expect_port 9000 minio_port silo
expect_port 9001 minio_admin_port silo
identity pgsql 'scope=pg-meta' 'name=pg-meta-1' 'namespace=/pg' 'version=17' 'data=/pg/data' 'directory=/data/postgres/pg-meta-17' \
  'encoding=UTF8'
expect_port 5432 pg_port patroni postgres
expect_socket /run/postgresql/.s.PGSQL.5432 pg_port patroni postgres
expect_unmoved pg_port 5432 /pg/data/postmaster.pid 4
expect_port 8008 patroni_port patroni
expect_port 6432 pgbouncer_port pgbouncer
expect_unmoved pgbouncer_port 6432 /etc/pgbouncer/pgbouncer.ini listen_port
expect_stopped 'postgresql@*.service'
expect_port 5433 'service pg-meta-primary' haproxy
expect_port 5434 'service pg-meta-replica' haproxy
expect_port 5436 'service pg-meta-default' haproxy
expect_port 5438 'service pg-meta-offline' haproxy
expect_port 9100 node_exporter_port node_exporter
expectations_met

if stage repo; then
  group_ensure nginx - system
  user_ensure nginx - nginx - /var/cache/nginx /usr/sbin/nologin system -
  dir /data/nginx root nginx 0755
  link /www /data/nginx
  dir /www root nginx 0755
  dir /www/pigsty root root 0755
  dir /etc/pigstyc root root 0755
  dir /etc/pigstyc/repository root root 0755
  dir /etc/pigstyc/repository/sources root root 0755
  file /etc/pigstyc/repository/sources/infra.list
  file /etc/pigstyc/repository/sources/node.list
  file /etc/pigstyc/repository/sources/pgsql.list
  file /etc/pigstyc/repository/packages
  call 'package repository' repo_build /www/pigsty /etc/pigstyc/repository/sources /etc/pigstyc/repository/packages
  call 'packages of the portal' repo_install /www/pigsty nginx
  dir /etc/nginx/conf.d root nginx 0750
  absent /etc/nginx/conf.d/default.conf 'reload nginx'
  file /etc/nginx/nginx.conf nginx_reads '{}'
  file /etc/nginx/conf.d/00-repository.conf nginx_reads '{}'
  unit nginx enabled started - -
  stage_end
fi

if stage node; then
  call 'host name' hostname_set pg-meta-1
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

if stage etcd; then
  package_install required etcd
  dir /etc/etcd root etcd 0750
  file /etc/etcd/ca.crt
  file /etc/etcd/server.crt
  file /etc/etcd/server.key
  dir /var/lib/etcd etcd etcd 0770
  dir /data/etcd etcd etcd 0700
  file /etc/etcd/etcd.conf --first-start '^initial-cluster'
  file /etc/etcd/etcd.pass
  file /etc/profile.d/etcdctl.sh
  file /etc/systemd/system/etcd.service
  call 'join the etcd cluster' etcd_bootstrap etcd-1 https://10.10.10.10:2380 https://10.10.10.11:2379,https://10.10.10.12:2379 /data/etcd new \
    'etcd-1=https://10.10.10.10:2380,etcd-2=https://10.10.10.11:2380,etcd-3=https://10.10.10.12:2380'
  unit etcd enabled started - guarded
  probe 'etcd listens' 60 root bash -c 'exec 3<>/dev/tcp/10.10.10.10/2379'
  probe 'etcd has a quorum' 0 root etcd_quorum https://10.10.10.10:2379
  stage_end
fi

if stage infra; then
  package_install required nginx dnsmasq victoria-metrics victoria-logs victoria-traces vmutils alertmanager blackbox-exporter grafana \
    nginx-exporter
  package_install optional grafana-victorialogs-ds
  group_ensure infra - system
  file /etc/pki/infra.crt
  file /etc/pki/infra.key
  group_ensure victoria - system
  user_ensure victoria - victoria infra - /usr/sbin/nologin system -
  group_ensure prometheus - system
  user_ensure prometheus - prometheus infra - /usr/sbin/nologin system -
  group_ensure grafana - system
  user_ensure grafana - grafana infra /var/lib/grafana /usr/sbin/nologin system -
  group_ensure dnsmasq - system
  user_ensure dnsmasq - dnsmasq - /var/lib/dnsmasq /usr/sbin/nologin system -
  dir /data/infra root infra 0751
  link /infra /data/infra
  dir /infra/conf root infra 0750
  dir /infra/tmp root infra 0750
  dir /infra/alertmgr prometheus infra 0700
  dir /infra/datasources root infra 0750
  dir /infra/dashboards grafana infra 0750
  dir /infra/metrics victoria infra 0750
  dir /infra/rules victoria infra 0750
  dir /infra/bin victoria infra 0750
  dir /infra/targets victoria infra 0750
  dir /infra/logs victoria infra 0750
  dir /infra/traces victoria infra 0750
  dir /infra/targets/node victoria infra 0750
  dir /infra/targets/ping victoria infra 0750
  dir /infra/targets/etcd victoria infra 0750
  dir /infra/targets/infra victoria infra 0750
  dir /infra/targets/pgsql victoria infra 0750
  dir /infra/targets/pgrds victoria infra 0750
  dir /infra/targets/redis victoria infra 0750
  dir /infra/targets/minio victoria infra 0750
  dir /infra/targets/patroni victoria infra 0750
  dir /infra/targets/docker victoria infra 0750
  dir /infra/targets/juice victoria infra 0750
  dir /infra/targets/mysql victoria infra 0750
  dir /infra/targets/kafka victoria infra 0750
  file /infra/conf/patronictl.yml
  block /home/dba/.pgpass infra.pgpass
  file /home/dba/.pg_service.conf
  group_ensure pgadmin 5050 system
  user_ensure pgadmin 5050 pgadmin - - /usr/sbin/nologin system -
  dir /infra/pgadmin pgadmin pgadmin 0700
  file /infra/pgadmin/servers.json
  file /infra/pgadmin/pgpass
  dir /etc/dnsmasq.d/pigsty root dnsmasq 0755
  file /etc/dnsmasq.conf /usr/sbin/dnsmasq --test -C '{}'
  file /etc/systemd/system/dnsmasq.service
  file /etc/dnsmasq.d/pigsty/default
  file /etc/dnsmasq.d/pigsty/pg-meta-1
  file /etc/dnsmasq.d/pigsty/pg-meta
  file /etc/dnsmasq.d/pigsty/pg-test-1
  file /etc/dnsmasq.d/pigsty/pg-test-2
  file /etc/dnsmasq.d/pigsty/pg-test-3
  file /etc/dnsmasq.d/pigsty/pg-test
  file /etc/dnsmasq.d/pigsty/minio-1
  unit dnsmasq enabled started - -
  probe 'dnsmasq answers' 10 root dns_answers 10.10.10.10 53
  file /www/ca.crt
  dir /www/acme nginx nginx 0755
  dir /www/logs nginx nginx 0755
  dir /www/repos nginx nginx 0755
  dir /www/schema nginx nginx 0755
  dir /www/report nginx nginx 0755
  dir /etc/nginx/conf.d/cert root nginx 0750
  file /etc/nginx/conf.d/cert/pigsty.crt
  file /etc/nginx/conf.d/cert/pigsty.key
  dir /etc/nginx/conf.d/haproxy root nginx 0750
  link /etc/nginx/conf.d/cert/i.pigsty.crt /etc/nginx/conf.d/cert/pigsty.crt
  link /etc/nginx/conf.d/cert/i.pigsty.key /etc/nginx/conf.d/cert/pigsty.key
  link /etc/nginx/conf.d/cert/m.pigsty.crt /etc/nginx/conf.d/cert/pigsty.crt
  link /etc/nginx/conf.d/cert/m.pigsty.key /etc/nginx/conf.d/cert/pigsty.key
  file /etc/nginx/.htpasswd
  file /etc/nginx/conf.d/home.conf nginx_reads '{}'
  file /etc/nginx/conf.d/minio.conf nginx_reads '{}'
  file /etc/nginx/conf.d/haproxy/upstream-pg-meta-1.conf
  file /etc/nginx/conf.d/haproxy/location-pg-meta-1.conf
  file /etc/nginx/conf.d/haproxy/upstream-pg-test-1.conf
  file /etc/nginx/conf.d/haproxy/location-pg-test-1.conf
  file /etc/nginx/conf.d/haproxy/upstream-pg-test-2.conf
  file /etc/nginx/conf.d/haproxy/location-pg-test-2.conf
  file /etc/nginx/conf.d/haproxy/upstream-pg-test-3.conf
  file /etc/nginx/conf.d/haproxy/location-pg-test-3.conf
  file /www/index.html
  file /www/404.html
  probe 'nginx answers' 10 root http_answers 127.0.0.1 80
  file /etc/default/nginx_exporter
  file /etc/systemd/system/nginx_exporter.service
  unit nginx_exporter enabled started - -
  probe 'nginx_exporter answers' 10 root http_answers 127.0.0.1 9113
  file /infra/rules/agent.yml
  file /infra/rules/node.yml
  file /infra/rules/pgsql.yml
  file /infra/rules/etcd.yml
  file /infra/rules/redis.yml
  file /infra/rules/minio.yml
  file /infra/rules/infra.yml
  file /etc/alertmanager.yml
  file /etc/blackbox.yml
  file /infra/prometheus.yml
  file /etc/default/vmetrics
  file /etc/systemd/system/vmetrics.service
  unit vmetrics enabled started - -
  probe 'vmetrics answers' 60 root http_answers 127.0.0.1 8428
  file /etc/default/vlogs
  file /etc/systemd/system/vlogs.service
  unit vlogs enabled started - -
  probe 'vlogs answers' 60 root http_answers 127.0.0.1 9428
  file /etc/default/vtraces
  file /etc/systemd/system/vtraces.service
  unit vtraces enabled started - -
  probe 'vtraces answers' 60 root http_answers 127.0.0.1 10428
  file /etc/default/vmalert
  file /etc/systemd/system/vmalert.service
  unit vmalert enabled started - -
  probe 'vmalert answers' 60 root http_answers 127.0.0.1 8880
  file /etc/default/alertmanager
  file /etc/systemd/system/alertmanager.service
  unit alertmanager enabled started - -
  probe 'alertmanager answers' 60 root http_answers 127.0.0.1 9059
  file /etc/default/blackbox_exporter
  file /etc/systemd/system/blackbox_exporter.service
  unit blackbox_exporter enabled started - -
  probe 'blackbox_exporter answers' 60 root http_answers 127.0.0.1 9115
  dir /etc/grafana root grafana 0755
  dir /etc/grafana/provisioning root grafana 0755
  dir /etc/grafana/provisioning/dashboards root grafana 0755
  dir /etc/grafana/provisioning/datasources root grafana 0755
  dir /var/lib/grafana/plugins grafana grafana 0755
  file /etc/grafana/grafana.ini
  file /etc/grafana/provisioning/datasources/inventory.yml
  file /etc/grafana/provisioning/dashboards/inventory.yml
  file /infra/dashboards/fleet-overview.json
  file /infra/dashboards/node-overview.json
  file /infra/dashboards/node-instance.json
  file /infra/dashboards/node-disk.json
  file /infra/dashboards/node-vip.json
  file /infra/dashboards/haproxy-overview.json
  file /infra/dashboards/pgsql-overview.json
  file /infra/dashboards/pgsql-cluster.json
  file /infra/dashboards/pgsql-instance.json
  file /infra/dashboards/pgsql-session.json
  file /infra/dashboards/pgsql-replication.json
  file /infra/dashboards/pgsql-database.json
  file /infra/dashboards/pgsql-table.json
  file /infra/dashboards/pgsql-query.json
  file /infra/dashboards/pgsql-pool.json
  file /infra/dashboards/pgsql-patroni.json
  file /infra/dashboards/pgsql-backup.json
  file /infra/dashboards/pgsql-alert.json
  file /infra/dashboards/redis-overview.json
  file /infra/dashboards/redis-cluster.json
  file /infra/dashboards/redis-instance.json
  file /infra/dashboards/etcd-overview.json
  file /infra/dashboards/minio-overview.json
  file /infra/dashboards/infra-overview.json
  file /infra/dashboards/infra-logs.json
  file /infra/dashboards/infra-log.json
  file /infra/dashboards/infra-portal.json
  unit grafana-server enabled started - -
  probe 'grafana-server answers' 120 root http_answers 127.0.0.1 3000 /api/health
  file /infra/conf/grafana.access
  stage_end
fi

if stage minio; then
  package_install required silo mcli
  group_ensure minio - -
  user_ensure minio - minio - /home/minio - - -
  dir /data/minio minio minio 0750
  dir /home/minio/.minio minio minio 0750
  dir /home/minio/.minio/certs minio minio 0750
  file /home/minio/.minio/certs/public.crt
  file /home/minio/.minio/certs/private.key
  dir /home/minio/.minio/certs/CAs minio minio 0750
  file /home/minio/.minio/certs/CAs/ca.crt
  file /etc/default/silo
  file /etc/systemd/system/silo.service
  unit silo enabled started - guarded
  probe 'silo answers' 0 root https_answers https://10.10.10.10:9000/minio/health/live /etc/pki/ca.crt
  dir /etc/silo root root 0700
  dir /etc/silo/policies root root 0700
  file /etc/silo/policies/pgsql.json
  file /etc/silo/policies/meta.json
  file /etc/silo/policies/data.json
  file /etc/silo/provision
  call 'minio buckets, policies and users' minio_provision /etc/silo/provision
  package_install required mcli
  file /etc/silo/minio.alias
  call 'minio alias' minio_alias /etc/silo/minio.alias
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
  dir /data/postgres/pg-meta-17 postgres postgres 0700
  dir /data/postgres/pg-meta-17/bin postgres postgres 0700
  dir /data/postgres/pg-meta-17/tmp postgres postgres 0700
  dir /data/postgres/pg-meta-17/cert postgres postgres 0700
  dir /data/postgres/pg-meta-17/conf postgres postgres 0700
  dir /data/postgres/pg-meta-17/data postgres postgres 0700
  dir /data/postgres/pg-meta-17/spool postgres postgres 0700
  dir /data/postgres/pg-meta-17/log postgres postgres 0750
  dir /data/backups/pg-meta-17 postgres postgres 0700
  dir /data/backups/pg-meta-17/backup postgres postgres 0700
  dir /run/postgresql postgres postgres 0755
  dir /etc/patroni root postgres 0750
  dir /etc/pgbackrest root postgres 0750
  dir /etc/pgbouncer root postgres 0750
  dir /usr/libexec/pigstyc root root 0755
  link /data/postgres/pg-meta-17/backup /data/backups/pg-meta-17/backup postgres postgres
  link /pg /data/postgres/pg-meta-17
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
  file /pg/conf/pg-meta-1.yml --first-start '^bootstrap'
  file /etc/systemd/system/patroni.service
  file /etc/systemd/system/postgres.service
  file /pg/conf/pg-meta-1.dcs.yml
  link /etc/patroni/patroni.yml /pg/conf/pg-meta-1.yml
  unit postgres disabled - - guarded
  call 'cluster is up' patroni_bootstrap default
  unit patroni enabled - - guarded
  file /pg/data/pg_hba.conf
  file /pg/data/postgresql.auto.conf
  call 'settings in the DCS' patroni_dcs /pg/conf/pg-meta-1.dcs.yml
  file /pg/tmp/pg-init-roles.sql
  file /pg/tmp/pg-init-template.sql
  call 'system roles' pg_run_sql postgres /pg/tmp/pg-init-roles.sql
  call 'contents of template1' pg_run_sql template1 /pg/tmp/pg-init-template.sql
  call 'contents of postgres' pg_run_sql postgres /pg/tmp/pg-init-template.sql
  file /pg/tmp/pg-user-dbuser_meta.sql
  call 'role dbuser_meta' pg_provision_role dbuser_meta /pg/tmp/pg-user-dbuser_meta.sql
  file /pg/tmp/pg-user-dbuser_view.sql
  call 'role dbuser_view' pg_provision_role dbuser_view /pg/tmp/pg-user-dbuser_view.sql
  file /pg/tmp/pg-db-meta.sql
  call 'database meta' pg_provision_database meta /pg/tmp/pg-db-meta.sql
  call 'backup repository' pgbackrest_stanza local full
  file /etc/systemd/system/pgbouncer.service
  file /etc/pgbouncer/pgbouncer.ini --restart pgbouncer '^(listen_addr|listen_port|unix_socket_dir) *='
  file /etc/pgbouncer/database.txt
  file /etc/pgbouncer/useropts.txt
  file /etc/pgbouncer/userlist.txt
  file /etc/pgbouncer/pgb_hba.conf
  unit pgbouncer enabled started - -
  probe 'PgBouncer answers' 30 postgres /usr/pgsql/bin/pg_isready -q -h /run/postgresql -p 6432
  file /var/spool/cron/crontabs/postgres
  file /etc/haproxy/conf.d/pg-meta-primary.cfg
  file /etc/haproxy/conf.d/pg-meta-replica.cfg
  file /etc/haproxy/conf.d/pg-meta-default.cfg
  file /etc/haproxy/conf.d/pg-meta-offline.cfg
  probe 'service pg-meta-primary leads to a server' 0 postgres /usr/pgsql/bin/pg_isready -q -h 127.0.0.1 -p 5433
  probe 'service pg-meta-default leads to a server' 0 postgres /usr/pgsql/bin/pg_isready -q -h 127.0.0.1 -p 5436
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
  file /infra/datasources/pg-meta-1.postgres.json
  file /infra/datasources/pg-meta-1.meta.json
  file /infra/datasources/pg-test-1.postgres.json
  file /infra/datasources/pg-test-1.test.json
  file /infra/datasources/pg-test-2.postgres.json
  file /infra/datasources/pg-test-2.test.json
  file /infra/datasources/pg-test-3.postgres.json
  file /infra/datasources/pg-test-3.test.json
  file /infra/datasources/vmetrics-1.json
  file /infra/datasources/vlogs-1.json
  file /infra/datasources/vtraces-1.json
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
  file /etc/vector/nginx.yaml
  file /etc/vector/grafana.yaml
  file /infra/targets/node/10.10.10.10.yml
  file /infra/targets/ping/10.10.10.10.yml
  file /infra/targets/node/10.10.10.11.yml
  file /infra/targets/ping/10.10.10.11.yml
  file /infra/targets/ping/10.10.10.3---10.10.10.11.yml
  file /infra/targets/node/10.10.10.12.yml
  file /infra/targets/ping/10.10.10.12.yml
  file /infra/targets/ping/10.10.10.3---10.10.10.12.yml
  file /infra/targets/node/10.10.10.13.yml
  file /infra/targets/ping/10.10.10.13.yml
  file /infra/targets/ping/10.10.10.3---10.10.10.13.yml
  file /infra/targets/infra/infra-1.yml
  file /infra/targets/etcd/etcd-1.yml
  file /infra/targets/etcd/etcd-2.yml
  file /infra/targets/etcd/etcd-3.yml
  file /infra/targets/minio/minio-1.yml
  file /infra/targets/redis/redis-ms-1.yml
  file /infra/targets/pgsql/pg-meta-1.yml
  file /infra/targets/pgsql/pg-test-1.yml
  file /infra/targets/pgsql/pg-test-2.yml
  file /infra/targets/pgsql/pg-test-3.yml
  stage_end
fi

finish
