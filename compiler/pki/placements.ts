import { Secret } from '../model/secret.ts';
import type { Host, Site } from '../model/site.ts';
import type { Effect, FileStep, Step } from '../../emitters/api.ts';
import type { Stage } from '../../emitters/modules.ts';
import type { HostPlan } from '../../emitters/host/bundle-types.ts';
import { etcdRequest, infraRequest, minioRequest, pgsqlRequest, PORTAL_REQUEST } from './requests.ts';
import type { Pki, PkiEntry } from './certificates.ts';

interface Place {
  readonly stage: Stage;
  readonly path: string;
  readonly owner: string;
  readonly group: string;
  readonly mode: number;
  readonly effects: readonly Effect[];
  /** Undefined: the authority's certificate. */
  readonly entry?: PkiEntry | undefined;
  readonly part: 'certificate' | 'key';
}

/**
 * Adds a host's certificates and keys to its plan. Each goes right behind the directory that holds it, that is after the
 * accounts that own it and before the unit that reads it.
 */
export function withCertificates(site: Site, plan: HostPlan, pki: Pki): HostPlan {
  let steps: readonly Step[] = plan.steps;
  for (const place of placesOf(site, plan.host, pki)) steps = insert(steps, place, fileStep(place, pki));
  return { ...plan, steps };
}

function insert(steps: readonly Step[], place: Place, file: FileStep): readonly Step[] {
  if (steps.some((step) => step.kind === 'file' && step.path === place.path)) return steps;
  const parent = place.path.slice(0, place.path.lastIndexOf('/'));
  const behind = lastOf(steps, place.stage, (step) => holds(steps, step, parent));
  if (behind !== -1) return [...steps.slice(0, behind + 1), file, ...steps.slice(behind + 1)];
  const at = afterAccounts(steps, place);
  if (steps.slice(0, at).some((step) => step.kind === 'dir' && step.path === parent))
    return [...steps.slice(0, at), file, ...steps.slice(at)];
  const directory: Step = {
    kind: 'dir',
    stage: place.stage,
    path: parent,
    owner: place.owner,
    group: place.group,
    mode: 0o755,
  };
  return [...steps.slice(0, at), directory, file, ...steps.slice(at)];
}

/** True for the steps that make the directory: itself, a link on the way to it, or a certificate that is already there. */
function holds(steps: readonly Step[], step: Step, parent: string): boolean {
  switch (step.kind) {
    case 'dir':
      return step.path === parent;
    case 'link': {
      const target = parent.startsWith(`${step.path}/`) ? step.target + parent.slice(step.path.length) : undefined;
      return target !== undefined && steps.some((other) => other.kind === 'dir' && other.path === target);
    }
    case 'file':
      return step.source === SOURCE && step.path.slice(0, step.path.lastIndexOf('/')) === parent;
    default:
      return false;
  }
}

/** Behind the account that owns the file when this stage makes it, else before the first step that could read the file. */
function afterAccounts(steps: readonly Step[], place: Place): number {
  const account = lastOf(
    steps,
    place.stage,
    (step) =>
      (step.kind === 'group' && step.name === place.group) || (step.kind === 'user' && step.name === place.owner),
  );
  if (account !== -1) return account + 1;
  const first = steps.findIndex(
    (step) => step.stage === place.stage && (step.kind === 'unit' || step.kind === 'probe' || step.kind === 'call'),
  );
  return first === -1 ? lastOf(steps, place.stage, () => true) + 1 : first;
}

function lastOf(steps: readonly Step[], stage: Stage, matches: (step: Step) => boolean): number {
  return steps.findLastIndex((step) => step.stage === stage && matches(step));
}

const SOURCE = 'pki';

function fileStep(place: Place, pki: Pki): FileStep {
  const { entry, part } = place;
  const id = entry?.request.id ?? 'ca/ca';
  // A certificate is public, but two machines make different ones: the reviewable twin says what it certifies instead.
  const pem = new Secret(
    `pki/${id}.${part === 'key' ? 'key' : 'crt'}`,
    part === 'key' ? entry!.key : (entry?.certificate ?? pki.authority),
    true,
  );
  const heading = part === 'key' ? '' : `${describe(entry)}\n`;
  return {
    kind: 'file',
    stage: place.stage,
    path: place.path,
    owner: place.owner,
    group: place.group,
    mode: place.mode,
    effects: place.effects,
    source: SOURCE,
    params: entry === undefined ? ['ca_cn'] : ['cert_validity'],
    render: (secrets) => `${heading}${secrets.reveal(pem).trimEnd()}\n`,
  };
}

/** Text before the first PEM line is ignored by every reader (RFC 7468). */
function describe(entry: PkiEntry | undefined): string {
  if (entry === undefined) return 'Certificate of the authority of this site.';
  return `Certificate of ${entry.request.commonName} for ${entry.request.names.join(', ')}.`;
}

/**
 * Where certificates go, and who has to be told. Programs that look at their files for each connection are told nothing: etcd for its own
 * certificate, MinIO, monitoring, shells. Authorities are read when a server starts or reloads, by all of them.
 */
