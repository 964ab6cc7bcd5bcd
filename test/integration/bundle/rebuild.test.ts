/**
 * A build leaves alone what it would make the same, and nothing else: each kind of input, each kind of change of the
 * bundle, and at random.
 */
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { modelInventory } from '../../../compiler/build/model.ts';
import { recall, Rebuild } from '../../../compiler/build/rebuild.ts';
import { compileFiles } from '../../../compiler/compile.ts';
import { nodeHost } from '../../../compiler/host/host.ts';
import { locateState } from '../../../compiler/state/locate.ts';
import { prepareMaterials } from '../../../compiler/state/materials.ts';
import {
  assertAsFresh,
  build,
  built,
  content,
  dying,
  HOSTS,
  inventory,
  write,
  type Choices,
  type How,
} from './sites.ts';

const [INFRA, , FIRST, SECOND, OTHER] = HOSTS as [string, string, string, string, string];
const YEAR = 365 * 86_400_000;

let dir = '';
test.before.each(() => {
  dir = mkdtempSync(join(tmpdir(), 'pigstyc-rebuild-'));
});
test.after.each(() => rmSync(dir, { recursive: true }));

const at = (path: string): string => join(dir, path);
const declare = (choices: Choices = {}): void => write(at('pigsty.yml'), inventory(choices));

/** What was found out about a host. */
function collect(cpu: number): void {
  const facts = { cpu, memoryMib: 7000, diskGib: 90, arch: 'x86_64', os: { vendor: 'debian', version: '12' } };
  write(at(`facts/${FIRST}.json`), JSON.stringify(facts));
}

/** Builds twice, so that the second one has all certificates to keep. */
async function settled(choices: Choices = {}, how: How = {}): Promise<void> {
  declare(choices);
  for (const _ of [1, 2]) await built(dir, how);
}

/** What a build of other choices would leave alone: of each host `all`, or the paths of files. */
function lefts(choices: Choices): ReadonlyMap<string, 'all' | readonly string[]> {
  declare(choices);
  const system = nodeHost();
  const checked = compileFiles(system, { files: [at('pigsty.yml')], demo: true }).checked();
  const { site } = modelInventory(checked)!;
  const [materials] = prepareMaterials(system, checked, site);
  const [place] = locateState(system, [at('pigsty.yml')]);
  const last = recall(system, place!, at('out'), 'a');
  const rebuild = new Rebuild({ host: system, directory: at('out') }, site, 'a', materials!.pki, materials!.own!, last);
  return new Map(
    site.hosts.map((host) => {
      const left = rebuild.left(host);
      return [host.name, left === undefined ? [] : 'name' in left ? 'all' : [...left.kept.keys()]];
    }),
  );
}

const records = (): readonly string[] => readdirSync(at('.pigstyc')).filter((name) => name.startsWith('built-'));

test('nothing changed: nothing is rendered, and the result says the same', async () => {
  await settled();
  const before = content(dir);
  const { read, bundle, diagnostics } = await built(dir);
  assert.equal(read, []);
  assert.equal([bundle!.written, bundle!.removed], [[], []]);
  const fresh = await built(dir, { fresh: true });
  assert.equal(fresh.read, HOSTS);
  assert.is(bundle!.unchanged, fresh.bundle!.unchanged);
  assert.equal(
    diagnostics.map(({ message }) => message),
    fresh.diagnostics.map(({ message }) => message),
  );
  assert.equal(content(dir), before);
});

test('a cluster that changed reaches its hosts, and of those that watch the site only who reads what changed', async () => {
  await settled();
  declare({ workMem: 9 });
  assert.equal((await built(dir)).read, [FIRST]);
  await assertAsFresh(dir);
});

test('what every host sees of the others reaches all', async () => {
  await settled();
  declare({ etcdPort: 2479 });
  assert.equal((await built(dir)).read, HOSTS);
  await assertAsFresh(dir);
});

