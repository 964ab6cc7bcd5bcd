/** Every setting we write exists in the server it is written for, with a value the server accepts. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { parse } from 'yaml';
import '../../package-text.ts';
import { PROFILES } from '../../../emitters/pgsql/patroni/sizing.ts';
import { instanceView } from '../../../emitters/pgsql/instance.ts';
import { renderDcsYml, renderPatroniYml } from '../../../emitters/pgsql/patroni/patroni-yml.ts';
import { FIRST_MAJOR, LAST_MAJOR, serverSetting } from '../../../compiler/postgresql/settings.ts';
import { valueProblem } from '../../../compiler/postgresql/setting-value.ts';
import { PLAIN, testSite } from './site.ts';

const test = suite('settings of patroni.yml');

/** Settings of extensions that no server at hand defines. */
const OF_EXTENSIONS = /^(pg_wait_sampling|timescaledb|pgsodium|duckdb|cron)\./;

const majors = Array.from({ length: LAST_MAJOR - FIRST_MAJOR + 1 }, (_, i) => FIRST_MAJOR + i);
const machines = [
  { cpu: 1, memoryMib: 512, diskGib: 5 },
  { cpu: 8, memoryMib: 32107, diskGib: 512 },
  { cpu: 256, memoryMib: 4_000_000, diskGib: 200_000 },
];
const variants: readonly Readonly<Record<string, unknown>>[] = [
  {},
  { pg_libs: 'timescaledb, citus, pgsodium, pg_duckdb, pg_stat_statements, auto_explain' },
  { pg_mode: 'citus', pg_group: 0, pg_shard: 'pg', pg_primary_db: 'pg' },
  { pg_storage_type: 'HDD', pg_io_method: 'sync', pg_pwd_enc: 'md5', pgbackrest_enabled: false },
  { pg_max_conn: 5000, pg_default_service_dest: 'postgres', pg_shared_buffer_ratio: 0.4 },
];

for (const major of majors) {
  for (const profile of PROFILES) {
    test(`PostgreSQL ${major}, ${profile}`, () => {
      const names = new Set<string>();
      for (const [name, value] of settingsOf({ pg_version: major, pg_conf: `${profile}.yml` })) {
        names.add(name);
        if (OF_EXTENSIONS.test(name)) continue;
        const setting = serverSetting(name, major);
        assert.ok(setting, `PostgreSQL ${major} has no setting ${name}`);
        assert.is.not(setting.context, 'internal', `${name} cannot be set`);
        assert.is(valueProblem(setting, String(value))?.found.problem, undefined, `${name} = ${String(value)}`);
      }
      assert.ok(names.size > 90, `only ${names.size} settings were looked at`);
    });
  }
}

/** What patroni.yml and the DCS file say about settings in each variant; the machine for it is another with each major. */
function settingsOf(
  common: Readonly<Record<string, unknown>> & { readonly pg_version: number },
): readonly (readonly [string, unknown])[] {
  const hosts = variants.map((vars, i) => ({
    name: `10.0.0.${i + 1}`,
    groups: [`pg-${i}`],
    facts: machines[(i + common.pg_version) % machines.length]!,
    vars: { pg_cluster: `pg-${i}`, pg_seq: 1, pg_role: 'primary', ...common, ...vars },
  }));
  const site = testSite(hosts);
  return site.hosts.flatMap((host) => {
    const view = instanceView(site, host)!;
    const whole = parse(renderPatroniYml(view, PLAIN)) as {
      bootstrap: { dcs: Document };
      postgresql: { parameters: object };
    };
    const dcs = parse(renderDcsYml(view)) as Document;
    return [whole.bootstrap.dcs.postgresql.parameters, whole.postgresql.parameters, dcs.postgresql.parameters].flatMap(
      (parameters) => Object.entries(parameters) as [string, unknown][],
    );
  });
}

interface Document {
  readonly postgresql: { readonly parameters: object };
}

test.run();
