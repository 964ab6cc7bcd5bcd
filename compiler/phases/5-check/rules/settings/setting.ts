import type { Arguments } from '../../../../diagnostics/catalog.gen.ts';
/** What can be wrong with one entry of `pg_parameters` or of the `parameters` of a role or database. */
import { own } from '../../../../words/own.ts';
import type { Diagnostic } from '../../../../diagnostics/diagnostic.ts';
import { report } from '../../../../diagnostics/report.ts';
import { didYouMean, suggest } from '../../../../words/suggest.ts';
import { valueProblem } from '../../../../postgresql/setting-value.ts';
import {
  isKnownMajor,
  isModulePrefix,
  serverSetting,
  settingHistory,
  settingNames,
  type ServerSetting,
} from '../../../../postgresql/settings.ts';
import type { MapEntry } from '../../../../source/node.ts';
import type { InventoryHost } from '../../../2-merge/inventory.ts';
import type { CheckContext, Use } from '../../context.ts';
import { entries, scalar } from '../../nodes.ts';
import { distinct, sessionLibraries } from '../pgsql/libraries.ts';
import { libraryOf } from './defining-libraries.ts';
import { overruled } from './overruled.ts';

/** A server that gets the settings. */
export interface Server {
  readonly major: number;
  /** PostgreSQL itself rather than a fork, whose settings nobody has listed. */
  readonly plain: boolean;
  readonly host: InventoryHost;
}

export type Place = 'pg_parameters' | 'role' | 'database';

/** The different servers among the hosts of a value. */
export function serversOf(context: CheckContext, use: Use): readonly Server[] {
  const hosts = distinct(
    use.hosts.filter((h) => context.of(h).pgCluster.value !== ''),
    (h) => (['pg_version', 'pg_mode', 'pg_libs'] as const).map((name) => context.parameter(h, name).text).join(' '),
  );
  return hosts.flatMap((host) => {
    const major = context.of(host).pgVersion.value ?? 0;
    return isKnownMajor(major)
      ? [{ major, plain: ['pgsql', 'citus'].includes(context.of(host).pgMode.value), host }]
      : [];
  });
}

/** Problems of one entry with the first server that has any. */
export function checkSetting(
  context: CheckContext,
  entry: MapEntry,
  servers: readonly Server[],
  place: Place,
): readonly Diagnostic[] {
  for (const server of servers) {
    const found = [...problems(context, entry, server, place)];
    if (found.length > 0) return found;
  }
  return [];
}

function* problems(context: CheckContext, entry: MapEntry, server: Server, place: Place): Iterable<Diagnostic> {
  const value = settingText(entry);
  if (value === undefined || (place !== 'pg_parameters' && value.toUpperCase() === 'DEFAULT')) return;
  const setting = serverSetting(entry.key.text, server.major);
  if (setting === undefined) {
    const unknown = server.plain ? unknownName(entry, server.major) : undefined;
    if (unknown !== undefined) return yield unknown;
  } else {
    const refusal = place === 'pg_parameters' ? refusedInFile(setting) : refusedForSession(setting);
    if (refusal !== undefined)
      return yield report(
        'setting-place',
        entry.key.span,
        {
          name: setting.name,
          place: place === 'pg_parameters' ? 'in `pg_parameters`' : `for a ${place}`,
          reason: refusal.reason,
        },
        { help: refusal.help },
      );
    yield* badValue(entry, setting, value);
    yield* lateMinor(entry, setting, server.major);
  }
  const library = libraryOf(entry.key.text);
  if (library !== undefined && !library.some((name) => sessionLibraries(context, server.host).has(name))) {
    yield report(
      'setting-library',
      entry.key.span,
      { name: entry.key.text, library: library[0]! },
      { help: `add \`${library[0]!}\` to \`pg_libs\`` },
    );
  }
}

/** A setting that older minors of the same major do not know: whether the host's packages are new enough is not seen here. */
function* lateMinor(entry: MapEntry, { name, since }: ServerSetting, major: number): Iterable<Diagnostic> {
  const minor = since[major];
  if (minor !== undefined) yield report('setting-minor', entry.key.span, { name, version: `${major}.${minor}`, major });
}

/** The text that reaches the server; undefined for an entry without a value, which is left out. */
function settingText(entry: MapEntry): string | undefined {
  const value = scalar(entry.value)?.value;
  return typeof value === 'boolean' ? (value ? 'on' : 'off') : value === undefined ? undefined : String(value);
}

