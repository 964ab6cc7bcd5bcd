import { report } from '../../../../diagnostics/report.ts';
import { entries, field, maps, textField } from '../../nodes.ts';
import type { Rule } from '../../rule.ts';

const RESERVED_USERS = ['root', 'mysql.sys', 'mysql.session', 'mysql.infoschema'];
const RESERVED_DATABASES = ['mysql', 'sys', 'information_schema', 'performance_schema'];

export const mysql: Rule = {
  codes: ['mysql-identity', 'mysql-setting'],
  about: 'Members of a MySQL cluster are one or three, are numbered, and have passwords.',
  *check(context) {
    for (const cluster of context.clusters('mysql_cluster')) {
      const host = cluster.members[0]!;
      const count = cluster.members.length;
      if (!/^[A-Za-z0-9][A-Za-z0-9_-]*$/.test(cluster.name))
        yield report('mysql-identity', cluster.span, { problem: 'bad-name', cluster: cluster.name });
      else if (!host.groups.includes(cluster.name))
        yield report('mysql-identity', cluster.span, {
          problem: 'group',
          cluster: cluster.name,
        });
      if (count !== 1 && count !== 3) yield report('mysql-identity', cluster.span, { problem: 'members', count });
      const numbers = cluster.members
        .map((member) => context.of(member).mysqlSeq.value)
        .sort((a, b) => (a ?? 0) - (b ?? 0));
      if (numbers.some((number, index) => number !== index + 1))
        yield report('mysql-identity', cluster.span, { problem: 'numbers', count });
      for (const name of ['mysql_root_password', 'mysql_monitor_password', 'mysql_cluster_password'] as const) {
        const password = context.parameter(host, name).text;
        if (password === '' || /^CHANGE_ME$|[\r\n]/.test(password))
          yield report('mysql-setting', context.parameter(host, name).span, {
            problem: 'password',
            name,
          });
      }
      for (const [list, reserved] of [
        ['mysql_users', RESERVED_USERS],
        ['mysql_databases', RESERVED_DATABASES],
      ] as const) {
        for (const object of maps(context.parameter(host, list).node)) {
          const name = textField(object, 'name');
          if (name !== undefined && reserved.includes(name))
            yield report('mysql-setting', field(object, 'name')!.span, { problem: 'reserved', name });
          const password = entries(object).find((e) => e.key.text === 'password')?.value;
          if (
            password?.kind === 'scalar' &&
            (password.value === null || password.value === '' || /^CHANGE_ME$|[\r\n]/.test(String(password.value)))
          )
            yield report('mysql-setting', password.span, {
              problem: 'user-password',
              name: name ?? '',
            });
        }
      }
    }
  },
};
