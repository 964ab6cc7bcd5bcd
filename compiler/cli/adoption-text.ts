/** What `pigstyc adopt` prints. */
import { ANSIBLE_PKI, type Survey } from '../adopt/survey.ts';
import { join } from 'node:path';
import type { Checked } from '../phases/5-check/checked.ts';
import type { LeftDefault } from '../phases/5-check/left-defaults.ts';
import { KEPT_SALTS } from '../secrets/kept-salts.ts';
import type { StatePlace } from '../state/locate.ts';
import type { Args } from './command.ts';
import { leftSince, versionOf } from '../review/left-since.ts';

/** What the inventory leaves to defaults that are other ones since its release. */
export interface Left {
  readonly since: string;
  readonly rows: readonly LeftDefault[];
}

/** Undefined where nobody says which release deployed the site. */
export async function leftOf(checked: Checked, given: string | undefined): Promise<Left | undefined> {
  const since = given ?? versionOf(checked);
  const rows = since === undefined ? undefined : await leftSince(checked, since);
  return rows === undefined ? undefined : { since: since!, rows };
}

/** True where somebody has to do something before the first build. */
export function needsCare(found: Survey, place: StatePlace): boolean {
  return (
    found.authority?.path !== place.pki ||
    found.silent.length > 0 ||
    found.passwords.some(({ other }) => other.length > 0) ||
    found.trust.some(
      (trust) =>
        trust.trusts !== found.authority?.known.certificate.fingerprint256 ||
        trust.foreign.length + trust.ended.length > 0,
    )
  );
}

export function adoptionText(
  found: Survey,
  place: StatePlace,
  left: Left | undefined,
  checked: Checked,
  args: Args,
): string {
  const parts: readonly (readonly [string, readonly string[]])[] = [
    ['authority', authorityLines(found, place)],
    ['ssh', sshLines(found)],
    ['hosts', hostLines(found, args.offline)],
    ['passwords', [...passwordLines(found), ...saltLines(found, place), ...publishedLines(checked)]],
    ['defaults', defaultLines(left)],
    ['next', nextLines(found, place, args)],
  ];
  return parts
    .filter(([, lines]) => lines.length > 0)
    .map(([title, lines]) => `${title}\n${lines.map((line) => `  ${line}\n`).join('')}`)
    .join('\n');
}

/** What `pigstyc adopt --json` prints. */
export function adoptionJson(found: Survey, place: StatePlace, left: Left | undefined, args: Args): object {
  const { authority } = found;
  return {
    needsCare: needsCare(found, place),
    ...(authority !== undefined && {
      authority: {
        directory: authority.path,
        ofSite: authority.path === place.pki,
        sha256: authority.known.certificate.fingerprint256,
        until: authority.known.certificate.validTo,
        hasKey: authority.known.key !== undefined,
      },
    }),
    hosts: found.trust,
    silent: found.silent.map(({ host, reason }) => ({ host: host.name, reason })),
    facts: found.facts,
    ...(found.ansible !== undefined && {
      ssh: found.ansible.settings.map(({ setting, variable }) => ({ setting, variable })),
    }),
    passwords: found.passwords,
    keptSalts: found.keptSalts,
    ...(left !== undefined && {
      defaults: { since: left.since, changed: namesOf(left, 'changed'), new: namesOf(left, 'new') },
    }),
    next: nextLines(found, place, args),
  };
}

