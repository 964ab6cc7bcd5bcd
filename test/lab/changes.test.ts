/**
 * Changes of settings on a live cluster, one after the other, while clients write and keep sessions through a service, at
 * the server and at the virtual address. What `pigstyc diff` announces is what happens to units, and what it costs clients.
 * PIGSTYC_CHANGES="pg_port pg_libs" tries only those.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import * as assert from 'uvu/assert';
import type { Noticed } from '../../emitters/module.ts';
import { ADDRESSES, anyOf, ChangingSite, type Measured, type Ways } from './support/changes.ts';
import { HOSTS } from './support/lab.ts';
import { query, leader, streaming } from './support/postgres.ts';
import { scenario } from './support/scenario.ts';

const { lab, step, figure, run } = scenario('changes', HOSTS);
// A start of PostgreSQL that is slow on a busy machine must not look like a failure of the leader.
const INVENTORY = readFileSync('test/lab/inventories/pg-test.yml', 'utf8').replace('pg_rto: fast', 'pg_rto: safe');
const APP = 'user=app password=App-c8Yd1LmQ dbname=shop sslmode=prefer';
const site = new ChangingSite(lab);
/** Connection strings of the three ways that clients take. */
const ways = (addresses: readonly string[]): Ways => ({
  service: `${anyOf(ADDRESSES, [5433])} ${APP}`,
  server: `${anyOf(ADDRESSES, [5432, 5532])} ${APP}`,
  address: `${anyOf(addresses, [5433])} ${APP}`,
});

interface Change {
  readonly what: string;
  /** What clients are said to notice; nothing where it is absent. */
  readonly announced?: readonly Noticed[];
  /** Texts of the inventory and what comes in their place. */
  readonly edits: readonly (readonly [before: string, after: string])[];
  /** Virtual addresses that clients know from now on. */
  readonly addresses?: readonly string[];
}

const CLUSTER = '        pg_cluster: pg-test\n';
/** A parameter of the cluster that the inventory has not set yet. */
const set = (line: string): readonly [string, string] => [CLUSTER, `${CLUSTER}        ${line}\n`];
const SITE = '    region: default\n';
const setEverywhere = (line: string): readonly [string, string] => [SITE, `${SITE}    ${line}\n`];

const CHANGES: readonly Change[] = [
  { what: '`patroni_port`', announced: ['health checks'], edits: [set('patroni_port: 8009')] },
  { what: '`pgbouncer_sslmode: prefer`', edits: [set('pgbouncer_sslmode: prefer')] },
  { what: '`pgbouncer_poolmode: session`', edits: [set('pgbouncer_poolmode: session')] },
  { what: '`pg_rto`', edits: [['pg_rto: safe', 'pg_rto: wide']] },
  {
    what: 'ports of exporters',
    edits: [set('pg_exporter_port: 9640'), set('pgbouncer_exporter_port: 9641'), set('node_exporter_port: 9111')],
  },
  {
    what: '`haproxy_exporter_port`',
    edits: [set('haproxy_exporter_port: 9102')],
  },
  {
    what: '`pg_vip_address`',
    announced: ['address'],
    edits: [['10.10.10.3/24', '10.10.10.5/24']],
    addresses: ['10.10.10.3', '10.10.10.5'],
  },
  {
    what: '`pgbouncer_port`',
    announced: ['pool'],
    edits: [set('pgbouncer_port: 6532')],
    addresses: ['10.10.10.5'],
  },
  { what: '`pg_listen`', announced: ['pool', 'server'], edits: [set('pg_listen: "${ip},${lo}"')] },
  { what: '`pg_port`', announced: ['server'], edits: [set('pg_port: 5532')] },
  { what: '`pg_libs`', announced: ['server'], edits: [set("pg_libs: 'pg_stat_statements, auto_explain, pg_prewarm'")] },
  {
    what: "`pg_conf`, which changes Patroni's unit",
    announced: ['hand-over', 'server'],
    edits: [['crit.yml', 'oltp.yml']],
  },
  {
    what: "passwords of `replicator`, `dbuser_monitor`, `dbuser_dba` and of Patroni's API",
    edits: [
      ['Replicator-LabXd5', 'Replicator-LabXd6'],
      ['Monitor-LabKe2v', 'Monitor-LabKe2w'],
      ['Dba-Lab9rTq3', 'Dba-Lab9rTq4'],
      ['Patroni-LabZs8c', 'Patroni-LabZs8d'],
    ],
  },
  { what: '`pg_dbsu_password` set', edits: [set('pg_dbsu_password: Postgres-Lab7yT')] },
  { what: '`etcd_root_password`', edits: [['Etcd-LabQy6j', 'Etcd-LabQy6k']] },
  { what: '`haproxy_admin_password`', edits: [['Haproxy-Lab4Zm8u', 'Haproxy-Lab4Zm8v']] },
  { what: 'port of a service', edits: [['port: 5440', 'port: 5441']] },
  {
    what: '`patroni_ssl_enabled: true`',
    announced: ['health checks'],
    edits: [setEverywhere('patroni_ssl_enabled: true')],
  },
  {
    what: '`pg_vip_enabled: false`',
    announced: ['address'],
    edits: [['pg_vip_enabled: true', 'pg_vip_enabled: false']],
  },
];

