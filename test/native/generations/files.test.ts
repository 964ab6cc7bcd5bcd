/**
 * Every file of every scenario through the program that reads it on the host, in the generations of Debian whose roots are there:
 * each host's real (sealed) files are laid over a copy of the root and checked there, in namespaces of their own (check-host.sh).
 * A broken file of each kind must be refused. PIGSTYC_MATRIX=1 (`npm run matrix`) writes the table of docs/reliability.md.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { filesBelow } from '../../support/golden.ts';
import { chosen, isWhole } from '../../support/share.ts';
import { run } from '../node/checker.ts';
import { addressOf, build, clusters, hostsOf, pathsOf, SCENARIOS } from './bundles.ts';
import { CONSUMERS, GENERATIONS, UNREAD, type Generation } from './consumers.ts';
import { committedRows, rowsOf, writeMatrix, type Server } from './matrix.ts';
import { isReady, majorsOf, PLATFORM, SERVERS, Stage, versionOfServer, type Verdict } from './roots.ts';

const test = suite('consumers accept every file of every scenario');
/** Hosts that are checked side by side. */
const BESIDE = 3;
const KINDS = CONSUMERS.map(({ kind }) => kind);
const TEMPLATES = ['oltp', 'olap', 'crit', 'tiny'];
const scratch = mkdtempSync(join(tmpdir(), 'pigstyc-files-'));
test.after(() => rmSync(scratch, { recursive: true, force: true }));

/** Two have every kind of file between them, a share of the others is looked at where there is not the time for all of them. */
const scenarios = [...SCENARIOS.slice(0, 2), ...chosen(SCENARIOS.slice(2))];
const ready = GENERATIONS.filter(isReady);
for (const generation of GENERATIONS.filter((one) => !ready.includes(one))) {
  const text = `files in ${generation}: needs root and test/native/generations/build-root.sh ${generation}`;
  // sid is another one every day: it is looked at by hand, and where its root is.
  console.log(generation === 'sid' ? `not run here: ${text}` : `skip: ${text}`);
}

async function besides<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const waiting = [...items];
  const worker = async (): Promise<void> => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: BESIDE }, worker));
}

for (const scenario of scenarios) {
  test(`${scenario}: scripts`, () => {
    const hosts = hostsOf(scenario, 'debian-12', scratch);
    const scripts = filesBelow(hosts).filter((path) =>
      /\/files\//.test(path) ? readFileSync(join(hosts, path), 'utf8').startsWith('#!') : path.endsWith('/apply.sh'),
    );
    assert.ok(scripts.length > 0);
    // What apply.sh sources is the same everywhere and followed once below.
    const paths = scripts.map((path) => join(hosts, path));
    const checked = run(['shellcheck', '--exclude=SC1091', ...paths], { seconds: 300 });
    assert.is(checked.code, 0, checked.output);
    if (scenario !== 'reference') return;
    const apply = join(hosts, '10.10.10.10/apply.sh');
    const followed = run(['shellcheck', '-x', '-P', 'SCRIPTDIR', apply], { seconds: 300 });
    assert.is(followed.code, 0, followed.output);
  });

  test(`${scenario}: each file has one reader, or a reason to have none`, () => {
    const patterns = [...CONSUMERS.flatMap(({ files }) => files), ...Object.values(UNREAD).flat()];
    for (const platform of Object.values(PLATFORM)) {
      const hosts = hostsOf(scenario, platform, scratch);
      const paths = new Set(readdirSync(hosts).flatMap((host) => pathsOf(join(hosts, host))));
      assert.ok(paths.size > 30);
      const wrong = [...paths].filter((path) => patterns.filter((pattern) => pattern.test(path)).length !== 1);
      assert.equal(wrong, [], platform);
    }
  });
}

/** What was seen in a generation over all its hosts. */
interface Seen {
  readonly checked: Set<string>;
  readonly refused: Set<string>;
  readonly absent: Set<string>;
}

function expectKinds(generation: Generation, { checked, refused, absent }: Seen): void {
  const wanted = CONSUMERS.filter(({ kind, not }) => not?.includes(generation) !== true && !absent.has(kind));
  // What sid cannot install on a day is named, and no reason to fail for the others.
  const missing = [...absent].filter((kind) =>
    CONSUMERS.every((one) => one.kind !== kind || !one.not?.includes(generation)),
  );
  if (generation === 'sid')
    for (const kind of missing) console.log(`not run here: ${kind} in sid, which is not installable today`);
  else assert.equal(missing, []);
  assert.equal(
    wanted.map(({ kind }) => kind).filter((kind) => !checked.has(kind)),
    [],
  );
  const controls = wanted.flatMap(({ kind, controls: faults }) => faults.map((_, number) => `${kind} ${number}`));
  assert.equal(
    controls.filter((control) => !refused.has(control)),
    [],
  );
}

const absentIn = new Map<Generation, ReadonlySet<string>>();
for (const generation of ready) {
  const seen: Seen = { checked: new Set(), refused: new Set(), absent: new Set() };
  absentIn.set(generation, seen.absent);
  const stage = new Stage(generation, scratch);
  const note = ({ checked, refused, absent }: Verdict): void => {
    for (const kind of checked.keys()) seen.checked.add(kind);
    for (const control of refused) seen.refused.add(control);
    for (const kind of absent) seen.absent.add(kind);
  };
  for (const scenario of scenarios) {
    test(`${scenario}: files in ${generation}`, async () => {
      const hosts = hostsOf(scenario, PLATFORM[generation], scratch);
      await besides(readdirSync(hosts), async (host) => {
        const verdict = await stage.check(join(hosts, host), host, KINDS);
        note(verdict);
        assert.is(verdict.code, 0, `${host}\n${verdict.output}`);
      });
    });
  }
  test(`${generation}: every kind of file was looked at, and every broken one refused`, () =>
    expectKinds(generation, seen));
}

const servers: Server[] = [];
for (const generation of ready) {
  const all = majorsOf(generation).flatMap((major) => TEMPLATES.map((template) => ({ major, template })));
  test(`${generation}: servers ${majorsOf(generation).join(', ')} with ${TEMPLATES.join(', ')}`, async () => {
    const platform = generation === 'bookworm' ? 'debian-12' : 'pigsty-4.5';
    const hosts = build(clusters(all), platform, join(scratch, `servers-${generation}`));
    const stage = new Stage(generation, join(scratch, 'servers'));
    // The controls are those of the scenarios.
    stage.withoutControls();
    await besides(chosen(all.map((_, at) => at)), async (at) => {
      const host = addressOf(at);
      const { code, output, checked } = await stage.check(join(hosts, host), host, ['postgres'], SERVERS);
      const { major, template } = all[at]!;
      assert.is(code, 0, `${major} ${template}\n${output}`);
      assert.ok((checked.get('postgres') ?? 0) > 5, `${major} ${template}\n${output}`);
      servers.push({ generation, major, template, version: versionOfServer(generation, major) });
    });
  });
}

test('the table of docs/reliability.md has the rows of today’s consumers', () => {
  if (process.env['PIGSTYC_MATRIX'] === '1') {
    assert.ok(isWhole && ready.length === GENERATIONS.length, 'all roots and all shares are needed');
    writeMatrix(absentIn, servers);
  }
  const rows = committedRows();
  assert.equal(rows, rowsOf());
});

test.run();