function placesOf(site: Site, host: Host, pki: Pki): readonly Place[] {
  const places: Place[] = [
    {
      stage: 'node',
      path: '/etc/pki/ca.crt',
      owner: 'root',
      group: 'root',
      mode: 0o644,
      effects: balancerEffects(site, host),
      part: 'certificate',
    },
  ];
  if (host.etcd !== undefined) places.push(...etcdPlaces(site, host, pki));
  if (host.infra !== undefined) places.push(...infraPlaces(site, host, pki));
  // Where the platform has no such server there is no account to own them; whoever installs one finds them beside the inventory.
  if (host.minio !== undefined && !site.platform.missing.includes('minio')) {
    const owner = { owner: host.params.minioUser, group: 'minio' };
    const certs = `/home/${owner.owner}/.minio/certs`;
    const entry = pki.entries.get(minioRequest(host.minio.name));
    const restart = [guardedRestart(site.platform.unit('minio', host.facts))];
    if (entry !== undefined) {
      places.push(
        { stage: 'minio', path: `${certs}/CAs/ca.crt`, mode: 0o644, effects: restart, part: 'certificate', ...owner },
        { stage: 'minio', path: `${certs}/public.crt`, mode: 0o644, effects: [], part: 'certificate', entry, ...owner },
        { stage: 'minio', path: `${certs}/private.key`, mode: 0o600, effects: [], part: 'key', entry, ...owner },
      );
    }
  }
  if (host.pg !== undefined) places.push(...pgsqlPlaces(site, host, pki));
  return places;
}

/** HAProxy asks Patroni who leads; it loads the authority with its configuration. */
function balancerEffects(site: Site, { params, facts }: Host): readonly Effect[] {
  return params.haproxyEnabled && params.haproxyReload
    ? [{ kind: 'reload', unit: site.platform.unit('haproxy', facts) }]
    : [];
}

/** A member that does not trust the authority of another one drops out: the restart waits for leave, and members take turns. */
function etcdPlaces(site: Site, host: Host, pki: Pki): readonly Place[] {
  const owner = { owner: 'etcd', group: 'etcd' };
  const restart = [guardedRestart(site.platform.unit('etcd', host.facts))];
  return trio('etcd', '/etc/etcd', pki.entries.get(etcdRequest(host.etcd!.name)), owner, [], restart);
}

function guardedRestart(unit: string): Effect {
  return { kind: 'restart', unit, guarded: true };
}

function infraPlaces(site: Site, host: Host, pki: Pki): readonly Place[] {
  const { params } = host;
  const entry = pki.entries.get(infraRequest(host.infra!.name));
  const portal = pki.entries.get(PORTAL_REQUEST);
  const own = { stage: 'infra', owner: 'root' } as const;
  const places: Place[] = [
    { ...own, path: '/etc/pki/infra.crt', group: 'infra', mode: 0o644, effects: [], part: 'certificate', entry },
    { ...own, path: '/etc/pki/infra.key', group: 'infra', mode: 0o640, effects: [], part: 'key', entry },
  ];
  if (!params.nginxEnabled || portal === undefined) return places;
  const group = site.platform.path('nginxUser', host.facts);
  const reload: Effect = { kind: 'reload', unit: site.platform.unit('nginx', host.facts) };
  return [
    ...places,
    {
      ...own,
      path: '/etc/nginx/conf.d/cert/pigsty.crt',
      group,
      mode: 0o644,
      effects: [reload],
      part: 'certificate',
      entry: portal,
    },
    {
      ...own,
      path: '/etc/nginx/conf.d/cert/pigsty.key',
      group,
      mode: 0o640,
      effects: [reload],
      part: 'key',
      entry: portal,
    },
    { ...own, path: `${params.nginxHome}/ca.crt`, group, mode: 0o644, effects: [], part: 'certificate' },
  ];
}

/**
 * PostgreSQL, Patroni's REST API and PgBouncer read certificates again on reload; Patroni's reload reaches PostgreSQL. The keeper of the
 * virtual address reads them when it starts.
 */
function pgsqlPlaces(site: Site, host: Host, pki: Pki): readonly Place[] {
  const { params } = host;
  const effects: Effect[] = [{ kind: 'reload', unit: site.platform.unit('patroni', host.facts) }];
  if (params.pgbouncerEnabled) effects.push({ kind: 'reload', unit: site.platform.unit('pgbouncer', host.facts) });
  if (host.pg!.cluster.vip !== undefined)
    effects.push({ kind: 'restart', unit: site.platform.unit('vip-manager', host.facts) });
  return trio(
    'pgsql',
    '/pg/cert',
    pki.entries.get(pgsqlRequest(host.pg!.name)),
    { owner: params.pgDbsu, group: 'postgres' },
    effects,
  );
}

function trio(
  stage: Stage,
  directory: string,
  entry: PkiEntry | undefined,
  owner: { readonly owner: string; readonly group: string },
  effects: readonly Effect[],
  ofAuthority: readonly Effect[] = effects,
): readonly Place[] {
  return [
    { stage, path: `${directory}/ca.crt`, mode: 0o644, effects: ofAuthority, part: 'certificate', ...owner },
    { stage, path: `${directory}/server.crt`, mode: 0o644, effects, part: 'certificate', entry, ...owner },
    { stage, path: `${directory}/server.key`, mode: 0o600, effects, part: 'key', entry, ...owner },
  ];
}