test('a parameter of all hosts reaches those that read it, and of their files those that do', async () => {
  await settled();
  declare({ more: ', grafana_port: 3001' });
  assert.equal((await built(dir)).read, [INFRA]);
  await assertAsFresh(dir);
  const before = lefts({ more: ', grafana_port: 3001, pg_max_conn: 321' });
  assert.equal([...before.keys()], HOSTS);
  assert.equal([before.get(OTHER), before.get('10.0.0.2')], ['all', 'all']);
  const kept = before.get(FIRST)!;
  assert.ok(kept.includes('etc/pigstyc/instance.env') && kept.includes('pg/cert/server.key'));
  assert.not.ok(kept.includes('pg/conf/pg-a-1.yml'));
  await built(dir);
  await assertAsFresh(dir);
});

test('the environment and files that the inventory names', async () => {
  write(at('word'), 'File.Secret-1\n');
  const ofSecond = ', pg_monitor_password: "${env:WORD}", pg_admin_password: "${file:word}"';
  await settled({ ofSecond }, { env: { WORD: 'Env.Secret-1' } });
  const env = { WORD: 'Env.Secret-2' };
  assert.ok((await built(dir, { env })).read.includes(SECOND));
  await assertAsFresh(dir, { env });
  write(at('word'), 'File.Secret-2\n');
  assert.ok((await built(dir, { env })).read.includes(SECOND));
  await assertAsFresh(dir, { env });
});

test('facts, assets, salts, the platform, other options', async () => {
  write(at('more.sql'), 'SELECT 1;\n');
  const ofSecond = ', pg_databases: [{ name: app, baseline: more.sql }]';
  await settled({ ofSecond });
  write(at('more.sql'), 'SELECT 2;\n');
  assert.ok((await built(dir)).read.includes(SECOND));
  await assertAsFresh(dir);
  collect(3);
  assert.ok((await built(dir)).read.includes(FIRST));
  await assertAsFresh(dir);
  write(at('salts.json'), JSON.stringify({ 'pg-b': { report: `4096:${Buffer.alloc(16, 3).toString('base64')}` } }));
  assert.ok((await built(dir)).read.includes(SECOND));
  await assertAsFresh(dir);
  await built(dir, { platform: 'debian-13' });
  await assertAsFresh(dir, { platform: 'debian-13' });
});

test('another build of the program renders all', async () => {
  await settled();
  assert.equal((await built(dir, { program: 'b' })).read, HOSTS);
  assert.equal((await built(dir, { program: 'b' })).read, []);
});

test('certificates: a new one, another authority, and the time', async () => {
  await settled();
  rmSync(at('pki/pgsql/pg-a-1.crt'));
  assert.equal((await built(dir)).read, [FIRST]);
  await assertAsFresh(dir);
  await built(dir);
  const late = { now: Date.now() + 19.95 * YEAR };
  const { announcements, read } = await built(dir, late);
  assert.match(announcements!.join('\n'), /signed/);
  assert.ok(read.includes(FIRST) && read.includes(INFRA));
  await assertAsFresh(dir, late);
  renameSync(at('pki'), at('pki.old'));
  assert.equal((await built(dir, { newAuthority: true })).read, HOSTS);
  await assertAsFresh(dir);
});

test('a certificate that somebody replaced is looked at again', async () => {
  await settled();
  writeFileSync(at('pki/pgsql/pg-a-1.crt'), readFileSync(at('pki/pgsql/pg-b-1.crt')));
  assert.match((await built(dir)).announcements!.join('\n'), /1 certificate signed \(pgsql\/pg-a-1\)/);
  await assertAsFresh(dir);
});

test('another key of the site', async () => {
  await settled();
  rmSync(at('.pigstyc/key'));
  assert.equal((await built(dir, { newAuthority: true })).read, HOSTS);
  await assertAsFresh(dir);
});

