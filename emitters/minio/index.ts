import { certificateName } from '../../compiler/model/certificate-names.ts';
import type { Host, MinioMember, Site } from '../../compiler/model/site.ts';
import type { Effect, Emitter, FileStep, Step } from '../api.ts';
import { authorityFile, certificatePair } from '../toolkit/certificates.ts';
import { parts } from '../toolkit/parts.ts';
import { expectPort } from '../toolkit/steps.ts';
import { serverEnv } from './env.ts';
import { aliasFile, bucketPolicy, policyDir, provisionFile } from './provision.ts';
import { MINIO_SETTINGS } from './settings.ts';
import { serverUnit } from './unit.ts';
import { expandEllipsis, serverVolumes } from './volumes.ts';

const STAGE = 'minio';

/** Object storage (silo, a MinIO server). Names of the members are in /etc/hosts of every host, written by the node module. */
export const minioEmitter: Emitter = {
  module: 'minio',
  plan(site: Site, host: Host): readonly Step[] {
    if (site.platform.missing.includes('minio')) return [];
    const member = host.minio;
    return parts(
      () => (member === undefined ? [] : serverSteps(site, member)),
      () => (member === undefined ? [] : provisionSteps(member)),
      () => site.minioClusters.flatMap((cluster) => aliasSteps(site, host, cluster.members)),
    );
  },
};

function file(
  path: string,
  group: string,
  mode: number,
  source: string,
  effects: readonly Effect[],
  render: FileStep['render'],
): FileStep {
  return { kind: 'file', stage: STAGE, path, owner: 'root', group, mode, effects, source, render };
}

function serverSteps(site: Site, member: MinioMember): readonly Step[] {
  const { host } = member;
  const { params, facts } = host;
  const user = params.minioUser;
  const unit = site.platform.unit('minio', facts);
  const restart: Effect = { kind: 'restart', unit, guarded: true };
  const dir = (path: string): Step => ({ kind: 'dir', stage: STAGE, path, owner: user, group: 'minio', mode: 0o750 });
  const home = `/home/${user}`;
  return [
    {
      kind: 'package',
      stage: STAGE,
      names: [
        ...site.platform.packages('minio', facts, params.pgVersion),
        ...site.platform.packages('mcli', facts, params.pgVersion),
      ],
    },
    {
      kind: 'identity',
      stage: STAGE,
      module: 'minio',
      values: { pools: serverVolumes(member) },
      places: expandEllipsis(params.minioData),
    },
    expectPort(STAGE, params.minioPort, 'minio_port', unit),
    expectPort(STAGE, params.minioAdminPort, 'minio_admin_port', unit),
    { kind: 'group', stage: STAGE, name: 'minio' },
    { kind: 'user', stage: STAGE, name: user, group: 'minio', home },
    ...expandEllipsis(params.minioData).map(dir),
    dir(`${home}/.minio`),
    ...certificateSteps(member, home, dir, restart),
    {
      ...file(`/etc/default/${params.minioType}`, 'minio', 0o640, 'minio/env', [restart], (secrets) =>
        serverEnv(site, member, secrets),
      ),
      settings: MINIO_SETTINGS,
    },
    file(`/etc/systemd/system/${unit}.service`, 'root', 0o644, 'minio/unit', [restart], () => serverUnit(member)),
    { kind: 'unit', stage: STAGE, unit, enabled: true, state: 'started', guarded: true },
    alive(host, unit),
  ];
}

/** A server of a new pool waits for the others, so it is asked only when all of them have been deployed. */
function alive({ address, params }: Host, unit: string): Step {
  const path = '/minio/health/live';
  const [port, common] = [
    String(params.minioPort),
    { kind: 'probe', stage: STAGE, name: `${unit} answers`, timeoutSeconds: 0 },
  ] as const;
  return params.minioHttps
    ? { ...common, command: ['https_answers', `https://${address}:${port}${path}`, '/etc/pki/ca.crt'] }
    : { ...common, command: ['http_answers', address, port, path] };
}

/** The server speaks TLS exactly when it finds a certificate. It looks at that for each connection, and at the authority when it starts. */
function certificateSteps(
  { name, host: { params } }: MinioMember,
  home: string,
  dir: (path: string) => Step,
  restart: Effect,
): readonly Step[] {
  const certs = `${home}/.minio/certs`;
  const owner = { owner: params.minioUser, group: 'minio' };
  if (params.minioHttps) {
    const paths = { certificate: `${certs}/public.crt`, key: `${certs}/private.key` };
    return [
      dir(certs),
      ...certificatePair(STAGE, paths, certificateName('minio', name), [], { ...owner, keyMode: 0o600 }),
      dir(`${certs}/CAs`),
      authorityFile(STAGE, `${certs}/CAs/ca.crt`, [restart], owner),
    ];
  }
  return ['public.crt', 'private.key'].map((name) => ({
    kind: 'absent',
    stage: STAGE,
    path: `${certs}/${name}`,
    effects: [restart],
  }));
}

/**
 * Buckets, policies and users belong to the cluster: one member makes them, the last, because hosts applied one by one
 * have a quorum only then.
 */
function provisionSteps(member: MinioMember): readonly Step[] {
  const { params } = member.host;
  if (!params.minioProvision || lastByAddress(member.cluster.members) !== member) return [];
  const spec = '/etc/silo/provision';
  return [
    secretDir('/etc/silo'),
    secretDir(policyDir),
    ...params.minioBuckets.map((bucket) =>
      file(`${policyDir}/${bucket.name}.json`, 'root', 0o600, 'minio/policy', [], () => bucketPolicy(bucket.name)),
    ),
    file(spec, 'root', 0o600, 'minio/provision', [], (secrets) => provisionFile(member, secrets)),
    {
      kind: 'call',
      stage: STAGE,
      name: `${member.cluster.name} buckets, policies and users`,
      fn: 'minio_provision',
      args: [spec],
    },
  ];
}

/** Administrators on members and on infra hosts get the alias of the cluster. */
function aliasSteps(site: Site, host: Host, members: readonly MinioMember[]): readonly Step[] {
  const member = members[0];
  if (member === undefined || (host.infra === undefined && !members.some((one) => one === host.minio))) return [];
  const path = `/etc/silo/${member.cluster.name}.alias`;
  return [
    { kind: 'package', stage: STAGE, names: site.platform.packages('mcli', host.facts, host.params.pgVersion) },
    secretDir('/etc/silo'),
    file(path, 'root', 0o600, 'minio/alias', [], (secrets) => aliasFile(member, secrets)),
    { kind: 'call', stage: STAGE, name: `${member.cluster.name} alias`, fn: 'minio_alias', args: [path] },
  ];
}

function secretDir(path: string): Step {
  return { kind: 'dir', stage: STAGE, path, owner: 'root', group: 'root', mode: 0o700 };
}

function lastByAddress(members: readonly MinioMember[]): MinioMember | undefined {
  return [...members]
    .sort((a, b) => (a.host.address < b.host.address ? -1 : a.host.address > b.host.address ? 1 : 0))
    .at(-1);
}
