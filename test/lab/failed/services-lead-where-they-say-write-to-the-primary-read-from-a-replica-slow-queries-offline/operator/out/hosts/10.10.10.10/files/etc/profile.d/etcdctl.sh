alias e=etcdctl
alias em='etcdctl member'
export ETCDCTL_ENDPOINTS=https://10.10.10.10:2379,https://10.10.10.11:2379,https://10.10.10.12:2379
export ETCDCTL_CACERT=/etc/etcd/ca.crt ETCDCTL_CERT=/etc/etcd/server.crt ETCDCTL_KEY=/etc/etcd/server.key
case "$(id -un)" in
  root|dba)
    if [ -r /etc/etcd/etcd.pass ]; then
      ETCDCTL_USER=root ETCDCTL_PASSWORD="$(cat /etc/etcd/etcd.pass)"
      export ETCDCTL_USER ETCDCTL_PASSWORD
    fi ;;
esac
