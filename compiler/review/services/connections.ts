/** What programs connect with: every service of a cluster, for each user and database that it lets in. */
import { ask, membersOf } from '../access/ask.ts';
import { parseAddress } from '../../domain/address.ts';
import type { Checked } from '../../phases/5-check/checked.ts';
import type { Secret } from '../../model/secret.ts';
import type { PgCluster, PgService, Site } from '../../model/site.ts';
import { originalOf } from '../../domain/pgsql-cluster.ts';
import { hostZones, serviceReports } from './losses.ts';

export interface Connection {
  readonly cluster: PgCluster;
  readonly service: PgService;
  readonly user: string;
  readonly database: string;
  /** Addresses in the order in which they are tried; all on the service's port. */
  readonly hosts: readonly string[];
  /** Without TLS it is refused. */
  readonly tlsOnly: boolean;
  /** Undefined where the user has none, or only a verifier of it is known. */
  readonly password: Secret | undefined;
}

/** Connections of the users that the inventory declares to the databases that it declares. */
export function connectionsOf(site: Site, cluster: PgCluster, checked: Checked): readonly Connection[] {
  const members = membersOf(site, cluster, checked);
  const { params } = originalOf(site, cluster).primary.host;
  const users = params.pgUsers.filter(({ state, login }) => state !== 'absent' && login !== false);
  const databases = params.pgDatabases.filter(({ state }) => state !== 'absent');
  const from = parseAddress(site.adminIp);
  return serviceReports(cluster, hostZones(site)).flatMap(({ service, entries }) => {
    const hosts = placesOf(
      cluster,
      service,
      entries.map(({ address }) => address),
    );
    if (hosts.length === 0 || from === undefined) return [];
    return users.flatMap((user) =>
      databases.flatMap((database): readonly Connection[] => {
        const question = { user: user.name, database: database.name, from };
        const answers = ask(cluster, members, question, undefined, { service: service.fullName }).filter(
          ({ decision }) => decision.verdict === 'allowed',
        );
        if (answers.length === 0) return [];
        const tlsOnly = answers.every(({ tls }) => tls);
        return [
          { cluster, service, user: user.name, database: database.name, hosts, tlsOnly, password: user.password },
        ];
      }),
    );
  });
}

/** The virtual address of the cluster leads to its primary, and with that to a balancer that lives. */
function placesOf({ vip }: PgCluster, { ip }: PgService, entries: readonly string[]): readonly string[] {
  if (entries.length === 0) return [];
  if (parseAddress(ip) !== undefined && !['0.0.0.0', '::'].includes(ip)) return [ip];
  return [...(vip === undefined ? [] : [vip.address]), ...entries];
}
