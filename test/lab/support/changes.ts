/** One change on a running site: what was announced of it, what it did to units, and what clients noticed. */
import * as assert from 'uvu/assert';
import type { HostImpact } from '../../../compiler/review/impact/impact.ts';
import type { Noticed } from '../../../emitters/module.ts';
import { buildAsPromised, everyoneConverged, type ByHost } from './bundle.ts';
import { address, HOSTS, type HostName, type Lab } from './lab.ts';
import { Session, Writer } from './load.ts';
import { MEMBERS, query } from './postgres.ts';

/** How long writes may be interrupted at most, seconds: by two cores that four hosts share, and by what is announced. */
const LIMITS: Readonly<Partial<Record<Noticed, number>>> = {
  'hand-over': 60,
  server: 40,
  pool: 15,
  balancer: 15,
  address: 15,
  'health checks': 30,
};
const UNNOTICED = 4;

/** What was measured of one change. */
export interface Measured {
  /** What clients were said to notice. */
  readonly announced: readonly Noticed[];
  /** The longest time between two acknowledged writes of the clients of each way, seconds. */
  readonly gaps: Readonly<Record<string, number>>;
  /** How many sessions were lost, over all ways. */
  readonly lost: number;
  /** What happened and was not announced, or was announced and did not happen. */
  readonly surprises: readonly string[];
}

/** Units that a host is said to start, stop or start again; `leave`: with `--allow-restart`. */
function announcedUnits(impact: HostImpact | undefined, leave: boolean): readonly string[] {
  const units = (impact?.effects ?? [])
    .map((effect) => effect.split(' '))
    .filter(([verb]) => /^(start|stop|restart)$/.test(verb!) || (leave && /^(stop|restart)!$/.test(verb!)))
    .map(([, unit]) => unit!.replace(/\.service$/, ''));
  const settings = leave ? (impact?.settings ?? []).map(({ unit }) => unit) : [];
  const all = new Set([...units, ...settings]);
  // The server is a child of Patroni.
  if (all.has('patroni')) all.add('PostgreSQL');
  return [...all].filter((unit) => !/\.(timer|socket|path)$/.test(unit)).sort();
}

/** Each running service of a host with when it was started, and the server of a member likewise. */
function starts(lab: Lab, host: HostName): ReadonlyMap<string, string> {
  const list = lab.exec(host, [
    'sh',
    '-c',
    'systemctl show --property=Id,ActiveEnterTimestampMonotonic,MainPID $(systemctl list-units --type=service ' +
      "--state=running --plain --no-legend | awk '{print $1}' | grep -v -e ssh@ -e user@ -e systemd)",
  ]).stdout;
  const units = list
    .trim()
    .split('\n\n')
    .map((block) => [/^Id=(.*)\.service$/m.exec(block)?.[1] ?? '', block.split('\n').sort().join(' ')] as const);
  if (!(MEMBERS as readonly HostName[]).includes(host)) return new Map(units);
  return new Map([...units, ['PostgreSQL', ask(lab, host, 'select pg_postmaster_start_time()')]]);
}

/** Names whose entry differs, comes or goes. */
function different(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): readonly string[] {
  const names = new Set([...before.keys(), ...after.keys()]);
  return [...names].filter((name) => before.get(name) !== after.get(name)).sort();
}

/** What clients noticed beyond what they were told. */
function beyond({ announced, gaps, lost }: Omit<Measured, 'surprises'>): readonly string[] {
  const limit = Math.max(UNNOTICED, ...announced.map((one) => LIMITS[one] ?? UNNOTICED));
  return [
    ...Object.entries(gaps).flatMap(([way, gap]) => (gap < limit ? [] : [`${way}: no write for ${gap.toFixed(1)} s`])),
    ...(announced.length === 0 && lost > 0 ? [`${lost} sessions lost`] : []),
  ];
}

/** Asks the server of a member, whichever of its two ports it has. */
function ask(lab: Lab, host: HostName, sql: string): string {
  const answer = query(lab, host, sql, 'dbname=postgres port=5432');
  return answer === '' ? query(lab, host, sql, 'dbname=postgres port=5532') : answer;
}

/** Whether a leader has two replicas that stream, and a synchronous one where it waits for one. */
const HEALTHY =
  "select count(*) filter (where state = 'streaming') = 2 and not pg_is_in_recovery() and " +
  "(current_setting('synchronous_standby_names') = '' or bool_or(sync_state in ('sync', 'quorum'))) from pg_stat_replication";

const healthy = (lab: Lab): boolean => MEMBERS.some((host) => ask(lab, host, HEALTHY) === 't');