/** Settings that were gone before the first major of the catalog, still found in old files. */
const REPLACED: Readonly<Record<string, readonly [since: string, instead?: string]>> = {
  checkpoint_segments: ['9.5', 'max_wal_size'],
  max_fsm_pages: ['8.4'],
  max_fsm_relations: ['8.4'],
  min_parallel_relation_size: ['10', 'min_parallel_table_scan_size'],
  operator_precedence_warning: ['14'],
  replacement_sort_tuples: ['11'],
  sql_inheritance: ['10'],
  standby_mode: ['12'],
  trigger_file: ['12'],
  vacuum_cleanup_index_scale_factor: ['14'],
  wal_keep_segments: ['13', 'wal_keep_size'],
};

function unknownName(entry: MapEntry, major: number): Diagnostic | undefined {
  const name = entry.key.text;
  const [prefix, ...rest] = name.split('.');
  const history = settingHistory(name);
  const slug = rest.length > 0 ? ('setting-of-module' as const) : ('setting-version' as const);
  if (history.length > 0) {
    const [oldest, newest] = [history[0]!, history.at(-1)!];
    return oldest.first > major
      ? report(slug, entry.key.span, { name, version: major, problem: 'later', since: oldest.first })
      : report(slug, entry.key.span, { name, version: major, problem: 'gone', since: newest.last + 1 });
  }
  const known = settingNames(major);
  if (rest.length > 0) {
    // Any prefix is legal; only what almost or exactly begins like a contrib module's settings is looked at.
    const meant = suggest(
      name,
      known.filter((candidate) => candidate.includes('.')),
    );
    if (meant === undefined && !isModulePrefix(prefix!, major)) return undefined;
    return report(
      'setting-of-module',
      entry.key.span,
      { name, version: major, problem: 'unknown' },
      { help: meant === undefined ? undefined : `did you mean \`${meant}\`?` },
    );
  }
  const replaced = own(REPLACED, name.toLowerCase());
  if (replaced === undefined)
    return report('setting-unknown', entry.key.span, { name, version: major }, { help: didYouMean(name, known) });
  return report(
    'setting-version',
    entry.key.span,
    { name, version: major, problem: 'gone', since: replaced[0] },
    { help: replaced[1] === undefined ? 'remove it' : `use \`${replaced[1]}\`` },
  );
}

interface Refusal {
  readonly reason: Arguments['setting-place']['reason'];
  readonly help?: string;
}

/** Settings of a session or transaction, and of the command line: the server does not start with them in a file. */
export const NOT_IN_FILES = [
  'config_file',
  'role',
  'seed',
  'session_authorization',
  'ssl_renegotiation_limit',
  'transaction_deferrable',
  'transaction_isolation',
  'transaction_read_only',
];

function refusedInFile({ name, context }: ServerSetting): Refusal | undefined {
  if (context === 'internal') return { reason: 'told' };
  return NOT_IN_FILES.includes(name) ? { reason: 'session' } : undefined;
}

function refusedForSession({ name, context }: ServerSetting): Refusal | undefined {
  const help = overruled(name)?.help ?? 'set it in `pg_parameters`';
  switch (context) {
    case 'internal':
      return { reason: 'told' };
    case 'postmaster':
      return { reason: 'start', help };
    case 'sighup':
      return { reason: 'server', help };
    case 'backend':
    case 'superuser-backend':
      return { reason: 'connection', help };
    case 'superuser':
    case 'user':
      return undefined;
  }
}

function* badValue(entry: MapEntry, setting: ServerSetting, value: string): Iterable<Diagnostic> {
  const found = valueProblem(setting, value);
  if (found !== undefined) {
    // What comes from a vault or the environment may be a secret that went to the wrong name.
    const secret =
      entry.value.kind === 'scalar' && (entry.value.tag === 'vault' || entry.value.derivedFrom !== undefined);
    yield report(
      found.slug,
      entry.value.span,
      { name: setting.name, value: secret ? '…' : value, ...found.found },
      { help: secret ? undefined : didYouMean(value, found.candidates) },
    );
  }
  if (setting.type !== 'list' && setting.type !== 'names') return;
  const single = /^'[^']*'(\s*,|$)/.test(value.trim());
  const whole =
    setting.type === 'names' && [...value.matchAll(/"(?:[^"]|"")*"/g)].some(([element]) => element.includes(','));
  if (single || whole)
    yield report(
      'setting-list',
      entry.value.span,
      {
        name: setting.name,
        ...(single ? { problem: 'quoted-words' as const } : { problem: 'quoted-list' as const }),
      },
      { help: `write \`${value.replace(/['"]/g, '')}\`` },
    );
}

export function parametersOf(owner: Parameters<typeof entries>[0]): readonly MapEntry[] {
  return entries(entries(owner).find((entry) => entry.key.text === 'parameters')?.value);
}
