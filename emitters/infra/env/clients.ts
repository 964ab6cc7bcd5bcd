import type { Site } from '../../../compiler/model/site.ts';
import type { SecretSink } from '../../../compiler/model/secret.ts';
import { pgpassLine, requireTrimmedLine, UnrepresentableError } from '../../toolkit/quote/index.ts';
import type { InfraContext } from '../context.ts';

/** Passwords of the system's own database users, for every server. */
export function passwordLines({ host }: InfraContext, secrets: SecretSink): string {
  const { params } = host;
  const users = [
    [params.pgReplicationUsername, params.pgReplicationPassword],
    [params.pgMonitorUsername, params.pgMonitorPassword],
    [params.pgAdminUsername, params.pgAdminPassword],
  ] as const;
  return users.map(([user, password]) => `${pgpassLine('*', '*', '*', user, secrets.reveal(password))}\n`).join('');
}

/** `psql service=…`: each cluster at its primary, each of its databases, each instance. The password comes from ~/.pgpass. */
export function serviceFile({ site, host }: InfraContext): string {
  const services = site.pgClusters.flatMap((cluster) => {
    const { params } = cluster.primary.host;
    const name = `${cluster.name}${params.pgDnsSuffix}`;
    const named = host.params.dnsEnabled && params.pgDnsTarget !== 'none';
    const address = named ? name : (cluster.vip?.address ?? cluster.primary.host.address);
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

export function pgadminPassword({ host }: InfraContext, secrets: SecretSink): string {
  const { params } = host;
  return `${pgpassLine('*', '*', '*', params.pgAdminUsername, secrets.reveal(params.pgAdminPassword))}\n`;
}