test('a bundle that somebody changed is repaired', async () => {
  await settled();
  const path = `out/hosts/${FIRST}/files/etc/pigstyc/instance.env`;
  const changes: readonly (readonly [string, () => void])[] = [
    [
      'edited, with the size and time it had',
      () => {
        const { atime, mtime } = lstatSync(at(path));
        writeFileSync(at(path), readFileSync(at(path), 'latin1').replace(/.$/m, '!'));
        utimesSync(at(path), atime, mtime);
      },
    ],
    ['removed', () => rmSync(at(path))],
    ['with another mode', () => chmodSync(at(path), 0o600)],
    ['a directory removed', () => rmSync(at(`out/hosts/${FIRST}/files/etc`), { recursive: true })],
    ['a sealed file readable', () => chmodSync(at(`out/hosts/${FIRST}/sealed/manifest.tsv`), 0o644)],
    ['the copy of the library', () => writeFileSync(at(`out/hosts/${FIRST}/lib.sh`), 'exit\n')],
  ];
  for (const [name, change] of changes) {
    change();
    assert.equal((await built(dir)).read, [FIRST], name);
    await assertAsFresh(dir);
    assert.equal((await built(dir)).read, [], name);
  }
  for (const file of ['Makefile', 'manifest.json', 'shared/lib.sh', 'ssh_config']) {
    writeFileSync(at(`out/${file}`), `${readFileSync(at(`out/${file}`), 'utf8')}\n`);
    await built(dir);
    await assertAsFresh(dir);
  }
});

test('a link below a host is refused, a file of somebody else stays', async () => {
  await settled();
  write(at(`out/hosts/${FIRST}/files/mine`), 'mine\n');
  assert.equal((await built(dir)).read, [FIRST]);
  assert.is(readFileSync(at(`out/hosts/${FIRST}/files/mine`), 'utf8'), 'mine\n');
  renameSync(at(`out/hosts/${FIRST}/files/etc`), at('elsewhere'));
  symlinkSync(at('elsewhere'), at(`out/hosts/${FIRST}/files/etc`));
  assert.is((await build(dir)).diagnostics.find(({ severity }) => severity === 'error')?.slug, 'output-has-link');
});

test('hosts that come, leave, and are selected', async () => {
  await settled();
  declare({ more: ', node_timezone: Asia/Tokyo', zone: 'UTC' });
  const text = inventory({ workMem: 9 });
  write(at('pigsty.yml'), text.replace('{ 10.0.0.7: {} }', '{ 10.0.0.7: {}, 10.0.0.8: {} }'));
  await built(dir);
  await assertAsFresh(dir);
  write(at('pigsty.yml'), inventory({ workMem: 9, password: 'Other.Secret-1' }));
  await built(dir, { limit: 'pg-a,redis-a' });
  assert.ok((await built(dir)).read.includes(SECOND));
  const hosts = [...content(dir).keys()].filter((path) => path.startsWith('hosts/10.0.0.8/'));
  assert.equal(hosts, []);
  const limited = await built(dir, { limit: OTHER });
  assert.equal([limited.read, (await built(dir)).read], [[], []]);
});

