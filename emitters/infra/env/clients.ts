import type { Params } from '../../../compiler/model/params.gen.ts';
import type { Host, PgCluster, Site } from '../../../compiler/model/site.ts';
import type { SecretSink } from '../../../compiler/model/secret.ts';
import { pgpassLine, requireTrimmedLine, UnrepresentableError } from '../../toolkit/quote/index.ts';
import type { InfraContext } from '../context.ts';

/** Passwords of the system's own database users. */
export function passwordLines(context: InfraContext, secrets: SecretSink): string {
  return passwordFile(context, (params) => [
    [params.pgReplicationUsername, secrets.reveal(params.pgReplicationPassword)],
    [params.pgMonitorUsername, secrets.reveal(params.pgMonitorPassword)],
    [params.pgAdminUsername, secrets.reveal(params.pgAdminPassword)],
  ]);
}

type Login = readonly [user: string, password: string];

/** Logins of the clusters that have others than this host knows, then those it knows for every server. */
function passwordFile({ site, host }: InfraContext, loginsOf: (params: Params) => readonly Login[]): string {
  const common = new Map(loginsOf(host.params));
  const own = site.pgClusters.flatMap((cluster) =>
    loginsOf(cluster.primary.host.params)
      .filter(([user, password]) => common.get(user) !== password)
      .flatMap(([user, password]) =>
        placesOf(cluster, host).map(([address, port]) => pgpassLine(address, port, '*', user, password)),
      ),
  );
  const lines = [...own, ...[...common].map(([user, password]) => pgpassLine('*', '*', '*', user, password))];
  return lines.map((line) => `${line}\n`).join('');
}

/** Where this host reaches a cluster, its primary first, and each of its members. */
function placesOf(cluster: PgCluster, from: Host): readonly (readonly [string, number])[] {
  const { params, address } = cluster.primary.host;
  const named = from.params.dnsEnabled && from.params.nodeDnsMethod !== 'none' && params.pgDnsTarget !== 'none';
  const first = named ? `${cluster.name}${params.pgDnsSuffix}` : (cluster.vip?.address ?? address);
  const members = cluster.members.map(({ host }) => [host.address, host.params.pgPort] as const);
  return [[first, params.pgPort], ...members.filter(([member]) => member !== first)];
}

/** `psql service=…`: each cluster at its primary, each of its databases, each instance. The password comes from ~/.pgpass. */
export function serviceFile({ site, host }: InfraContext): string {
  const services = site.pgClusters.flatMap((cluster) => {
    const { params } = cluster.primary.host;
    const [[address]] = placesOf(cluster, host) as [readonly [string, number]];
    const user = params.pgAdminUsername;
    const database = params.pgPrimaryDb;
    return [
      service(cluster.name, address, params.pgPort, user, database),
      ...params.pgDatabases
        .filter((db) => db.state !== 'absent')
        .map((db) => service(`${cluster.name}.${db.name}`, address, params.pgPort, user, db.name)),
      ...cluster.members.map((instance) =>
        service(instance.name, instance.host.address, instance.host.params.pgPort, user, database),
      ),
    ];
  });
  return services.length === 0 ? '\n' : services.join('\n');
}

function service(name: string, host: string, port: number, user: string, database: string): string {
  if (/[\]\n\r]/.test(name))
    throw new UnrepresentableError('pg_service.conf', 'a service name with a bracket or line break', name);
  const value = (text: string): string => requireTrimmedLine('pg_service.conf', text);
  return `[${name}]\nhost=${value(host)}\nport=${port}\nuser=${value(user)}\ndbname=${value(database)}\n`;
}

/** Servers of pgAdmin, one per instance, grouped by cluster. */
export function pgadminServers(site: Site): string {
  const servers = site.pgClusters.flatMap((cluster) =>
    cluster.members.map((instance) => ({
      Name: instance.name,
      Group: cluster.name,
      Host: instance.host.address,
      Port: instance.host.params.pgPort,
      MaintenanceDB: 'postgres',
      Username: instance.host.params.pgAdminUsername,
      SSLMode: 'prefer',
      PassFile: '/pgpass',
      Timeout: 10,
    })),
  );
  return `${JSON.stringify({ Servers: Object.fromEntries(servers.map((server, i) => [String(i + 1), server])) }, null, 2)}\n`;
}

export function pgadminPassword(context: InfraContext, secrets: SecretSink): string {
  return passwordFile(context, (params) => [[params.pgAdminUsername, secrets.reveal(params.pgAdminPassword)]]);
}
