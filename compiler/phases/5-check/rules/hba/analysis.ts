/** What rules come to in the files they are written to: the first line that is for a connection decides. */
import { isEverything, isLoopback } from '../../../../domain/address.ts';
import { covers } from '../../../../domain/hba/cover.ts';
import type { Line, Parsed, Token } from '../../../../domain/hba/hba-line.ts';
import type { Diagnostic } from '../../../../diagnostics/diagnostic.ts';
import { report } from '../../../../diagnostics/report.ts';
import { didYouMean } from '../../../../words/suggest.ts';
import type { MapNode, Span } from '../../../../source/node.ts';
import { field, items, text } from '../../nodes.ts';
import type { Rule } from '../../rule.ts';
import { nameOf, relatedTo } from './shadows.ts';
import { subjects, type Subject, type SubjectLine } from './subjects.ts';

/** The place of a line: its own text where it is written out, else the field that matters, else the rule. */
function placeOf(line: SubjectLine, name: string): Span {
  const raw = items(field(line.node, 'rules')).find((item) => text(item) === line.text);
  return raw?.span ?? field(line.node, isRaw(line) ? 'rules' : name)?.span ?? line.node!.span;
}

export const hbaLines: Rule = {
  codes: ['hba-bad-line', 'hba-pool-line', 'hba-pool-ssl', 'hba-trust', 'hba-clear-password', 'hba-open-world'],
  about:
    'Lines that a program refuses or can never use, and lines that let in too much. Said once, ' +
    'however many members have them.',
  *check(context) {
    const seen = new Map<MapNode, Set<string>>();
    for (const subject of subjects(context))
      for (const line of subject.lines) {
        if (line.node === undefined || line.parsed.kind === 'nothing') continue;
        const found =
          line.parsed.kind === 'problem'
            ? refused(line, line.parsed)
            : (neverUsed(subject, line, line.parsed.line) ?? tooMuch(line, line.parsed.line));
        if (found === undefined) continue;
        const said = seen.get(line.node) ?? new Set();
        seen.set(line.node, said);
        const key = `${found.slug} ${isRaw(line) ? line.text : ''}`;
        if (!said.has(key)) yield found;
        said.add(key);
      }
  },
};

/** A line the inventory gives as it is. */
function isRaw({ rule }: SubjectLine): boolean {
  return rule.lines[0]?.kind === 'raw';
}

/** Addresses and words that are wrong in themselves have findings of their own. */
function refused(line: SubjectLine, { slug, found }: Refused): Diagnostic | undefined {
  if (!isRaw(line) && ['network', 'mask', 'no-address'].includes(found.problem)) return undefined;
  return report(slug, placeOf(line, found.problem === 'roles' ? 'user' : 'auth'), found);
}

type Refused = Extract<Parsed, { readonly kind: 'problem' }>;

function neverUsed(subject: Subject, line: SubjectLine, { type, source }: Line): Diagnostic | undefined {
  if (subject.dialect !== 'pgbouncer') return undefined;
  if (type === 'hostssl' && subject.params.pgbouncerSslmode.value === 'disable') return passedOver(subject, line);
  if (source.kind === 'network' && (source.network.base.bits & source.network.mask) !== source.network.base.bits)
    return report('hba-pool-line', placeOf(line, 'addr'), { problem: 'bits' });
  return undefined;
}

/** A line for clients with TLS at a pool without: the next one that is for the same clients decides. */
function passedOver({ lines, roles, dialect, cluster }: Subject, line: SubjectLine): Diagnostic {
  const clients: Line | undefined = line.parsed.kind === 'line' ? { ...line.parsed.line, type: 'host' } : undefined;
  const next = lines
    .slice(lines.indexOf(line) + 1)
    .find(
      ({ parsed }) => parsed.kind === 'line' && clients !== undefined && covers(parsed.line, clients, roles, dialect),
    );
  return report(
    'hba-pool-ssl',
    placeOf(line, 'auth'),
    { cluster: cluster.name, after: next === undefined ? '' : `; ${nameOf(next)} decides instead` },
    { related: next === undefined ? undefined : relatedTo(next) },
  );
}

function tooMuch(line: SubjectLine, { type, source, method }: Line): Diagnostic | undefined {
  const beyond =
    source.kind !== 'local' && source.kind !== 'samehost' && !(source.kind === 'network' && isLoopback(source.network));
  const world = source.kind === 'all' || (source.kind === 'network' && isEverything(source.network));
  if (!beyond) return undefined;
  if (method === 'trust')
    return report('hba-trust', placeOf(line, 'auth'), { from: world ? 'anywhere' : 'other hosts' });
  if (method === 'password' && type !== 'hostssl') return report('hba-clear-password', placeOf(line, 'auth'), {});
  if (world && type !== 'hostssl' && ['md5', 'scram-sha-256'].includes(method))
    return report('hba-open-world', placeOf(line, 'addr'), {});
  return undefined;
}

export const hbaNames: Rule = {
  codes: ['hba-unknown-user', 'hba-unknown-database'],
  about: 'Users, roles and databases that no cluster with the rule has.',
  *check(context) {
    const missing = new Map<MapNode, Map<string, { exists: boolean; readonly tell: () => Diagnostic }>>();
    for (const { lines, roles, databases, complete } of subjects(context))
      for (const line of lines) {
        if (line.node === undefined || line.parsed.kind !== 'line') continue;
        const names = missing.get(line.node) ?? new Map();
        missing.set(line.node, names);
        const note = (key: string, exists: boolean, tell: () => Diagnostic): void => {
          names.set(key, { exists: names.get(key)?.exists === true || exists || !complete, tell });
        };
        for (const token of line.parsed.line.users) {
          const name = token.quoted ? token.text : token.text.replace(/^\+/, '');
          if (isOpen(token, ['all'])) continue;
          note(`user ${name}`, roles.get(name) !== undefined || name.startsWith('pg_'), () =>
            report('hba-unknown-user', placeOf(line, 'user'), { name }, { help: didYouMean(name, roles.names) }),
          );
        }
        for (const token of line.parsed.line.databases) {
          const name = token.text;
          if (isOpen(token, ['all', 'sameuser', 'samerole', 'samegroup', 'replication'])) continue;
          note(`database ${name}`, databases.has(name), () =>
            report('hba-unknown-database', placeOf(line, 'db'), { name }, { help: didYouMean(name, databases) }),
          );
        }
      }
    for (const names of missing.values()) for (const { exists, tell } of names.values()) if (!exists) yield tell();
  },
};

/** Keywords, files of names and expressions name nobody in particular; a placeholder that is left over has its own finding. */
function isOpen({ text: name, quoted }: Token, keywords: readonly string[]): boolean {
  return name.startsWith('/') || name.includes('${') || (!quoted && (keywords.includes(name) || name.startsWith('@')));
}
