import { jdbcUrl, postgresUri } from '../../emitters/toolkit/quote/conninfo.ts';
import type { Connection } from '../review/services/connections.ts';
import { isPasswordHash } from '../model/stored-password.ts';
import type { Args } from './command.ts';
import { columns } from './table.ts';

/** Connections in one of the forms that programs read. Without `reveal` the passwords are left out, so that psql asks. */
export function connectionsText(found: readonly Connection[], form: Args['for'], reveal: boolean): string {
  if (form === 'service') return found.map((one) => section(one, reveal)).join('\n');
  const write = form === 'jdbc' ? jdbcUrl : postgresUri;
  const rows = found.map((one) => [one.service.fullName, one.user, one.database, write(partsOf(one, reveal))]);
  return columns([['SERVICE', 'USER', 'DATABASE', form === 'jdbc' ? 'URL' : 'URI'], ...rows]);
}

/** For programs. */
export function connectionsJson(found: readonly Connection[], reveal: boolean): unknown {
  return found.map((one) => ({
    cluster: one.cluster.name,
    service: one.service.fullName,
    user: one.user,
    database: one.database,
    hosts: one.hosts,
    port: one.service.port,
    tls: one.tlsOnly,
    uri: postgresUri(partsOf(one, reveal)),
    jdbc: jdbcUrl(partsOf(one, reveal)),
  }));
}

function partsOf(one: Connection, reveal: boolean): Parameters<typeof postgresUri>[0] {
  return {
    user: one.user,
    password: passwordOf(one, reveal),
    host: one.hosts.map((host) => (host.includes(':') ? `[${host}]` : host)),
    port: one.service.port,
    database: one.database,
    query: one.tlsOnly ? { sslmode: 'require' } : {},
  };
}

function passwordOf({ password }: Connection, reveal: boolean): string | undefined {
  const text = reveal ? password?.expose() : undefined;
  return text === undefined || text === '' || isPasswordHash(text) ? undefined : text;
}

/** A section of pg_service.conf, which `psql service=NAME` reads. */
function section(one: Connection, reveal: boolean): string {
  const password = passwordOf(one, reveal);
  return [
    `[${one.service.fullName}.${one.user}.${one.database}]`,
    `host=${one.hosts.join(',')}`,
    `port=${one.service.port}`,
    `user=${one.user}`,
    `dbname=${one.database}`,
    // The file has no quotes: libpq takes a line without the blanks at its ends.
    ...(password === undefined || /^\s|\s$|\n/.test(password) ? [] : [`password=${password}`]),
    ...(one.tlsOnly ? ['sslmode=require'] : []),
    '',
  ].join('\n');
}
