import type { InstanceView } from './instance.ts';

const SERVICES = [
  'postgres',
  'pgbouncer',
  'patroni',
  'pgbackrest',
  'pg_exporter',
  'pgbouncer_exporter',
  'pgbackrest_exporter',
  'vip-manager',
];

/** /etc/sudoers.d/postgres; undefined for pg_dbsu_sudo none. What opens a pager is kept from starting other programs. */
export function renderSudoers(view: InstanceView): string | undefined {
  const { pgDbsuSudo, pgDbsu } = view.host.params;
  switch (pgDbsuSudo) {
    case 'none':
      return undefined;
    case 'all':
      return `${pgDbsu} ALL=(ALL) ALL\n`;
    case 'nopass':
      return `${pgDbsu} ALL=(ALL) NOPASSWD: ALL\n`;
    case 'limit': {
      const lines = [
        '%postgres ALL=NOPASSWD: /usr/sbin/modprobe softdog',
        `%postgres ALL=NOPASSWD: /usr/bin/chown ${pgDbsu} /dev/watchdog`,
      ];
      for (const service of SERVICES) {
        for (const verb of ['stop', 'start', 'reload', 'restart'])
          lines.push(`%postgres ALL=NOPASSWD: /usr/bin/systemctl ${verb} ${service}`);
        lines.push(
          `%postgres ALL=NOPASSWD:NOEXEC: /usr/bin/systemctl status ${service}`,
          `%postgres ALL=NOPASSWD:NOEXEC: /usr/bin/journalctl -u ${service}`,
        );
      }
      lines.push('%postgres ALL=NOPASSWD: /usr/bin/systemctl reload haproxy');
      return `${lines.join('\n')}\n`;
    }
  }
}
