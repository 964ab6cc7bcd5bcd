#!/bin/sh
# shellcheck disable=SC2016 # the programs of awk are meant literally
# After facts.sh, as root: what a site in use trusts and which passwords it has. Changes nothing. Of a secret only a digest is printed, salted with the second
# argument; of a SCRAM verifier its salt, too. PIGSTYC_ROOT stands before every path in tests.
salt=$2
root=${PIGSTYC_ROOT:-}
tab=$(printf '\t')

tell() { printf '%s\t%s\t%s\n' "$1" "$2" "$3"; }
digest() { printf '%s%s' "$salt" "$1" | sha256sum | cut -c 1-64; }
# secret WHERE VALUE
secret() { if [ -n "$2" ]; then tell secret "$1" "$(digest "$2")"; fi; }
# secrets FILE PROGRAM: lines of a name, a tab and a value, which the program of awk prints.
secrets() {
  if [ -r "$root$1" ]; then
    awk "$2" "$root$1" | while IFS=$tab read -r name value; do secret "$name" "$value"; done
  fi
}

for file in /etc/pki/ca.crt /pg/cert/server.crt /etc/etcd/server.crt; do
  if [ -r "$root$file" ]; then
    tell certificate "$file" "$(awk '/BEGIN CERTIFICATE/, /END CERTIFICATE/' "$root$file" | tr '\n' '|')"
  fi
done

# A password behind the key whose section it is in, quoted or not, on a line of its own or between braces.
secrets /etc/patroni/patroni.yml '
  match($0, /(restapi|superuser|replication|rewind)[ ]*:/) { section = substr($0, RSTART, RLENGTH); sub(/[ ]*:/, "", section) }
  /^[a-z]/ && !/^(restapi|postgresql)/ { section = "" }
  section != "" && match($0, /password[ ]*:[ ]*/) {
    value = substr($0, RSTART + RLENGTH); quote = substr(value, 1, 1)
    if (quote == "\047" || quote == "\"") { value = substr(value, 2); sub(quote "[ ]*([,}].*)?$", "", value); gsub("\047\047", "\047", value) }
    else sub(/[ ]*([,}#].*)?$/, "", value)
    print "patroni." section "\t" value
  }'
home=$(awk -F : '$1 == "postgres" { print $6 }' "$root/etc/passwd" 2>/dev/null) || home=
secrets "${home:-/var/lib/pgsql}/.pgpass" '
  /^[^#]/ { gsub(/\\:/, "\001"); n = split($0, part, ":"); if (n < 5) next
    value = part[5]; gsub(/\001/, ":", value); gsub(/\\\\/, "\\", value); print "pgpass." part[4] "\t" value }'
secrets /etc/etcd/etcd.pass 'NR == 1 { print "etcd\t" $0 }'
secrets /etc/haproxy/haproxy.cfg '
  /^[ \t]*user [^ ]+ insecure-password / { value = $4 }
  /^[ \t]*stats auth / { value = $3; sub(/^[^:]*:/, "", value) }
  value != "" { gsub(/^[\047"]|[\047"]$/, "", value); print "haproxy\t" value; value = "" }'
secrets /etc/grafana/grafana.ini '
  /^admin_password[ ]*=/ { sub(/^[^=]*=[ ]*/, ""); gsub(/^("""|"|`)|("""|"|`)$/, ""); print "grafana\t" $0 }'

# What PgBouncer lets users in with: a verifier is repeated by who knows the password and its salt.
if [ -r "$root/etc/pgbouncer/userlist.txt" ]; then
  while IFS='"' read -r _ name _ value _; do
    case $value in
      '') ;;
      'SCRAM-SHA-256$'*)
        rest=${value#*\$}
        tell verifier "$name" "${rest%%\$*} $(digest "$value")"
        ;;
      *) tell verifier "$name" "- $(digest "$value")" ;;
    esac
  done <"$root/etc/pgbouncer/userlist.txt"
fi
tell end - -
