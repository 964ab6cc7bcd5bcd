/** Proxies are for downloads: what a host asks of its site goes straight there, whatever the environment says. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, type Context } from 'uvu';
import * as assert from 'uvu/assert';
import type { Step } from '../../../emitters/api.ts';
import { fileStep, Sandbox, STAND_INS } from './harness.ts';

interface World extends Context {
  box: Sandbox;
}
const test = suite<World>('proxies');
test.before.each((world) => {
  const box = (world.box = new Sandbox());
  for (const name of ['apt-get', 'curl']) {
    const lines = readFileSync(join(STAND_INS, name), 'utf8').split('\n');
    const noted = `env | grep -i '_proxy=' | sort >>"$FAKE/${name}-proxies"\nprintf '%s\\n' "$*" >>"$FAKE/${name}-asked"`;
    box.command(name, [...lines.slice(0, 2), noted, ...lines.slice(2)].join('\n'));
  }
  box.command('dpkg-query', readFileSync(join(STAND_INS, 'dpkg-query'), 'utf8'));
  writeFileSync(join(box.fake, 'packages'), '');
});
test.after.each(({ box }) => box.close());

const seen = ({ fake }: Sandbox, name: string): string => {
  const path = join(fake, `${name}-proxies`);
  return existsSync(path) ? readFileSync(path, 'utf8') : 'never asked';
};
const ASKS: Step = {
  kind: 'probe',
  stage: 'node',
  name: 'the site answers',
  command: ['https_answers', 'https://10.0.0.1:9000/ready', '/etc/ca.crt'],
  timeoutSeconds: 5,
};
const PACKAGE: Step = { kind: 'package', stage: 'node', names: ['tree'] };

test('those of a log-in reach the package manager alone', ({ box }) => {
  box.env['HTTPS_PROXY'] = 'http://nobody:3128';
  box.env['no_proxy'] = 'localhost';
  box.build([ASKS, PACKAGE]);
  const done = box.apply();
  assert.is(done.code, 0, done.error);
  assert.is(seen(box, 'curl'), '');
  assert.match(seen(box, 'apt-get'), /^HTTPS_PROXY=http:\/\/nobody:3128\nno_proxy=localhost\n/);
});

test('those of the inventory come before them, and are no argument of any program', ({ box }) => {
  box.env['http_proxy'] = 'http://nobody:3128';
  box.env['ftp_proxy'] = 'http://other:3128';
  const text = 'http_proxy=http://u:s3cret word@proxy:3128\nno_proxy=10.0.0.1\n';
  box.build([fileStep('/etc/pigstyc/proxy', text), PACKAGE, ASKS]);
  const done = box.apply();
  assert.is(done.code, 0, done.error);
  assert.is(seen(box, 'curl'), '');
  const lines = new Set(seen(box, 'apt-get').trim().split('\n'));
  assert.equal([...lines], ['ftp_proxy=http://other:3128', ...text.trim().split('\n')]);
  for (const name of ['apt-get', 'curl'])
    assert.not.match(readFileSync(join(box.fake, `${name}-asked`), 'utf8'), 's3cret');
  assert.not.match(done.output + done.error, 's3cret');
});

test('when the inventory has none any more, nothing is left of it', ({ box }) => {
  box.build([fileStep('/etc/pigstyc/proxy', 'http_proxy=http://proxy:3128\n'), PACKAGE]);
  assert.is(box.apply().code, 0);
  box.build([{ ...PACKAGE, names: ['tree', 'htop'] }]);
  assert.is(box.apply().code, 0);
  assert.not.ok(box.has('/etc/pigstyc/proxy'));
  assert.match(box.apply('--check').output, 'converged changed=0');
});

test.run();