const REFUSED: readonly Change[] = [
  { what: '`pg_namespace`', edits: [set('pg_namespace: /other')] },
  {
    what: '`pg_encoding`',
    edits: [set('pg_encoding: SQL_ASCII')],
  },
  { what: '`pg_cluster`', edits: [['pg_cluster: pg-test', 'pg_cluster: pg-other']] },
];

let inventory = INVENTORY;
let known: readonly string[] = ['10.10.10.3'];
const edited = (edits: Change['edits']): string =>
  edits.reduce((text, [before, after]) => {
    assert.ok(text.includes(before), before);
    return text.replace(before, () => after);
  }, inventory);

const rows: string[] = [];
/** What happened otherwise than announced; later changes are tried all the same. */
const unannounced: string[] = [];
const inSeconds = (seconds: number): string => (seconds < 1 ? '–' : `${seconds.toFixed(1)} s`);
/** test/lab/changes.md: the table of docs/operations.md. */
function record(what: string, { announced, gaps, lost, surprises }: Measured): void {
  for (const surprise of surprises) console.log(`${what}: ${surprise}`);
  unannounced.push(...surprises.map((surprise) => `${what}: ${surprise}`));
  for (const [way, gap] of Object.entries(gaps)) figure(`${what}, ${way}`, gap);
  rows.push(
    `| ${what} | ${announced.join(', ') || 'nothing'} | ${Object.values(gaps).map(inSeconds).join(' | ')} | ${lost} |`,
  );
  writeFileSync('test/lab/changes.md', `${rows.join('\n')}\n`);
}

step('a cluster of three members, and clients', () => {
  lab.build(inventory);
  const outcome = lab.make('-j4', 'deploy');
  assert.is(outcome.code, 0, outcome.output.slice(-4000));
  lab.eventually('replicas stream', 90, () => streaming(lab, 2));
  for (const table of ['service', 'server', 'address'])
    query(lab, leader(lab), `create table sales.${table}(id int); alter table sales.${table} owner to app`, 'shop');
});

const words = process.env['PIGSTYC_CHANGES']?.split(' ');
const isWanted = ({ what }: Change): boolean => words?.some((word) => what.includes(word)) ?? true;

for (const { what, announced = [], edits, addresses } of CHANGES.filter(isWanted)) {
  step(what, () => {
    const next = edited(edits);
    known = addresses ?? known;
    const measured = site.change(next, ways(known));
    inventory = next;
    record(what, measured);
    assert.equal(measured.announced, announced);
  });
}

step('what was announced is what happened', () => assert.equal(unannounced, []));

for (const { what, edits } of REFUSED)
  step(`${what}: not possible where there are data`, () => {
    site.refused(edited(edits));
  });

run();
