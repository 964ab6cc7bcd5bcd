/** The steps of one test file: they share a lab and run in order, each needs the ones before. */
import { writeFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { HOSTS, Lab, PLATFORM, type HostName } from './lab.ts';
import { missing } from './missing.ts';

export interface Scenario {
  readonly lab: Lab;
  /** When a step fails, the rest are not run and test/lab/failed/ holds what is needed to find out why. */
  step(name: string, body: () => void | Promise<void>): void;
  /** One measurement, for the table of figures (min / median / max). */
  figure(what: string, seconds: number): void;
  run(): void;
}

type Hosts = readonly HostName[];

/**
 * `name` is the name of the lab, of the suite and of the file of figures. KEEP_LAB=1 leaves the hosts running at the end. Hosts in `older`
 * run Debian 12; when these are all, the bundle is for Debian 12.
 */
export function scenario(name: string, hosts: Hosts = HOSTS, older: Hosts = [], platform = PLATFORM): Scenario {
  const test = suite(`lab: ${name}`);
  const lab = new Lab(name, 'operator', older.length < hosts.length ? platform : 'debian-12');
  const figures = new Map<string, number[]>();
  const figure = (what: string, seconds: number): void =>
    void figures.set(what, [...(figures.get(what) ?? []), seconds]);
  const reason = missing(older.length === 0 ? [platform] : [platform, 'debian-12']);
  let broken: string | undefined;
  test.before(() => {
    lab.end(); // what an interrupted run has left
    lab.start(hosts, older);
  });
  test.after(() => {
    save(name, figures);
    if (process.env['KEEP_LAB'] !== '1') lab.end();
  });
  return {
    lab,
    figure,
    step: (title, body) =>
      test(title, async () => {
        if (broken !== undefined) assert.unreachable(`not run: ${broken} failed`);
        const started = performance.now();
        try {
          await body();
        } catch (error) {
          broken = title;
          console.log(error);
          console.log(`kept: ${lab.keep(title)}`);
          throw error;
        } finally {
          console.log(`${((performance.now() - started) / 1000).toFixed(1).padStart(6)} s  ${title}`);
        }
      }),
    run: () => {
      if (reason === undefined) test.run();
      else console.log(`skip: ${name} on real hosts: ${reason}`);
    },
  };
}

/** test/lab/figures-NAME.json: rows for docs/reliability.md and the samples behind them. */
function save(name: string, figures: ReadonlyMap<string, readonly number[]>): void {
  const rows = [...figures].map(([what, samples]) => {
    const sorted = [...samples].sort((a, b) => a - b);
    const at = (share: number): string => sorted[Math.floor((sorted.length - 1) * share)]!.toFixed(1);
    return {
      row: `| ${what} | ${sorted.length === 1 ? `${at(0)} s` : `${at(0)} / ${at(0.5)} / ${at(1)} s (${sorted.length} samples)`} |`,
      samples: samples.map((s) => Number(s.toFixed(2))),
    };
  });
  writeFileSync(`test/lab/figures-${name}.json`, `${JSON.stringify(rows, undefined, 1)}\n`);
  for (const { row } of rows) console.log(row);
}
