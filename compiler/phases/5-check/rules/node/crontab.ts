import {
  hasBarePercent,
  isCommentOrSetting,
  neverComes,
  parseCronLine,
  type CronLine,
} from '../../../../programs/cron-line.ts';
import type { Diagnostic } from '../../../../diagnostics/diagnostic.ts';
import { report } from '../../../../diagnostics/report.ts';
import { didYouMean } from '../../../../words/suggest.ts';
import type { Span } from '../../../../source/node.ts';
import type { InventoryHost } from '../../../2-merge/inventory.ts';
import { MODULES } from '../../../../../emitters/modules.ts';
import type { CheckContext } from '../../context.ts';
import { hasModule } from '../../module-hosts.ts';
import { items, text } from '../../nodes.ts';
import type { Rule } from '../../rule.ts';

export const crontabs: Rule = {
  codes: ['crontab-line', 'crontab-command'],
  about: "Lines of /etc/crontab name a user; lines of a user's own table do not.",
  *check(context) {
    for (const name of ['node_crontab', 'pg_crontab'] as const) {
      for (const use of context.uses(name)) {
        for (const item of items(use.node)) {
          const written = text(item);
          if (written === undefined || isCommentOrSetting(written)) continue;
          const line = parseCronLine(written, name === 'node_crontab');
          if ('problem' in line) yield report('crontab-line', item.span, line);
          else {
            if (name === 'node_crontab') yield* user(context, use.hosts, item.span, line);
            else yield* noUser(context, use.hosts[0]!, item.span, line);
            yield* command(item.span, line);
            const day = neverComes(written);
            if (day !== undefined) yield report('crontab-command', item.span, { problem: 'never', day });
            yield* noBackups(context, use.hosts, item.span, line);
          }
        }
      }
    }
  },
};

/** The account of a line in /etc/crontab. */
function* user(
  context: CheckContext,
  hosts: readonly InventoryHost[],
  span: Span,
  { user, command }: CronLine,
): Iterable<Diagnostic> {
  if (user === undefined) {
    const word = command.split(/\s/)[0]!;
    yield report('crontab-command', span, { problem: 'no-user', word });
    return;
  }
  const stranger = hosts.find((host) => !accounts(context, host).has(user));
  if (stranger !== undefined)
    yield report(
      'crontab-command',
      span,
      { problem: 'unknown-user', user, host: stranger.name },
      { help: didYouMean(user, accounts(context, stranger)) },
    );
}

/** The table of the superuser has no accounts. */
function* noUser(context: CheckContext, host: InventoryHost, span: Span, { command }: CronLine): Iterable<Diagnostic> {
  const [first, second] = command.split(/\s+/);
  if ([context.of(host).pgDbsu.value, 'root'].includes(first!) && second !== undefined)
    yield report('crontab-command', span, {
      problem: 'own-table',
      first: first!,
    });
}

/** What cron reads, and what does something else than it says. */
function* command(span: Span, { command }: CronLine): Iterable<Diagnostic> {
  if (hasBarePercent(command)) yield report('crontab-command', span, { problem: 'percent' });
  const type = /(?:^|[\s;&|/])pg-backup\s+([A-Za-z]\w*)/.exec(command)?.[1];
  if (type !== undefined && !TYPES.includes(type))
    yield report(
      'crontab-command',
      span,
      { problem: 'backup-type', type },
      { help: didYouMean(type, TYPES) ?? `known: ${TYPES.join(', ')}` },
    );
}

/** `pg-backup` is there and has nowhere to back up to. */
function* noBackups(
  context: CheckContext,
  hosts: readonly InventoryHost[],
  span: Span,
  { command }: CronLine,
): Iterable<Diagnostic> {
  const members = hosts.filter((host) => context.of(host).pgCluster.value !== '');
  if (!/(?:^|[\s;&|/])pg-backup\b/.test(command) || members.length === 0) return;
  if (members.some((host) => context.of(host).pgbackrestEnabled.value)) return;
  yield report('crontab-command', span, { problem: 'backups-off' });
}

const TYPES = ['full', 'diff', 'incr'];
/** Accounts every installation has. */
const SYSTEM = ['root', 'daemon', 'bin', 'sys', 'nobody', 'mail', 'games', 'man', 'backup', 'www-data', 'nginx', 'ftp'];

/** Accounts that a host has or will have. */
function accounts(context: CheckContext, host: InventoryHost): ReadonlySet<string> {
  const of = (condition: boolean, ...names: readonly string[]): readonly string[] => (condition ? names : []);
  return new Set([
    ...SYSTEM,
    context.of(host).nodeAdminUsername.value,
    context.of(host).ansibleUser.value,
    ...of(context.of(host).pgCluster.value !== '', context.of(host).pgDbsu.value),
    ...MODULES.flatMap((module) => of(hasModule(context, host, module), ...(module.accounts ?? []))),
  ]);
}

export const fullBackups: Rule = {
  codes: ['backup-never-full'],
  about: 'Clusters with a repository in which, by the tables of their hosts, nobody ever takes a full backup.',
  *check(context) {
    if (context.fragment) return;
    const without = context.clusters('pg_cluster').filter(({ members }) => {
      const scheduled = members.flatMap((host) => [
        ...context.of(host).pgCrontab.value,
        ...context.of(host).nodeCrontab.value,
      ]);
      return (
        members.some((host) => context.of(host).pgbackrestEnabled.value) &&
        scheduled.some((line) => /pg-backup|pgbackrest/.test(String(line))) &&
        !scheduled.some((line) => FULL.test(String(line)))
      );
    });
    const names = without.map(({ name }) => `\`${name}\``).join(', ');
    if (without.length > 0) yield report('backup-never-full', without[0]!.span, { clusters: names });
  },
};

const FULL = /^\s*[^#\s].*(pg-backup\s+["']?full|pgbackrest.*--type=full|pg-backup\s+["']?\$)/;
