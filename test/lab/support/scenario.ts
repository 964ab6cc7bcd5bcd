/** Test files of the lab: what a machine must have, what a failure leaves behind, and the figures that are reported. */
import { appendFileSync, cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import { run } from './command.ts';
import { HERE, HOSTS, inHost, missing } from './hosts.ts';

export type Scenario = (name: string, body: () => Promise<void>) => void;

/**
 * Registers the scenarios of one file; each builds on the state the former left, so the first failure ends the file.
 * Without what the lab needs the file is one named skip.
 */
export function scenarios(title: string, register: (scenario: Scenario) => void): void {
  const lack = process.env['PIGSTYC_LAB'] === '1' ? missing() : 'PIGSTYC_LAB=1, because it boots machines';
  if (lack !== undefined) {
    console.log(`skip: ${title} (the lab needs ${lack})`);
    return;
  }
  const tests = suite(title);
  let failed: string | undefined;
  register((name, body) => {
    tests(name, async () => {
      if (failed !== undefined) throw new Error(`not tried, because \`${failed}\` failed`);
      const started = performance.now();
      try {
        await body();
        console.log(`  ${title}: ${name} (${((performance.now() - started) / 1000).toFixed(1)} s)`);
      } catch (error) {
        failed = name;
        console.log(`  ${title}: FAILED ${name}; journals, settings and consoles are in ${await keepEvidence(title)}`);
        throw error;
      }
    });
  });
  tests.run();
}

/** A figure for docs/reliability.md, collected in figures.tsv of the lab. */
export function figure(name: string, value: number, unit: string): void {
  console.log(`  figure: ${name} ${value.toFixed(1)} ${unit}`);
  mkdirSync(HERE, { recursive: true });
  appendFileSync(join(HERE, 'figures.tsv'), `${name}\t${value.toFixed(2)}\t${unit}\n`);
}

const COLLECT = [
  'journalctl --no-pager -b -o short-precise >/tmp/evidence.journal 2>&1',
  'systemctl --no-pager status >/tmp/evidence.units 2>&1; systemctl --no-pager --failed >>/tmp/evidence.units 2>&1',
  '(ip addr; ss -tlnp; ps aux) >/tmp/evidence.state 2>&1',
  'cd / && tar -czf - --ignore-failed-read tmp/evidence.* etc/etcd etc/patroni pg/conf etc/pgbouncer etc/haproxy etc/redis etc/keepalived pg/log pg/data/*.conf var/lib/pigstyc 2>/dev/null',
].join('; ');

async function keepEvidence(title: string): Promise<string> {
  const dir = join(process.env['PIGSTYC_LAB_EVIDENCE'] ?? join(HERE, '..', 'evidence'), title.replace(/\W+/g, '-'));
  rmSync(dir, { recursive: true, force: true });
  mkdirSync(dir, { recursive: true });
  for (const host of HOSTS) {
    if (existsSync(join(HERE, 'run', `${host}.console`))) cpSync(join(HERE, 'run', `${host}.console`), join(dir, `${host}.console`));
    if (!existsSync(join(HERE, 'run', `${host}.leader`))) continue;
    await inHost(host, ['bash', '-c', `${COLLECT} | base64 -w 0`], { seconds: 30 }).then((outcome) => writeFileSync(join(dir, `${host}.tar.gz`), Buffer.from(outcome.out, 'base64')));
  }
  if (existsSync(join(HERE, 'logs'))) cpSync(join(HERE, 'logs'), join(dir, 'logs'), { recursive: true });
  if (existsSync(join(HERE, 'sites'))) await run('tar', ['-czf', join(dir, 'sites.tar.gz'), '-C', HERE, 'sites']);
  return dir;
}
