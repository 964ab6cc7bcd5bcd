import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { compileFiles } from '../../../compiler/compile.ts';
import { KINDS } from '../../../compiler/init/kinds.ts';
import { Desk } from '../../support/desk.ts';
import '../../package-text.ts';

const ADDRESSES = ['10.1.1.1', '10.1.1.2', '10.1.1.3', '10.1.1.4', '10.1.1.5'];
const addresses = (count: number): string => ADDRESSES.slice(0, count).join(',');
const vipOf = (kind: string): readonly string[] => (KINDS[kind]!.vip === 'needs' ? ['--vip', '10.1.1.9'] : []);

for (const kind of Object.keys(KINDS))
  test(`${kind}: what is written has nothing wrong, not even a hint, and builds`, async () => {
    let written = 0;
    for (const count of [1, 2, 3, 4, 5]) {
      const desk = new Desk();
      const { code, err } = await desk.pigstyc(['init', kind, '--ip', addresses(count), ...vipOf(kind), '--yes']);
      assert.is(code, KINDS[kind]!.machines.fit(count) ? 0 : 2, err);
      assert.is(desk.has('pigsty.yml'), code === 0);
      if (code !== 0) continue;
      const { diagnostics } = compileFiles(desk.system, { files: ['pigsty.yml'] }).checked();
      assert.equal(
        diagnostics.map(({ code: found, message }) => `${found} ${message}`),
        [],
      );
      assert.is(desk.system.stat('pigsty.yml')!.mode, 0o600, 'it holds passwords');
      for (const address of ADDRESSES.slice(0, count)) assert.match(desk.read('pigsty.yml'), `${address}: {`);
      if (written++ > 0) continue;
      const built = await desk.pigstyc(['build', '--strict']);
      assert.is(built.code, 0, built.out + built.err);
      assert.ok(desk.has(`out/hosts/${ADDRESSES[count - 1]!}/apply.sh`));
    }
    assert.ok(written > 0);
  });

test('without a kind, one machine is a single one and three are highly available, with etcd on each', async () => {
  for (const [count, kind] of [
    [1, 'single'],
    [3, 'ha'],
  ] as const) {
    const desk = new Desk();
    const { code, err } = await desk.pigstyc(['init', '--ip', addresses(count)]);
    assert.is(code, 0, err);
    assert.match(err, `pigsty.yml: ${kind}, ${count} host`);
    assert.is(desk.read('pigsty.yml').match(/etcd_seq/g)!.length, count);
  }
});

test('wrong addresses are a wrong command line that says what to do', async () => {
  for (const [args, said] of [
    ['', /which machines\? .*--ip 10\.10\.10\.10/],
    ['--ip 10.1.1.1,10.1.1.2', /two cannot outvote each other, so add a third/],
    ['ha --ip 10.1.1.1', /`ha` is made of three machines or more, and --ip names 1: add addresses/],
    ['single --ip 10.1.1.1,10.1.1.2,10.1.1.3', /`single` is made of one machine, and --ip names 3: take the kind `ha`/],
    ['--ip 10.1.1.1,10.1.1.1,10.1.1.2', /`10\.1\.1\.1` is given twice/],
    ['--ip 10.1.1.1 --ip 10.1.1.1', /`10\.1\.1\.1` is given twice/],
    ['--ip 10.1.1.1,,10.1.1.2', /missing between two commas/],
    ['--ip 10.1.1.256', /`10\.1\.1\.256` is no IPv4 address/],
    ['--ip 10.1.1.01', /no IPv4 address/],
    ['--ip fd00::1', /no IPv4 address/],
    ['--ip db1', /`db1` is no IPv4 address/],
    ['--ip 10.1.1.1/24', /prefix length/],
    ['--ip 127.0.0.1', /no address of one machine/],
    ['--ip 10.1.1.1 --vip 10.1.1.9', /`single` has no virtual address/],
    ['vip --ip 10.1.1.1,10.1.1.2,10.1.1.3', /needs a virtual address/],
    ['vip --ip 10.1.1.1,10.1.1.2,10.1.1.3 --vip 10.1.1.2', /belongs to a machine/],
    ['vip --ip 10.1.1.1,10.1.1.2,10.1.1.3 --vip 10.9.1.2', /not in the network of 10\.9\.1\.2\/24/],
    ['vip --ip 10.1.1.1,10.1.1.2,10.1.1.3 --vip x', /no address with a prefix length/],
    ['vip --ip 10.1.1.1,10.1.1.2,10.1.1.3 --vip 10.1.1.9/99', /no address with a prefix length/],
    ['hha --ip 10.1.1.1', /Choices|did you mean/],
  ] as const) {
    const desk = new Desk();
    const { code, err } = await desk.pigstyc(['init', ...args.split(' ').filter((word) => word !== '')]);
    assert.is(code, 2, err);
    assert.match(err, said);
    assert.not.ok(desk.has('pigsty.yml') || desk.has('.gitignore'));
  }
});

test('nothing is overwritten, and a .gitignore keeps what it has', async () => {
  const desk = new Desk();
  desk.system.writeFile('pigsty.yml', 'mine', 0o644);
  desk.system.writeFile('.gitignore', 'mine\n*.key', 0o644);
  const { code, err } = await desk.pigstyc(['init', '--ip', '10.1.1.1']);
  assert.is(code, 2);
  assert.match(err, 'is there already');
  assert.is(desk.read('pigsty.yml'), 'mine');
  assert.is((await desk.pigstyc(['init', 'single', 'other.yml', '--ip', '10.1.1.1'])).code, 0);
  assert.is(desk.read('.gitignore'), 'mine\n*.key\n.pigstyc/\nsealed/\n');
});

test('passwords differ, are never shown, and can be vaults or references', async () => {
  const desk = new Desk();
  desk.system.writeFile('word', 'open sesame\n', 0o600);
  const { err } = await desk.pigstyc(['init', 'full', 'plain.yml', '--ip', addresses(3)]);
  const words = [...desk.read('plain.yml').matchAll(/(?:password|pass|_key|_secret): (\w{24})\b/g)].map(
    ([, word]) => word!,
  );
  assert.ok(words.length >= 13);
  assert.is(new Set(words).size, words.length - 1, 'only the backup user and its repository share one');
  assert.not.ok(words.some((word) => err.includes(word)));

  const vault = ['--vault-password-file', 'word'];
  const sealed = await desk.pigstyc(['init', 'full', 'sealed.yml', '--ip', addresses(3), '--vault', ...vault]);
  assert.is(sealed.code, 0, sealed.err);
  const text = desk.read('sealed.yml');
  assert.is(text.match(/!vault/g)!.length, words.length);
  const checked = await desk.pigstyc(['check', '--strict', 'sealed.yml', ...vault]);
  assert.match(checked.out, 'no problems');

  await desk.pigstyc(['init', 'full', 'env.yml', '--ip', addresses(3), '--env-file', 'secrets.env']);
  assert.is(desk.system.stat('secrets.env')!.mode, 0o600);
  assert.match(desk.read('.gitignore'), '/secrets.env\n');
  const variables = Object.fromEntries(
    desk
      .read('secrets.env')
      .trim()
      .split('\n')
      .map((line) => line.split('=')),
  ) as Record<string, string>;
  const env = await desk.pigstyc(['check', '--strict', 'env.yml'], variables);
  assert.match(env.out, 'no problems', env.out);
});

test.run();
