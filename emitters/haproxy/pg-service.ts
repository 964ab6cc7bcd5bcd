import type { Host, PgCluster, PgService, PgServiceMember, Site } from '../../compiler/model/site.ts';
import type { FileStep, ProbeStep } from '../api.ts';
import { reload, textFile } from '../toolkit/steps.ts';
import { haproxyWord } from '../toolkit/index.ts';
import type { Listen, ListenServer } from './listen.ts';
import { renderListen } from './listen.ts';
import { serviceFile } from './words.ts';

/**
 * Files of the PostgreSQL services this host exposes: those of its own cluster, and those of every cluster that
 * delegates its services to a group with this host in it. They come with stage pgsql: an earlier
 * start would only have HAProxy probe servers that do not exist yet.
 */
export function pgServiceFiles(site: Site, host: Host): readonly FileStep[] {
  return site.pgClusters
    .filter((cluster) => exposes(host, cluster))
    .flatMap((cluster) => cluster.services.map((service) => serviceStep(site, host, cluster, service)));
}

/**
 * Through the services of its own cluster that lead to the primary, a member reaches it; of the others it may be right
 * that nobody answers.
 */
export function pgServiceProbes({ pg, params }: Host): readonly ProbeStep[] {
  if (pg === undefined || !params.patroniEnabled || pg.cluster.serviceProvider !== undefined) return [];
  if (pg.cluster.upstream !== undefined) return [];
  return pg.cluster.services
    .filter(({ check, members }) => ['/primary', '/read-write'].includes(check) && members.length > 0)
    .map(({ fullName, ip, port }) => ({
      kind: 'probe',
      stage: 'pgsql',
      name: `service ${fullName} leads to a server`,
      command: [`${params.pgBinDir}/pg_isready`, '-q', '-h', ip === '*' ? '127.0.0.1' : ip, '-p', String(port)],
      user: params.pgDbsu,
      timeoutSeconds: 0,
    }));
}

/** A host exposes the services of its own cluster, unless they are delegated, and of clusters delegated to it. */
export function exposes(host: Host, cluster: PgCluster): boolean {
  if (cluster.serviceProvider !== undefined)
    return cluster.serviceProvider.some((provider) => provider.name === host.name);
  return host.pg?.cluster.name === cluster.name;
}

function serviceStep(site: Site, host: Host, cluster: PgCluster, service: PgService): FileStep {
  const local = cluster.serviceProvider === undefined;
  // A delegated service belongs to the cluster, so its timings and its reload switch are those of the primary.
  const { params } = local ? host : cluster.primary.host;
  return textFile(
    'pgsql',
    serviceFile(service.fullName),
    'haproxy/pg-service',
    () => renderListen(listenOf(service, params.pgRtoPlan, params.pgRto)),
    {
      effects: params.pgReload ? [reload(site.platform.unit('haproxy', host.facts))] : [],
    },
  );
}

function listenOf(service: PgService, plan: RtoPlan, rto: string): Listen {
  const backups = service.members.filter((member) => member.backup);
  return {
    name: service.fullName,
    ip: service.ip,
    port: service.port,
    mode: 'tcp',
    maxconn: service.maxconn,
    balance: service.balance,
    // Patroni answers OPTIONS with the same status as GET and no body.
    lines: [
      'option httpchk',
      `http-check send meth OPTIONS uri ${haproxyWord(service.check)}`,
      'http-check expect status 200',
    ],
    defaultServer: service.options ?? defaultServer(plan, rto),
    servers: service.members.map(serverOf),
    comments: [
      `${service.fullName}: members ${service.selector}`,
      ...(service.backupSelector === undefined
        ? []
        : [`backup ${service.backupSelector}${backups.length === 0 ? ' (nobody: all members are active)' : ''}`]),
    ],
  };
}

/** Every node trusts the CA in /etc/pki/ca.crt, also a provider host that is no PostgreSQL host and has no /pg/cert. */
function serverOf(member: PgServiceMember): ListenServer {
  return {
    name: member.instance.name,
    address: member.instance.host.address,
    port: member.port,
    settings: [
      'check',
      `port ${member.checkPort}`,
      ...(member.checkSsl ? ['check-ssl verify required ca-file /etc/pki/ca.crt'] : []),
      `weight ${member.weight}`,
      ...(member.backup ? ['backup'] : []),
    ],
  };
}

type RtoPlan = ReadonlyMap<string, readonly (string | number)[]>;

/** inter, fastinter, downinter, rise, fall of plan `norm`, when an inventory replaces the plans and has none of that name. */
const NORM = ['2s', '1s', '2s', 3, 3] as const;

/**
 * Checks follow the recovery time objective: entries 5 to 9 of its plan. An unknown plan name means `norm`.
 * A member that comes back gets its full share of connections after 30 s.
 */
export function defaultServer(plan: RtoPlan, rto: string): string {
  const [inter, fastinter, downinter, rise, fall] = (plan.get(rto) ?? plan.get('norm'))?.slice(5, 10) ?? NORM;
  const times = `inter ${wholeTime(inter!)} fastinter ${wholeTime(fastinter!)} downinter ${wholeTime(downinter!)}`;
  return `${times} rise ${rise} fall ${fall} on-marked-down shutdown-sessions slowstart 30s maxconn 3000 maxqueue 128 weight 100`;
}

/** HAProxy's times have no decimals: `0.5s` of plan `fast` is `500ms`. */
function wholeTime(time: string | number): string {
  const match = /^(\d*\.\d+)(ms|s|m)$/.exec(String(time));
  if (match === null) return String(time);
  const milliseconds = { ms: 1, s: 1000, m: 60_000 }[match[2] as 'ms' | 's' | 'm'];
  return `${Math.max(1, Math.round(Number(match[1]) * milliseconds))}ms`;
}
