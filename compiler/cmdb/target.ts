/** Where a database is and how to log in, by the rules of libpq: the address, a service's section, the environment, defaults. */
import { join } from 'node:path';
import type { Host } from '../host/host.ts';
import { IoError } from '../host/host.ts';

/** Settings by libpq's keywords. */
export type Settings = Readonly<Record<string, string | undefined>>;

const VARIABLES: Readonly<Record<string, string>> = {
  PGHOST: 'host',
  PGPORT: 'port',
  PGDATABASE: 'dbname',
  PGUSER: 'user',
  PGPASSWORD: 'password',
  PGSSLMODE: 'sslmode',
  PGSSLROOTCERT: 'sslrootcert',
  PGSSLCERT: 'sslcert',
  PGSSLKEY: 'sslkey',
  PGCONNECT_TIMEOUT: 'connect_timeout',
  PGOPTIONS: 'options',
  PGSERVICE: 'service',
};

/** The address that the environment names, when the command line names none. */
export function addressOfEnvironment({ env }: Host): string | undefined {
  const given = env['METADB_URL'];
  if (given !== undefined && given !== '') return given;
  return ['PGSERVICE', 'PGHOST', 'PGDATABASE'].some((name) => (env[name] ?? '') !== '') ? 'postgresql://' : undefined;
}

/** All settings of an address, or what is wrong with it. */
export function settingsOf(host: Host, address: string): Settings | string {
  const given = address.startsWith('service=') ? { service: address.slice('service='.length) } : ofUrl(address);
  if (typeof given === 'string') return given;
  const environment = Object.fromEntries(
    Object.entries(VARIABLES).flatMap(([name, keyword]) => {
      const value = host.env[name];
      return value === undefined || value === '' ? [] : [[keyword, value]];
    }),
  );
  const service = given['service'] ?? environment['service'];
  const section = service === undefined ? {} : ofService(host, service);
  return typeof section === 'string' ? section : { ...environment, ...section, ...given };
}

function ofUrl(address: string): Settings | string {
  const [, user, password, place, dbname, query] =
    /^\w+:\/\/(?:([^:@/?]*)(?::([^@]*))?@)?([^/?@]*)(?:\/([^?]*))?(?:\?([^]*))?$/.exec(address) ?? [];
  if (place === undefined) return 'it does not read as postgresql://user:password@host:port/database';
  if (place.includes(',')) return 'it names several servers; name one, or the service of the cluster';
  const [, name, port] = /^(\[[^\]]*\]|[^:]*)(?::(\d*))?$/.exec(place) ?? [];
  if (name === undefined) return `\`${place}\` is no host with a port`;
  try {
    const settings: Record<string, string> = {};
    const put = (key: string, value = ''): void => {
      if (value !== '') settings[key] = decodeURIComponent(value);
    };
    put('user', user);
    put('password', password);
    put('host', name.replace(/^\[|\]$/g, ''));
    put('port', port);
    put('dbname', dbname);
    for (const setting of (query ?? '').split('&')) put(setting.split('=')[0]!, setting.split('=').slice(1).join('='));
    return settings;
  } catch {
    return 'a % in it begins no escape; write %25';
  }
}

/** The section of a service file, the user's first. */
function ofService(host: Host, service: string): Settings | string {
  const { PGSERVICEFILE: named, HOME: home = '', PGSYSCONFDIR: system = '/etc/postgresql-common' } = host.env;
  const files = [named ?? join(home, '.pg_service.conf'), join(system, 'pg_service.conf')];
  for (const path of files) {
    const section = sectionOf(textOf(host, path), service);
    if (section !== undefined) return section;
  }
  return `no service \`${service}\` in ${files.join(' or ')}`;
}

function textOf(host: Host, path: string): string {
  try {
    return host.stat(path)?.kind === 'file' ? new TextDecoder().decode(host.readFile(path)) : '';
  } catch (error) {
    if (!(error instanceof IoError)) throw error;
    return '';
  }
}

function sectionOf(text: string, name: string): Settings | undefined {
  let found: Record<string, string> | undefined;
  let isIn = false;
  for (const line of text.split(/\r?\n/).map((each) => each.trim())) {
    const header = /^\[(.*)\]$/.exec(line)?.[1];
    if (header !== undefined) isIn = header === name;
    else if (isIn && line !== '' && !line.startsWith('#')) {
      const at = line.indexOf('=');
      if (at > 0) (found ??= {})[line.slice(0, at).trim()] = line.slice(at + 1).trim();
    }
    if (header === name) found ??= {};
  }
  return found;
}
