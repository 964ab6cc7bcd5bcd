#!/bin/bash
# A host as another tool leaves it that deploys the same site: none of our state, programs of a cluster in /pg/bin, owners and modes of its own, every file in
# another form. What runs goes on.
set -eu
rm -rf /var/lib/pigstyc

# Programs are files of /pg/bin.
for link in /pg/bin/*; do
  if [ -L "$link" ]; then cp --remove-destination "$(readlink -f "$link")" "$link"; fi
done
chown root:postgres /pg/bin/*
chmod 0755 /pg/bin/*
chmod 0750 /pg/bin/pgsodium_getkey
grep -rlZ /usr/libexec/pigstyc/ /pg/conf /var/spool/cron 2>/dev/null | xargs -0r sed -i 's#/usr/libexec/pigstyc/#/pg/bin/#g'
rm -rf /usr/libexec/pigstyc /etc/pigstyc /etc/sudoers.d/postgres

# Owners and modes.
chmod 0644 /etc/haproxy/haproxy.cfg /etc/haproxy/conf.d/*.cfg
chown -R postgres:postgres /etc/patroni /etc/pgbouncer
chmod 0700 /etc/patroni
chmod 0750 /etc/pgbouncer
chown postgres:postgres /pg/conf/*.yml
chmod 0640 /pg/conf/*.yml

# Another form of everything that has settings.
for unit in haproxy patroni pgbouncer etcd node_exporter pg_exporter pgbouncer_exporter; do
  file=/etc/systemd/system/$unit.service
  if [ -e "$file" ]; then sed -i -e "s/^Description=.*/Description=$unit of the site/" -e '/^\[Unit\]/a Documentation=https://example.org/manual' "$file"; fi
done
systemctl daemon-reload
for file in /etc/default/*exporter /etc/etcd/etcd.conf /etc/pgbouncer/pgbouncer.ini; do
  if [ -e "$file" ]; then sed -i -e '1i # by another hand' -e 's/[ ]*#[^"]*$//' -e '/^$/d' "$file"; fi
done
python3 - /pg/conf/*.yml <<'PYTHON'
import sys, yaml
for path in sys.argv[1:]:
    with open(path) as file: content = yaml.safe_load(file)
    with open(path, 'w') as file: yaml.safe_dump(content, file)
PYTHON
sed -i '1i # by another hand' /pg/data/pg_hba.conf /etc/haproxy/haproxy.cfg /etc/haproxy/conf.d/*.cfg /etc/pgbouncer/pgb_hba.conf