test('the record is private, holds no secret, and counts only with the key of the site and for this bundle', async () => {
  await settled();
  const [name] = records();
  const path = at(`.pigstyc/${name}`);
  assert.is(lstatSync(path).mode & 0o777, 0o600);
  assert.is(readFileSync(at('.pigstyc/.gitignore'), 'utf8'), '*\n');
  const text = readFileSync(path, 'utf8');
  for (const secret of ['First.Secret-1', readFileSync(at('.pigstyc/key'), 'utf8').trim(), 'PRIVATE KEY'])
    assert.not.ok(text.includes(secret));
  // What somebody writes without the key is not believed, whatever it says.
  declare({ workMem: 9 });
  const lied = text.replace(/(?<="digests":\[")./, '~');
  for (const planted of [lied, '', '{}\n{}\n', text.slice(0, 100)]) {
    writeFileSync(path, planted);
    assert.equal((await built(dir)).read, HOSTS);
  }
  await assertAsFresh(dir);
  const copied = readFileSync(path);
  rmSync(at('out'), { recursive: true });
  await built(dir, { program: undefined });
  writeFileSync(path, copied);
  assert.equal((await built(dir)).read, HOSTS);
});

test('the committed key of an example keeps no record', async () => {
  declare({ password: 'DBUser.Meta' });
  write(at('.pigstyc-demo-key'), `${'0123456789abcdef'.repeat(4)}\nDBUser.Meta\n`);
  for (const _ of [1, 2]) await build(dir);
  assert.not.ok(existsSync(at('.pigstyc')));
});

test('records of bundles that are gone are removed, and one that cannot be written is no error', async () => {
  await settled();
  await built(dir, { out: 'second' });
  assert.is(records().length, 2);
  rmSync(at('second'), { recursive: true });
  await built(dir, { fresh: true });
  assert.is(records().length, 1);
  const system = nodeHost();
  const full = (path: string): boolean => path.includes('/built-');
  const writeFile: typeof system.writeFile = (path, ...rest) =>
    system.writeFile(full(path) ? '/dev/null/full' : path, ...rest);
  assert.ok((await built(dir, { fresh: true, system: { ...system, writeFile } })).bundle);
});

test('a file that changes while the build runs is not taken for what it made', async () => {
  await settled();
  declare({ workMem: 9 });
  const path = `out/hosts/${FIRST}/files/etc/pigstyc/instance.env`;
  const system = nodeHost();
  const rename: typeof system.rename = (from, to) => {
    if (to.endsWith('/out/manifest.json')) writeFileSync(at(path), 'edited\n');
    system.rename(from, to);
  };
  const before = readFileSync(at(path), 'utf8');
  await built(dir, { system: { ...system, rename } });
  assert.is(readFileSync(at(path), 'utf8'), 'edited\n');
  await built(dir);
  assert.is(readFileSync(at(path), 'utf8'), before);
});

type Action =
  | { readonly kind: 'declare'; readonly choices: Choices }
  | { readonly kind: 'program'; readonly name: string }
  | { readonly kind: 'facts'; readonly cpu: number }
  | { readonly kind: 'edit' | 'remove' | 'mode'; readonly pick: number }
  | { readonly kind: 'kill'; readonly choices: Choices; readonly after: number };

const choices: fc.Arbitrary<Choices> = fc.record({
  zone: fc.constantFrom('UTC', 'Asia/Tokyo'),
  password: fc.constantFrom('First.Secret-1', 'Second.Secret-2'),
  workMem: fc.constantFrom(8, 9),
  etcdPort: fc.constantFrom(2379, 2479),
  turned: fc.boolean(),
  more: fc.constantFrom(
    '',
    ', node_tune: tiny',
    ', pg_max_conn: 321, grafana_port: 3001',
    ', pg_monitor_password: Other.Secret-2, node_hosts: []',
    ', haproxy_admin_password: Other.Secret-3, pg_services: [{ name: more, port: 5555, selector: "[]" }]',
    ', repo_extra_packages: [htop], node_packages: [htop], vlogs_port: 9429',
  ),
  ofSecond: fc.constantFrom('', ', pg_databases: [{ name: app }]', ', patroni_enabled: true, pg_conf: olap.yml'),
});

const actions: fc.Arbitrary<Action> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('declare' as const), choices }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('program' as const), name: fc.constantFrom('a', 'b') }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('facts' as const), cpu: fc.constantFrom(3, 6) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom('edit', 'remove', 'mode'), pick: fc.nat() }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('kill' as const), choices, after: fc.nat(400) }) },
);

test('whatever happened in between, a build makes what a first build makes', async () => {
  let program = 'a';
  const perform = async (action: Action): Promise<void> => {
    if (action.kind === 'program') program = action.name;
    else if (action.kind === 'declare') declare(action.choices);
    else if (action.kind === 'facts') collect(action.cpu);
    else if (action.kind === 'kill') {
      declare(action.choices);
      try {
        await build(dir, { program, system: dying(action.after) });
      } catch (error) {
        assert.is((error as Error).message, 'killed');
      }
    } else {
      const paths = [...content(dir).keys()].filter((path) => path.startsWith('hosts/'));
      const path = at(`out/${paths[action.pick % paths.length]}`);
      if (action.kind === 'edit') writeFileSync(path, `${readFileSync(path, 'latin1')}#`, 'latin1');
      else if (action.kind === 'mode') chmodSync(path, 0o640);
      else rmSync(path);
    }
  };
  await settled();
  await fc.assert(
    fc.asyncProperty(fc.array(actions, { minLength: 1, maxLength: 3 }), async (list) => {
      for (const action of list) {
        await perform(action);
        await built(dir, { program });
      }
      await assertAsFresh(dir);
    }),
    { numRuns: Number(process.env['REBUILDS'] ?? 8), endOnFailure: true },
  );
});

test.run();
