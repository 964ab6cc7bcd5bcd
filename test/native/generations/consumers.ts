/**
 * Who reads which emitted file, how that program is asked about it (checks.sh, postgres.sh), and how a file is broken that it must
 * refuse. Each emitted path belongs to one consumer or stands in UNREAD with the reason.
 */

export const GENERATIONS = ['bookworm', 'trixie', 'sid'] as const;
export type Generation = (typeof GENERATIONS)[number];

/** A fault for a file: the first that matches the pattern, and what sed does to it. */
export interface Control {
  readonly file: string;
  readonly fault: string;
}

export interface Consumer {
  /** Name of the check: `check_<kind>`. */
  readonly kind: string;
  /** The program, as readers know it, by the package that has it in a generation. */
  readonly programs: Readonly<Record<string, string>>;
  readonly files: readonly RegExp[];
  /** The files, for readers. */
  readonly named: string;
  /** How it is asked. */
  readonly asked: string;
  readonly controls: readonly Control[];
  /** Generations whose archive or bundle has neither the program nor its file. */
  readonly not?: readonly Generation[];
}

/** Appends a line. */
const append = (file: string, line: string): Control => ({ file, fault: `$a ${line}` });
const replace = (file: string, from: string, to: string): Control => ({ file, fault: `s#${from}#${to}#` });

