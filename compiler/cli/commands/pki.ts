import type { Modelled } from '../../build/model.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { Host } from '../../host/host.ts';
import type { PkiListing } from '../../pki/list.ts';
import type { RotationStep } from '../../pki/rotation.ts';
import type { StatePlace } from '../../state/locate.ts';
import { EXIT, type Args, type Command } from '../command.ts';
import { INPUT_OPTIONS } from '../options.ts';
import { loadSite, reportErrors, requestOf, tell } from '../session.ts';
import { columns } from '../table.ts';

type Action = (args: Args, host: Host, place: StatePlace, loaded: Modelled) => Promise<number>;

const ACTIONS: Readonly<Record<string, Action>> = { list, init, renew, 'rotate-ca': rotate };

/** Shows the certificates of a site, and makes, renews or exchanges them. */
export const pki: Command = {
  usage: 'pki <action> [files..]',
  summary: 'List the certificates (exit 1 when one needs attention); make, renew or exchange keys and authority',
  positionals: {
    action: { describe: 'What to do', choices: Object.keys(ACTIONS) },
    files: { describe: 'Inventory files, merged in order; default pigsty.yml' },
  },
  options: ['json', 'limit', 'out', 'new-keys', ...INPUT_OPTIONS.filter((name) => name !== 'format')],
  examples: [
    ['pki list', 'One line per certificate; marked are those that somebody has to look after'],
    ['pki list prod.yml --json', 'The same as JSON'],
    ['pki init', 'Make the key and the authority of a new site'],
    ['pki renew --limit pg-test --new-keys', 'Sign the certificates of a cluster again, for new keys'],
    ['pki rotate-ca', 'The next step from one authority to another'],
  ],
  run: async (args, host) => {
    const loaded = await loadSite(args, host);
    if (typeof loaded === 'number') return loaded;
    const { locateState } = await import('../../state/locate.ts');
    const [place, unclear] = locateState(host, requestOf(args).files, args.state, args.action === 'init');
    if (place === undefined) return reportErrors(args, host, loaded.checked, unclear);
    return ACTIONS[args.action!]!(args, host, place, loaded);
  },
};

async function list(args: Args, host: Host, place: StatePlace, { site }: Modelled): Promise<number> {
  const { listPki, needsAttention } = await import('../../pki/list.ts');
  const rows = listPki(host, place.pki, site);
  host.stdout(args.json ? `${JSON.stringify(rows, undefined, 2)}\n` : table(rows, needsAttention));
  return rows.some(needsAttention) ? EXIT.findings : EXIT.ok;
}

function table(rows: readonly PkiListing[], needsAttention: (row: PkiListing) => boolean): string {
  return columns([
    ['CERTIFICATE', 'STATE', 'UNTIL', 'DAYS', 'KEY', 'HOSTS', 'NAMES'],
    ...rows.map((row) => [
      row.id,
      `${row.state}${needsAttention({ ...row, keyExposed: false }) ? ' !' : ''}`,
      row.until ?? '-',
      row.days === undefined ? '-' : String(row.days),
      `${row.keyMode ?? '-'}${row.keyExposed ? ' !' : ''}`,
      row.hosts.join(' ') || '-',
      row.names.join(' ') || '-',
    ]),
  ]);
}

async function init(args: Args, host: Host, place: StatePlace, loaded: Modelled): Promise<number> {
  const { initState } = await import('../../state/materials.ts');
  return done(args, host, loaded, initState(host, place, loaded.site));
}

async function renew(args: Args, host: Host, place: StatePlace, loaded: Modelled): Promise<number> {
  const { renewCertificates } = await import('../../pki/rotation.ts');
  const names = new Set(loaded.hosts.map(({ name }) => name));
  const [signed, problems] = renewCertificates(host, place.pki, loaded.site, names, args.newKeys);
  const notes = [`${place.pki}: ${signed?.length ?? 0} certificates signed; next: pigstyc build, then deploy`];
  return done(args, host, loaded, [notes, problems]);
}

const NEXT_STEP: Readonly<Record<RotationStep, string>> = {
  'both-trusted':
    'a new authority was made, ca/next.crt; next: pigstyc build --new-authority, deploy all hosts with ' +
    'FLAGS=--allow-restart so that they trust it, then pigstyc pki rotate-ca again',
  exchanged:
    'the new authority signs; next: pigstyc build, deploy all hosts so that they have its certificates, then pigstyc pki rotate-ca again',
  done: 'the former authority has left; next: pigstyc build, deploy all hosts with FLAGS=--allow-restart',
};

async function rotate(args: Args, host: Host, place: StatePlace, loaded: Modelled): Promise<number> {
  const { rotateAuthority } = await import('../../pki/rotation.ts');
  const { readRecord } = await import('../../state/record.ts');
  const built = new Set(readRecord(host, args.out)?.authorities);
  const [step, problems] = rotateAuthority(host, place.pki, loaded.site, built);
  return done(args, host, loaded, [step === undefined ? [] : [`${place.pki}: ${NEXT_STEP[step]}`], problems]);
}

/** Errors where there are some, else what was done. */
async function done(
  args: Args,
  host: Host,
  { checked }: Modelled,
  [notes, problems]: readonly [readonly string[], readonly Diagnostic[]],
): Promise<number> {
  if (problems.length > 0) return reportErrors(args, host, checked, problems);
  tell(host, notes);
  return EXIT.ok;
}