function authorityLines({ authority, trust }: Survey, place: StatePlace): readonly string[] {
  if (authority === undefined)
    return [`none in ${place.pki} nor in ${ANSIBLE_PKI}: a build would make one, and no host trusts that`];
  const { certificate, key } = authority.known;
  const state = authority.path === place.pki ? '' : ', not yet of this site';
  const own = `${authority.path}/ca/ca.crt${state}: SHA-256 ${certificate.fingerprint256}, until ${certificate.validTo}`;
  return [
    own,
    ...(key === undefined ? [`${authority.path}/ca/ca.key is missing: nothing can be signed`] : []),
    ...trust.flatMap(({ host, trusts, foreign, ended }) => [
      ...(trusts === certificate.fingerprint256
        ? []
        : [`${host} trusts ${trusts === undefined ? 'no authority' : `another one, SHA-256 ${trusts}`}`]),
      ...foreign.map((path) => `${host}: ${path} was signed by another authority`),
      ...ended.map((path) => `${host}: ${path} has ended`),
    ]),
    ...(trust.length > 0 && trust.every(({ trusts }) => trusts === certificate.fingerprint256)
      ? [`every host that answered trusts it`]
      : []),
  ];
}

function sshLines({ ansible }: Survey): readonly string[] {
  if (ansible === undefined || ansible.settings.length === 0) return [];
  return [
    `${ansible.path} is not read for a deployment; write into all.vars what ~/.ssh/config does not say:`,
    ...ansible.settings.map(({ variable, setting }) => `  ${variable}    # ${setting}`),
  ];
}

function hostLines({ silent, facts, trust }: Survey, isOffline: boolean): readonly string[] {
  if (isOffline) return ['not asked'];
  return [
    ...(facts.count > 0
      ? [`${facts.count} of ${trust.length + silent.length} answered, facts are in ${facts.directory}`]
      : []),
    ...silent.map(({ host, reason }) => `${host.name} did not answer: ${reason}`),
  ];
}

function passwordLines({ passwords }: Survey): readonly string[] {
  return passwords.map(({ name, same, other }) =>
    other.length === 0
      ? `${name}: as on ${same.length} host${same.length === 1 ? '' : 's'}`
      : `${name}: ANOTHER on ${other.join(', ')}: write that one into the inventory, or a deployment changes it`,
  );
}

function saltLines({ keptSalts }: Survey, { directory }: StatePlace): readonly string[] {
  if (keptSalts === 0) return [];
  const keep = keptSalts === 1 ? 'keeps the salt of its verifier' : 'keep the salts of their verifiers';
  const file = join(directory, KEPT_SALTS);
  return [`${keptSalts} of PgBouncer's users ${keep}, in ${file}: keep that with the inventory`];
}

function publishedLines({ diagnostics }: Checked): readonly string[] {
  const published = diagnostics.find(({ slug }) => slug === 'default-secret');
  return published === undefined
    ? []
    : [
        published.message,
        `to change them once the site is yours: ${published.help?.replace('secrets gen', 'secrets gen --running')}`,
      ];
}

const namesOf = ({ rows }: Left, kind: LeftDefault['kind']): readonly string[] =>
  rows.filter((row) => row.kind === kind).map(({ parameter }) => parameter);

function defaultLines(left: Left | undefined): readonly string[] {
  if (left === undefined) return ['which release deployed the site? --since v3.2'];
  const [changed, added] = [namesOf(left, 'changed').join(', '), namesOf(left, 'new').join(', ')];
  return [
    ...(changed === '' ? [] : [`other than in ${left.since}, and not written: ${changed}`]),
    ...(added === '' ? [] : [`new since ${left.since}: ${added}`]),
    ...(changed + added === '' ? [`nothing that is not written has changed since ${left.since}`] : []),
  ];
}

function nextLines({ authority }: Survey, place: StatePlace, args: Args): readonly string[] {
  const files = (args.files ?? []).map((file) => ` ${file}`).join('');
  const take = authority === undefined ? 'DIR' : authority.path;
  return [
    ...(authority?.path === place.pki ? [] : [`pigstyc adopt${files} --authority ${take}`]),
    `pigstyc defaults${files}${args.since === undefined ? '' : ` --since ${args.since}`}`,
    `pigstyc build${files}${args.out === 'out' ? '' : ` -o ${args.out}`}`,
    `make -C ${args.out} -j8 inspect`,
  ];
}
