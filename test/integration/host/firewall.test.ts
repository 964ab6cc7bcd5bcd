/** Rules of a firewall follow the inventory in both directions; what somebody else has opened stays. */
import { appendFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Step } from '../../../emitters/api.ts';
import { confine } from './confine.ts';
import { Sandbox, STAND_INS } from './harness.ts';

const test = suite('firewall');

const rules = (networks: string, ports: string): readonly Step[] => [
  {
    kind: 'call',
    stage: 'node',
    name: 'firewall',
    fn: 'firewall_apply',
    args: ['zone', networks.split(','), ports.split(',').map(Number)],
  },
];

/** Its program, where its rules are, and how a rule of somebody else gets there. */
const FIREWALLS = [
  { program: 'firewall-cmd', files: ['firewall.sources', 'firewall.ports'], others: ['firewall.ports', '9999/tcp '] },
  { program: 'ufw', files: ['ufw.rules'], others: ['ufw.rules', 'ufw allow 9999/tcp\n'] },
] as const;

for (const { program, files, others } of FIREWALLS) {
  test(`${program}: what is no longer declared is closed again, and only that`, () => {
    const box = new Sandbox();
    try {
      // This machine may have the other one.
      confine(
        box,
        FIREWALLS.map((one) => one.program),
      );
      box.command(program, readFileSync(join(STAND_INS, program), 'utf8'));
      const now = (): string => files.map((file) => readFileSync(join(box.fake, file), 'utf8')).join('');
      box.build(rules('10.0.0.0/8,172.16.0.0/12', '22,80'));
      const first = box.apply();
      assert.is(first.code, 0, first.error);
      appendFileSync(join(box.fake, others[0]), others[1]);
      box.build(rules('10.0.0.0/8', '22'));
      const check = box.apply('--check');
      assert.is(check.code, 2, check.error);
      assert.match(check.output, 'would change: firewall closes 80');
      assert.match(check.output, 'would change: firewall no longer trusts 172.16.0.0/12');
      assert.match(now(), '80/tcp');
      assert.is(box.apply().code, 0);
      assert.not.match(now(), /172\.16|\b80\/tcp/);
      for (const kept of ['10.0.0.0/8', '22/tcp', '9999/tcp']) assert.match(now(), kept);
      assert.match(box.apply().output, 'changed=0');
      box.build(rules('10.0.0.0/8', '22,80'));
      assert.match(box.apply().output, 'firewall opens 80');
      assert.match(now(), /\b80\/tcp/);
    } finally {
      box.close();
    }
  });
}

test.run();
