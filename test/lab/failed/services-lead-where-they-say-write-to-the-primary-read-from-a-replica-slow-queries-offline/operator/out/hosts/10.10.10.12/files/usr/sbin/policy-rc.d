#!/bin/sh
# Asked by package scripts before they start a service: 101 forbids it. Services that get their configuration
# from elsewhere do not start with the one of their package.
[ "$1" = --quiet ] && shift
case "${1%.service}" in
  nginx|vector|dnsmasq|haproxy|keepalived|silo|minio|etcd|postgresql|postgresql@*|pgbouncer|patroni|vip-manager|redis|redis-server|redis-sentinel|valkey|valkey-server|valkey-sentinel|prometheus|prometheus-*|alertmanager|grafana-server) exit 101 ;;
esac
exit 0
