/** make pitr.CLUSTER leads every host through its part, in order, and takes back what fails before the DCS has forgotten. */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Site } from '../../../compiler/model/site.ts';
import { makefile } from '../../../compiler/phases/9-bundle/makefile.ts';
import { HOSTS, site } from './build.ts';

const [A, B, C] = HOSTS.map(({ name }) => name) as [string, string, string];
const CLUSTER = { name: 'pg-main', members: HOSTS.map((host) => ({ host })), upstream: undefined };
const MOMENT = '2030-01-01 12:00:00+00';

interface Answers {
  /** What `state` says on each host; `follows` elsewhere. */
  readonly states?: Readonly<Record<string, string>>;
  /** HOST PART that fails. */
  readonly fails?: string;
}

/** What was asked of whom, a line each. */
function pitr(
  words: readonly string[],
  { states = { [B]: 'leads' }, fails = '-' }: Answers = {},
): {
  readonly code: number | null;
  readonly parts: readonly string[];
  readonly text: string;
} {
  const base = mkdtempSync(join(tmpdir(), 'pigstyc-pitr-'));
  try {
    const program = (name: string, text: string): string => {
      writeFileSync(join(base, name), `#!/bin/bash\n${text}\n`);
      chmodSync(join(base, name), 0o755);
      return join(base, name);
    };
    const cases = Object.entries(states).map(([host, state]) => `${host}) echo ${state} ;;`);
    const ssh = program(
      'ssh',
      `pigstyc() { call="$HOST $*"; }; HOST=$1; eval "\${2/\\/usr\\/libexec\\/pigstyc\\/pg-pitr/pigstyc}"
      echo "$call" >>${base}/parts; case $call in '${fails}'*) exit 1 ;; *' state') case $HOST in ${cases.join(' ')} \
*) echo follows ;; esac ;; esac`,
    );
    const make = program('make', `echo "make \${*:2}" >>${base}/parts`);
    const whole = { ...site(), pgClusters: [CLUSTER] } as unknown as Site;
    writeFileSync(join(base, 'Makefile'), makefile(whole, [A, B, C]));
    const options = ['-s', '-C', base, `SSH=${ssh}`, 'SUDO=', `MAKE=${make}`, 'pitr.pg-main'];
    const done = spawnSync('make', [...options, ...words], {
      encoding: 'utf8',
      env: { ...process.env, HOST: A, TARGET: 'x', CONFIRM: 'pg-main', FROM: 'x', SET: 'x', TIMELINE: '9' },
    });
    const parts = readFileSync(join(base, 'parts'), 'utf8').trim().split('\n');
    return {
      code: done.status,
      parts: parts.filter((part) => !part.endsWith(' state')),
      text: done.stdout + done.stderr,
    };
  } finally {
    rmSync(base, { recursive: true });
  }
}

test('without its confirmation it is a plan', () => {
  for (const words of [[], ['CONFIRM=pg-other']]) {
    const { code, parts, text } = pitr([`TARGET=${MOMENT}`, 'FROM=pg-old', 'TIMELINE=2', ...words]);
    assert.equal([code, parts], [0, [`${B} plan ${MOMENT} --from=pg-old --timeline=2`]]);
    assert.match(text, 'CONFIRM=pg-main');
  }
});

test('replicas stop first, the leader is restored and leads, the others copy it', () => {
  const { code, parts, text } = pitr([`TARGET=${MOMENT}`, 'CONFIRM=pg-main']);
  assert.is(code, 0, text);
  assert.equal(parts, [
    `${B} ready ${MOMENT}`,
    `${A} stop`,
    `${C} stop`,
    `${B} stop`,
    `${B} restore ${MOMENT}`,
    `${B} lead`,
    `make ${B}`,
    `${A} follow`,
    `${C} follow`,
    `make -k ${A} ${C}`,
    `${B} finish`,
  ]);
});

test('what fails is taken back everywhere, and what is not possible stops nothing', () => {
  const back = [`${B} back`, `${A} back`, `${C} back`];
  for (const [fails, behind] of [
    [`${B} ready`, []],
    [`${C} stop`, back],
    [`${B} stop`, back],
    [`${B} restore`, back],
    [`${B} lead`, back],
  ] as const) {
    const { code, parts } = pitr([`TARGET=${MOMENT}`, 'CONFIRM=pg-main'], { fails });
    assert.is(code, 2, fails);
    assert.equal(parts.slice(parts.findIndex((part) => part.startsWith(fails)) + 1), behind, fails);
  }
  assert.equal(pitr(['TARGET=back']).parts, back);
  const off = pitr(['TARGET=back'], { fails: `${B} back` });
  assert.equal([off.code, off.parts], [2, back], 'a host that is off keeps nobody from going back');
  assert.match(off.text, `${B} was not taken back: when it answers, make pitr.pg-main with the same words`);
  const { code, parts, text } = pitr([`TARGET=${MOMENT}`, 'CONFIRM=pg-main'], { fails: `${C} state` });
  assert.equal([code, parts], [2, []]);
  assert.match(text, `${C} does not answer`);
});

test('a source that lives archives first; the host that has begun goes on; where nobody leads, HOST says who is restored', () => {
  const main = (states: Readonly<Record<string, string>>, ...words: readonly string[]): string =>
    pitr([`TARGET=${MOMENT}`, ...words], { states }).parts[0]!.split(' ')[0]!;
  const { parts } = pitr([`TARGET=${MOMENT}`, 'CONFIRM=pg-main', 'FROM=pg-main']);
  assert.equal(parts.slice(0, 4), [
    ...[A, B, C].map((host) => `${host} archive`),
    `${B} ready ${MOMENT} --from=pg-main`,
  ]);
  assert.is(main({ [A]: 'leads', [C]: 'recovering' }, `HOST=${B}`), C);
  assert.is(main({ [A]: 'down', [B]: 'down', [C]: 'down' }), A);
  assert.is(main({ [A]: 'down', [B]: 'down', [C]: 'down' }, `HOST=${B}`), B);
});

test.run();
