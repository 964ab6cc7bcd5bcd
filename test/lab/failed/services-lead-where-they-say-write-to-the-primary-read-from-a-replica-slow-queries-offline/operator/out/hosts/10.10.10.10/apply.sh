#!/usr/bin/env bash
# Brings 10.10.10.10 (10.10.10.10) to the state its inventory declares; the second run changes nothing. See apply.sh --help.
# Quoted words are meant literally, and lib.sh reads the lists.
# shellcheck disable=SC2016,SC2034
set -uo pipefail
BUNDLE=${BASH_SOURCE[0]%/*}
if [[ ! -d ${BUNDLE} ]]; then BUNDLE=.; fi
BUNDLE=$(cd -- "${BUNDLE}" && pwd) || exit 3
# shellcheck source=lib.sh
. "${BUNDLE}/lib.sh" || exit 3

begin 10.10.10.10 "$@"
expect_host 10.10.10.10 10.10.10.10
expect_os deb debian 12 lenient
UNITS=(chrony cron haproxy etcd dnsmasq nginx prometheus prometheus-alertmanager prometheus-node-exporter)
PACKAGES=(ca-certificates openssl curl lz4 cron sudo rsync jq logrotate openssh-server chrony haproxy etcd-server etcd-client nginx-light
  dnsmasq prometheus prometheus-alertmanager prometheus-node-exporter)
BUNDLE_STAGES='node etcd infra monitor'
take_lock
PATHS=(/etc/pki /etc/uv /data /home/dba/.ssh /etc/haproxy /etc/haproxy/conf.d /etc/etcd /var/lib/etcd /data/etcd /data/infra /infra
  /infra/conf /infra/tmp /infra/alertmgr /infra/metrics /infra/rules /infra/bin /infra/targets /infra/targets/node /infra/targets/ping
  /infra/targets/etcd /infra/targets/infra /infra/targets/pgsql /infra/targets/pgrds /infra/targets/redis /infra/targets/minio
  /infra/targets/patroni /infra/targets/docker /infra/targets/juice /infra/targets/mysql /infra/targets/kafka /infra/pgadmin
  /etc/dnsmasq.d/pigsty /data/nginx /www /www/acme /www/pigsty /www/logs /www/repos /www/schema /www/report /etc/nginx/conf.d
  /etc/nginx/conf.d/cert /etc/nginx/conf.d/haproxy /etc/nginx/conf.d/cert/i.pigsty.crt /etc/nginx/conf.d/cert/i.pigsty.key)
load_bundle
scan_units
if [[ ${ROLLBACK} == 1 ]]; then rollback; fi

if stage node; then
  block /etc/hosts node.hosts
  call resolver resolver_add 'options single-request-reopen timeout:1' 'nameserver 10.10.10.10'
  dir /etc/pki root root 0755
  file /etc/pki/ca.crt
  call 'trust the CA' ca_trust /etc/pki/ca.crt
  file /usr/sbin/policy-rc.d
  package_install required ca-certificates openssl curl lz4 cron sudo rsync jq logrotate openssh-server
  dir /etc/uv root root 0755
  call 'Python environment' uv_venv /data/venv
  file /etc/modules-load.d/softdog.conf
  file /etc/modules-load.d/ip_vs.conf
  file /etc/modules-load.d/ip_vs_rr.conf
  file /etc/modules-load.d/ip_vs_wrr.conf
  file /etc/modules-load.d/ip_vs_sh.conf
  call 'kernel modules' modules_load softdog ip_vs ip_vs_rr ip_vs_wrr ip_vs_sh
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
  package_install required cron
  unit cron enabled started - -
  package_install required haproxy
  dir /etc/haproxy root root 0700
  dir /etc/haproxy/conf.d root root 0700
  file /etc/haproxy/haproxy.cfg /usr/sbin/haproxy -c -q -f '{}'
  file /etc/systemd/system/haproxy.service
  unit haproxy enabled started - -
  probe 'HAProxy answers' 10 root bash -c 'exec 3<>/dev/tcp/127.0.0.1/9101'
  stage_end
fi

if stage etcd; then
  package_install required etcd-server etcd-client
  dir /etc/etcd etcd etcd 0750
  file /etc/etcd/ca.crt
  file /etc/etcd/server.crt
  file /etc/etcd/server.key
  dir /var/lib/etcd etcd etcd 0770
  dir /data/etcd etcd etcd 0700
  file /etc/etcd/etcd.conf
  file /etc/etcd/etcd.pass
  file /etc/profile.d/etcdctl.sh
  file /etc/systemd/system/etcd.service
  unit etcd enabled started - guarded
  probe 'etcd listens' 60 root bash -c 'exec 3<>/dev/tcp/10.10.10.10/2379'
  stage_end
fi

if stage infra; then
  package_install required nginx-light dnsmasq prometheus prometheus-alertmanager
  group_ensure infra - system
  file /etc/pki/infra.crt
  file /etc/pki/infra.key
  group_ensure prometheus - system
  user_ensure prometheus - prometheus infra - /usr/sbin/nologin system -
  group_ensure www-data - system
  group_ensure dnsmasq - system
  dir /data/infra root infra 0771
  link /infra /data/infra
  dir /infra/conf root infra 0750
  dir /infra/tmp root infra 0750
  dir /infra/alertmgr prometheus infra 0700
  dir /infra/metrics prometheus infra 0750
  dir /infra/rules prometheus infra 0750
  dir /infra/bin prometheus infra 0750
  dir /infra/targets prometheus infra 0750
  dir /infra/targets/node prometheus infra 0750
  dir /infra/targets/ping prometheus infra 0750
  dir /infra/targets/etcd prometheus infra 0750
  dir /infra/targets/infra prometheus infra 0750
  dir /infra/targets/pgsql prometheus infra 0750
  dir /infra/targets/pgrds prometheus infra 0750
  dir /infra/targets/redis prometheus infra 0750
  dir /infra/targets/minio prometheus infra 0750
  dir /infra/targets/patroni prometheus infra 0750
  dir /infra/targets/docker prometheus infra 0750
  dir /infra/targets/juice prometheus infra 0750
  dir /infra/targets/mysql prometheus infra 0750
  dir /infra/targets/kafka prometheus infra 0750
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
  file /etc/dnsmasq.d/pigsty/pg-test-1
  file /etc/dnsmasq.d/pigsty/pg-test-2
  file /etc/dnsmasq.d/pigsty/pg-test-3
  file /etc/dnsmasq.d/pigsty/pg-test
  unit dnsmasq enabled started - -
  dir /data/nginx www-data www-data 0755
  link /www /data/nginx
  dir /www www-data www-data 0755
  file /www/ca.crt
  dir /www/acme www-data www-data 0755
  dir /www/pigsty www-data www-data 0755
  dir /www/logs www-data www-data 0755
  dir /www/repos www-data www-data 0755
  dir /www/schema www-data www-data 0755
  dir /www/report www-data www-data 0755
  dir /etc/nginx/conf.d root www-data 0750
  dir /etc/nginx/conf.d/cert root www-data 0750
  file /etc/nginx/conf.d/cert/pigsty.crt
  file /etc/nginx/conf.d/cert/pigsty.key
  dir /etc/nginx/conf.d/haproxy root www-data 0750
  absent /etc/nginx/conf.d/default.conf 'reload nginx'
  link /etc/nginx/conf.d/cert/i.pigsty.crt /etc/nginx/conf.d/cert/pigsty.crt
  link /etc/nginx/conf.d/cert/i.pigsty.key /etc/nginx/conf.d/cert/pigsty.key
  file /etc/nginx/nginx.conf
  file /etc/nginx/.htpasswd
  file /etc/nginx/conf.d/home.conf
  file /etc/nginx/conf.d/haproxy/upstream-10.10.10.10.conf
  file /etc/nginx/conf.d/haproxy/location-10.10.10.10.conf
  file /etc/nginx/conf.d/haproxy/upstream-pg-test-1.conf
  file /etc/nginx/conf.d/haproxy/location-pg-test-1.conf
  file /etc/nginx/conf.d/haproxy/upstream-pg-test-2.conf
  file /etc/nginx/conf.d/haproxy/location-pg-test-2.conf
  file /etc/nginx/conf.d/haproxy/upstream-pg-test-3.conf
  file /etc/nginx/conf.d/haproxy/location-pg-test-3.conf
  file /www/index.html
  file /www/404.html
  unit nginx enabled started - -
  file /infra/rules/agent.yml /usr/bin/promtool check rules '{}'
  file /infra/rules/node.yml /usr/bin/promtool check rules '{}'
  file /infra/rules/pgsql.yml /usr/bin/promtool check rules '{}'
  file /infra/rules/etcd.yml /usr/bin/promtool check rules '{}'
  file /infra/rules/redis.yml /usr/bin/promtool check rules '{}'
  file /infra/rules/minio.yml /usr/bin/promtool check rules '{}'
  file /infra/rules/infra.yml /usr/bin/promtool check rules '{}'
  file /etc/alertmanager.yml
  file /infra/prometheus.yml /usr/bin/promtool check config --syntax-only '{}'
  file /etc/default/prometheus
  file /etc/systemd/system/prometheus.service
  unit prometheus enabled started - -
  file /etc/default/prometheus-alertmanager
  file /etc/systemd/system/prometheus-alertmanager.service
  unit prometheus-alertmanager enabled started - -
  stage_end
fi

if stage monitor; then
  package_install required prometheus-node-exporter
  file /etc/default/prometheus-node-exporter
  unit prometheus-node-exporter enabled started - -
  probe 'node_exporter answers' 10 root bash -c 'exec 3<>/dev/tcp/127.0.0.1/9100'
  file /infra/targets/node/10.10.10.10.yml
  file /infra/targets/node/10.10.10.11.yml
  file /infra/targets/node/10.10.10.12.yml
  file /infra/targets/node/10.10.10.13.yml
  file /infra/targets/infra/infra-1.yml
  file /infra/targets/etcd/etcd-1.yml
  file /infra/targets/etcd/etcd-2.yml
  file /infra/targets/etcd/etcd-3.yml
  file /infra/targets/pgsql/pg-test-1.yml
  file /infra/targets/pgsql/pg-test-2.yml
  file /infra/targets/pgsql/pg-test-3.yml
  stage_end
fi

finish