/** Connection strings of the ways that clients take, by name: the table they write to. */
export type Ways = Readonly<Record<string, string>>;

/** A site that is changed while clients write and keep sessions. */
export class ChangingSite {
  readonly #lab: Lab;
  #first = 1;

  constructor(lab: Lab) {
    this.#lab = lab;
  }

  /** Deploys the inventory, with leave when something waits for it, and holds the announcement against what happened. */
  change(inventory: string, ways: Ways): Measured {
    const { promised } = buildAsPromised(this.#lab, inventory);
    const announced = [...new Set(HOSTS.flatMap((host) => promised[host]?.clients ?? []))].sort();
    this.#lab.eventually('the cluster is healthy', 120, () => healthy(this.#lab));
    const before = this.#starts();
    const clients = this.#clients(ways);
    this.#deploy(promised, before);
    this.#lab.eventually('the cluster is healthy again', 120, () => healthy(this.#lab));
    const measured = { announced, ...clients.stop() };
    const after = this.#starts();
    const surprises = [
      ...HOSTS.flatMap((host) => {
        const happened = different(before[host]!, after[host]!).join(' ');
        const said = announcedUnits(promised[host], true).join(' ');
        return happened === said ? [] : [`${host}: started again: ${happened}; announced: ${said}`];
      }),
      ...beyond(measured),
    ];
    this.#lab.eventually('every host is converged', 90, () => this.#lab.make('-j4', 'check').code === 0);
    everyoneConverged(this.#lab);
    return { ...measured, surprises };
  }

  /** What a host refuses is refused before anything is changed. Returns what is said. */
  refused(inventory: string): string {
    const impacts = this.#lab.impact(inventory);
    assert.ok(
      MEMBERS.some((host) => (impacts[host]?.impossible.length ?? 0) > 0),
      'announced',
    );
    this.#lab.build(inventory);
    const before = this.#starts();
    const outcome = this.#lab.make('-j4', 'deploy', 'FLAGS=--allow-restart');
    assert.is.not(outcome.code, 0);
    assert.match(outcome.output, /REFUSED/);
    assert.equal(this.#starts(), before);
    return outcome.output;
  }

  /** Without leave only what does not need one happens; then what waits. */
  #deploy(promised: ByHost<HostImpact>, before: Readonly<Record<HostName, ReadonlyMap<string, string>>>): void {
    const waits = HOSTS.some(
      (host) => announcedUnits(promised[host], true).length > announcedUnits(promised[host], false).length,
    );
    const first = this.#lab.make('-j4', 'deploy');
    if (!waits) return assert.is(first.code, 0, first.output.slice(-4000));
    // A port that moves is refused as a whole, everything else only waits.
    if (first.code !== 0) assert.match(first.output, /REFUSED .*--allow-restart/, first.output.slice(-4000));
    const now = this.#starts();
    for (const host of HOSTS) {
      const expected = first.code === 0 ? announcedUnits(promised[host], false) : [];
      assert.equal(different(before[host]!, now[host]!), expected, `${host}, without leave`);
    }
    const second = this.#lab.make('-j4', 'deploy', 'FLAGS=--allow-restart');
    assert.is(second.code, 0, second.output.slice(-4000));
  }

  #starts(): Readonly<Record<HostName, ReadonlyMap<string, string>>> {
    return Object.fromEntries(HOSTS.map((host) => [host, starts(this.#lab, host)])) as never;
  }

  #clients(ways: Ways): { stop(): Pick<Measured, 'gaps' | 'lost'> } {
    const running = Object.entries(ways).map(([way, target]) => ({
      way,
      writer: new Writer(this.#lab, target, `sales.${way}`, this.#first, 0.2),
      session: new Session(this.#lab, target),
    }));
    this.#first += 100_000;
    return {
      stop: () => {
        const ended = running.map(({ way, writer, session }) => ({ way, lost: session.stop(), ...writer.stop() }));
        return {
          gaps: Object.fromEntries(ended.map(({ way, outage }) => [way, outage])),
          lost: ended.reduce((sum, { lost }) => sum + lost, 0),
        };
      },
    };
  }
}

/** One of several addresses and ports, for a client that knows them all and wants the primary. */
export const anyOf = (hosts: readonly string[], ports: readonly number[]): string =>
  `host=${ports.flatMap(() => hosts).join(',')} port=${ports.flatMap((port) => hosts.map(() => port)).join(',')} ` +
  'target_session_attrs=read-write connect_timeout=2';

export const ADDRESSES = MEMBERS.map(address);
