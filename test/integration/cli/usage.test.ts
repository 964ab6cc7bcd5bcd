import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Desk } from '../../support/desk.ts';
import '../../package-text.ts';

const run = (...args: readonly string[]): ReturnType<Desk['pigstyc']> => new Desk().pigstyc(args);

test('help and version are words, too', async () => {
  for (const [words, option] of [
    [['help'], ['--help']],
    [
      ['help', 'init'],
      ['init', '--help'],
    ],
    [
      ['help', 'plan'],
      ['plan', '--help'],
    ],
    [['version'], ['--version']],
  ] as const) {
    const { code, out } = await run(...words);
    assert.is(code, 0);
    assert.is(out, (await run(...option)).out);
    assert.ok(out.length > 0);
  }
  const { code, err } = await run('help', 'biuld');
  assert.is(code, 2);
  assert.match(err, 'unknown command: biuld, did you mean `build`?');
});

test('a wrong word is answered with those that are possible, and the one that was meant', async () => {
  for (const [line, said] of [
    ['hepl', 'unknown command: hepl, did you mean `help`?'],
    ['list host', '<what>: `host` is none of hosts, clusters, groups, did you mean `hosts`?'],
    ['pki lst', '<action>: `lst` is none of list, init, renew, rotate-ca, did you mean `list`?'],
    ['add usr x', '<what>: `usr` is none of host, cluster, user, database, service, did you mean `user`?'],
    ['init hha --ip 10.1.1.1', '<kind>: `hha` is none of single, ha, vip, standby, citus, redis, full, did you mean'],
    ['graph --as sgv', '--as: `sgv` is none of svg, html, dot, mermaid, did you mean `svg`?'],
    ['graph --as nothing', '--as: `nothing` is none of svg, html, dot, mermaid\n'],
  ] as const) {
    const { code, err } = await run(...line.split(' '));
    assert.is(code, 2);
    assert.ok(err.startsWith(`pigstyc: ${said}`), err);
  }
});

test('--limit that matches nobody says who was meant', async () => {
  const desk = new Desk();
  await desk.pigstyc(['init', '--ip', '10.1.1.1']);
  const { code, out, err } = await desk.pigstyc(['build', '--limit', 'pg-mta']);
  assert.is(code, 1);
  assert.match(out + err, 'did you mean `pg-meta`?');
});

test.run();
