import { readPackageFile } from '../package/package-files.ts';
import type { HostFacts, OsFamily } from './host-facts.ts';

/** What one operating system release brings: package aliases, upstream repositories, default package lists. */
export interface OsData {
  /** Alias → package names separated by blanks; `$v` stands for the PostgreSQL major. */
  readonly packages: Readonly<Record<string, string>>;
  /** Aliases that differ on aarch64; an empty string means not available there. */
  readonly packagesAarch64: Readonly<Record<string, string>>;
  readonly repositories: readonly OsRepository[];
  readonly nodePackages: readonly string[];
  readonly infraPackages: readonly string[];
  readonly repoPackages: readonly string[];
  readonly repoExtraPackages: readonly string[];
  /** Where the release's tuned looks for profiles of the site. */
  readonly tunedProfileDir: string;
  /** Installation directory per pg_mode, `$v` stands for the PostgreSQL major. */
  readonly pgHome: Readonly<Record<string, string>>;
}

export interface OsRepository {
  readonly name: string;
  readonly description: string;
  readonly module: string;
  readonly releases: readonly number[];
  readonly arch: readonly string[];
  readonly baseurl: Readonly<Record<string, string>>;
  readonly minor?: boolean;
  readonly meta?: Readonly<Record<string, unknown>>;
}

const cache = new Map<string, OsData>();

/** Releases with data of their own; another release of the family uses the fallback upstream uses. */
const KNOWN = ['el8', 'el9', 'el10', 'd12', 'd13', 'u22', 'u24', 'u26'] as const;

/** Facts about an operating system release; unknown releases fall back to el10, u24 or d12. */
export function osData(facts: Pick<HostFacts, 'osCode' | 'osFamily' | 'osVendor'>): OsData {
  const code = (KNOWN as readonly string[]).includes(facts.osCode) ? facts.osCode : fallback(facts);
  let data = cache.get(code);
  if (data === undefined) {
    data = JSON.parse(readPackageFile(`compiler/platform/data/${code}.json`)) as OsData;
    cache.set(code, data);
  }
  return data;
}

function fallback(facts: Pick<HostFacts, 'osFamily' | 'osVendor'>): string {
  if (facts.osFamily === 'rpm') return 'el10';
  return facts.osVendor === 'ubuntu' ? 'u24' : 'd12';
}

export interface OsIdentity {
  readonly osFamily: OsFamily;
  readonly osVendor: string;
  readonly osVersion: string;
  readonly osCodename: string;
  readonly osCode: string;
}

const DEB_CODENAMES: Readonly<Record<string, string>> = {
  'debian-11': 'bullseye',
  'debian-12': 'bookworm',
  'debian-13': 'trixie',
  'ubuntu-20.04': 'focal',
  'ubuntu-22.04': 'jammy',
  'ubuntu-24.04': 'noble',
  'ubuntu-26.04': 'resolute',
};

/** Identity of a release from the ID and VERSION_ID of /etc/os-release. */
export function osIdentity(vendor: string, version: string, codename?: string): OsIdentity {
  const major = version.split('.')[0]!;
  if (vendor === 'debian' || vendor === 'ubuntu') {
    return {
      osFamily: 'deb',
      osVendor: vendor,
      osVersion: version,
      osCodename: codename ?? DEB_CODENAMES[`${vendor}-${version}`] ?? version,
      osCode: `${vendor[0]}${major}`,
    };
  }
  return { osFamily: 'rpm', osVendor: vendor, osVersion: version, osCodename: `el${major}`, osCode: `el${major}` };
}