export const CONSUMERS: readonly Consumer[] = [
  {
    kind: 'postgres',
    programs: { PostgreSQL: 'postgresql' },
    files: [/^\/pg\/tmp\/.*\.sql$/, /^\/pg\/data\//, /^\/var\/lib\/pgsql\/\.psqlrc$/, /^\/pg\/conf\/[^/]+\.dcs\.yml$/],
    named: '`pg_hba.conf`, `postgresql.auto.conf`, settings and `initdb` options of Patroni’s file, all SQL, `.psqlrc`',
    asked: '`initdb`, a server with all settings, `pg_hba_file_rules`, `pg_file_settings`, SQL twice',
    controls: [
      append('/pg/tmp/pg-init-roles.sql', 'SELECT nonsense(;'),
      append('/pg/tmp/pg-init-roles.sql', "SELECT 'a change at every run';"),
      append('/laid/pg/data/pg_hba.conf', 'host all all 10.0.0.0/99 scram-sha-256'),
      append('/laid/pg/data/postgresql.auto.conf', 'work_men = 4MB'),
      replace('/pg/conf/*-[0-9].yml', 'encoding: UTF8', 'encoding: UTF77'),
    ],
  },
  {
    kind: 'patroni',
    programs: { Patroni: 'patroni' },
    files: [/^\/pg\/conf\/[^/]+-\d+\.yml$/],
    named: '`/pg/conf/*.yml`',
    asked: '`patroni --validate-config`',
    controls: [replace('/pg/conf/*-[0-9].yml', '^  data_dir: .*', '  data_dir: [1]')],
  },
  {
    kind: 'pgbouncer',
    programs: { PgBouncer: 'pgbouncer' },
    files: [/^\/etc\/pgbouncer\//],
    named: '`/etc/pgbouncer/*`',
    asked: 'started; what it logs',
    controls: [append('/etc/pgbouncer/pgbouncer.ini', 'no_such_setting = 1')],
  },
  {
    kind: 'pgbackrest',
    programs: { pgBackRest: 'pgbackrest' },
    files: [/^\/etc\/pgbackrest\//],
    named: '`pgbackrest.conf`',
    asked: '`pgbackrest info`',
    controls: [replace('/etc/pgbackrest/pgbackrest.conf', '^\\[global\\]', '[global]\\nno-such-option=1')],
  },
  {
    kind: 'vip',
    programs: { 'vip-manager': 'vip-manager' },
    files: [/^\/etc\/default\/vip-manager\.yml$/],
    named: '`vip-manager.yml`',
    asked: 'started; what it says',
    controls: [replace('/etc/default/vip-manager.yml', '^trigger-key: .*', '')],
  },
  {
    kind: 'etcd',
    programs: { etcd: 'etcd-server' },
    files: [/^\/etc\/etcd\/etcd\.conf$/],
    named: '`etcd.conf`',
    asked: 'started; what it logs',
    controls: [append('/etc/etcd/etcd.conf', 'initial-cluster-state: [ old')],
  },
  {
    kind: 'haproxy',
    programs: { HAProxy: 'haproxy' },
    files: [/^\/etc\/haproxy\//],
    named: '`haproxy.cfg`, `conf.d/*.cfg`',
    asked: '`haproxy -c -dW -dD`',
    controls: [
      append('/etc/haproxy/conf.d/*.cfg', '  no-such-word 1'),
      append('/etc/haproxy/haproxy.cfg', 'listen warned\\n  bind 127.0.0.1:1\\n  mode tcp\\n  cookie a insert'),
    ],
  },
  {
    kind: 'keepalived',
    programs: { keepalived: 'keepalived' },
    files: [/^\/etc\/keepalived\//],
    named: '`keepalived.conf`',
    asked: '`keepalived -t`',
    controls: [append('/etc/keepalived/keepalived.conf', 'no_such_word 1')],
  },
  {
    kind: 'redis',
    programs: { Redis: 'redis-server' },
    files: [/^\/etc\/redis\//, /^\/data\/redis\//],
    named: '`/etc/redis/*.conf`, sentinels too',
    asked: 'started as its unit does; what it logs',
    controls: [append('/etc/redis/redis-*-[0-9]*[0-9].conf', 'no-such-setting 1')],
  },
  {
    kind: 'valkey',
    programs: { Valkey: 'valkey-server' },
    files: [],
    named: 'those of Redis',
    asked: 'likewise',
    controls: [append('/etc/redis/redis-*-[0-9]*[0-9].conf', 'no-such-setting 1')],
    not: ['bookworm'],
  },
  {
    kind: 'nginx',
    programs: { nginx: 'nginx-light' },
    files: [/^\/etc\/nginx\/(?:nginx\.conf|\.htpasswd|conf\.d\/.*\.conf)$/],
    named: '`nginx.conf`, `conf.d/**`',
    asked: '`nginx -t`',
    controls: [
      append('/etc/nginx/conf.d/home.conf', 'no_such_word 1;'),
      append(
        '/etc/nginx/conf.d/home.conf',
        'server { listen 81; server_name a; } server { listen 81; server_name a; }',
      ),
    ],
  },
  {
    kind: 'dnsmasq',
    programs: { dnsmasq: 'dnsmasq' },
    files: [/^\/etc\/dnsmasq\.(?:conf|d\/)/],
    named: '`dnsmasq.conf`, records',
    asked: '`dnsmasq --test`, started',
    controls: [
      append('/etc/dnsmasq.conf', 'no-such-option'),
      append('/etc/dnsmasq.d/pigsty/default', '10.0.0.300 a.lan'),
    ],
  },
  {
    kind: 'prometheus',
    programs: { Prometheus: 'prometheus' },
    files: [/^\/infra\/(?:prometheus\.yml|rules\/|targets\/)/],
    named: '`prometheus.yml`, rules, targets',
    asked: '`promtool check config`, `check rules`, with all of its lint',
    controls: [
      append('/infra/prometheus.yml', 'no_such_section: 1'),
      replace('/infra/rules/node.yml', 'expr: .*', 'expr: sum(up'),
    ],
  },
  {
    kind: 'victoria',
    programs: { 'VictoriaMetrics, vmalert': 'victoria-metrics' },
    files: [/^\/etc\/default\/(?:vmetrics|vmalert)$/],
    named: '`prometheus.yml`, rules, options',
    asked: '`-dryRun`, strict',
    controls: [
      append('/infra/prometheus.yml', 'no_such_section: 1'),
      replace('/etc/default/vmalert', '-evaluationInterval', '-no.such'),
    ],
    not: ['bookworm', 'trixie'],
  },
  {
    kind: 'alertmanager',
    programs: { Alertmanager: 'prometheus-alertmanager' },
    files: [/^\/etc\/alertmanager\.yml$/],
    named: '`alertmanager.yml`',
    asked: '`amtool check-config`',
    controls: [append('/etc/alertmanager.yml', 'no_such_section: 1')],
  },
  {
    kind: 'blackbox',
    programs: { 'blackbox exporter': 'prometheus-blackbox-exporter' },
    files: [/^\/etc\/blackbox\.yml$/],
    named: '`blackbox.yml`',
    asked: '`--config.check`',
    controls: [append('/etc/blackbox.yml', 'no_such_section: 1')],
    not: ['bookworm'],
  },
  {
    kind: 'options',
    programs: {
      'node exporter': 'prometheus-node-exporter',
      'nginx exporter': 'prometheus-nginx-exporter',
      'Redis exporter': 'prometheus-redis-exporter',
    },
    files: [
      /^\/etc\/default\/(?:prometheus-)?(?:node|nginx|redis|blackbox)[-_]exporter$/,
      /^\/etc\/default\/prometheus(?:-alertmanager)?$/,
      /^\/etc\/default\/alertmanager$/,
    ],
    named: 'options in `/etc/default/*`, those of Prometheus and Alertmanager, too',
    asked: '`--version` after them',
    controls: [replace('/etc/default/*node[_-]exporter', '--web', '--no-such')],
  },
  {
    kind: 'units',
    programs: { systemd: 'systemd' },
    files: [/^\/etc\/systemd\/system\//],
    named: 'units',
    asked: '`systemd-analyze verify`',
    controls: [replace('/etc/systemd/system/haproxy.service', '^\\[Service\\]', '[Service]\\nNoSuchDirective=1')],
  },
  {
    kind: 'tmpfiles',
    programs: {},
    files: [/^\/etc\/tmpfiles\.d\//],
    named: '`tmpfiles.d/*`',
    asked: '`systemd-tmpfiles --create`',
    controls: [replace('/etc/tmpfiles.d/postgresql.conf', ' /run/', ' /var/run/')],
  },
  {
    kind: 'tuned',
    programs: { tuned: 'tuned' },
    files: [/^\/etc\/tuned\//],
    named: '`profiles/*/tuned.conf`',
    asked: 'loaded by its own loader, options compared with its plugins',
    controls: [append('/etc/tuned/profiles/tiny/tuned.conf', '[vm]\\nno_such_option=1')],
    not: ['bookworm'],
  },
  {
    kind: 'sudoers',
    programs: { sudo: 'sudo' },
    files: [/^\/etc\/sudoers\.d\//],
    named: '`sudoers.d/*`',
    asked: '`visudo -c`',
    controls: [append('/etc/sudoers.d/dba', 'no such line')],
  },
  {
    kind: 'chrony',
    programs: { chrony: 'chrony' },
    files: [/^\/etc\/chrony\//],
    named: '`chrony.conf`',
    asked: '`chronyd -p`',
    controls: [append('/etc/chrony/chrony.conf', 'nosuchword 1')],
  },
  {
    kind: 'cron',
    programs: { cron: 'cron' },
    files: [/^\/var\/spool\/cron\//],
    named: 'crontabs of users',
    asked: '`crontab -n`',
    controls: [append('/var/spool/cron/crontabs/postgres', '61 1 * * * /bin/true')],
  },
  {
    kind: 'ssh',
    programs: { OpenSSH: 'openssh-client' },
    files: [/^\/home\/[^/]+\/\.ssh\/config$/],
    named: '`.ssh/config`',
    asked: '`ssh -G`',
    controls: [append('/home/dba/.ssh/config', 'NoSuchOption yes')],
  },
  {
    kind: 'apt',
    programs: { apt: 'apt' },
    files: [/^\/etc\/apt\/sources\.list\.d\//, /^\/etc\/pigstyc\/repository\/sources\//],
    named: 'lists of repositories',
    asked: '`apt-get update --print-uris`',
    controls: [append('/etc/apt/sources.list.d/*.list', 'dbe http://a.example/ ./')],
    // With Debian's own archive a bundle has no repository of its own.
    not: ['bookworm', 'trixie'],
  },
  {
    kind: 'certificates',
    programs: { OpenSSL: 'openssl' },
    files: [/^\/(?:pg|etc)\/.*\.crt$/],
    named: 'certificates',
    asked: '`openssl verify -x509_strict`',
    controls: [replace('/etc/pki/infra.crt', '^MII', 'MIJ')],
  },
  {
    kind: 'shell',
    programs: { bash: 'bash' },
    files: [/^\/usr\/libexec\/pigstyc\//, /^\/etc\/profile\.d\//, /^\/usr\/sbin\/policy-rc\.d$/],
    named: '`apply.sh`, `/usr/libexec/pigstyc/*`, `profile.d/*`',
    asked: '`bash -n` (shellcheck on the machine of the tests)',
    controls: [append('/etc/profile.d/node.sh', 'if true')],
  },
  {
    kind: 'names',
    programs: { 'C library': 'libc6' },
    files: [/^\/etc\/hosts$/],
    named: '`/etc/hosts`',
    asked: '`getent hosts` of every name',
    controls: [append('/etc/hosts', '10.10.10.300 nobody')],
  },
];

/** Emitted files that no program here is asked about, by the reason. */
export const UNREAD: Readonly<Record<string, readonly RegExp[]>> = {
  'no archive of these has the program': [
    /^\/etc\/(?:vector|grafana|silo|pg_exporter\.d)\//,
    /^\/infra\/(?:dashboards|datasources|conf\/grafana|pgadmin)/,
    /^\/home\/minio\//,
    /^\/etc\/default\/(?:vector|vlogs|vtraces|silo|pg_exporter|pgbouncer_exporter|pgbackrest_exporter|keepalived_exporter)$/,
  ],
  'the kernel’s and PAM’s: trying them would change the machine of the tests': [
    /^\/etc\/(?:sysctl\.d|modules-load\.d|security\/limits\.d)\//,
  ],
  'read by our own scripts': [
    /^\/etc\/pigstyc\/(?:instance\.env|repository\/packages)$/,
    /^\/etc\/etcd\/(?:etcd|users\/.*)\.pass$/,
    /^\/pg\/conf\/pgsodium\.key$/,
  ],
  'read at logins, which other tests try': [/\/\.(?:pgpass|pg_service\.conf)$/, /^\/infra\/conf\/patronictl\.yml$/],
  'keys belong to the certificates beside them': [/^\/(?:pg\/cert|etc)\/.*\.key$/],
  'pages for a browser': [/^\/www\//],
  'read by cron, which has no way to be asked, and by tools of packages': [
    /^\/etc\/crontab$/,
    /^\/etc\/postgresql-common\//,
  ],
};
