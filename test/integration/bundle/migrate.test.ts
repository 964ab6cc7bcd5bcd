/** make migrate.CLUSTER: the member that leads is asked, in the operator's words; a change needs the cluster's name. */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Site } from '../../../compiler/model/site.ts';
import { makefile } from '../../../compiler/phases/9-bundle/makefile.ts';
import { HOSTS, site } from './build.ts';

/** ssh to a site where LEADER leads: a shell that prints the words of pg-migrate. */
const SSH = `#!/bin/bash
pg-pitr() { if [[ $host == "$LEADER" ]]; then echo leads; else echo follows; fi; }
pg-migrate() { printf '%s:' "$host"; printf ' <%s>' "$@"; }
host=$1
eval "\${2//\\/usr\\/libexec\\/pigstyc\\//}"
`;
const SITE_HOSTS = HOSTS.map((host, index) => ({ ...host, params: { ...host.params, pgPort: 5432 + index } }));
const [A, B] = HOSTS.map(({ name }) => name) as [string, string];
const FROM = 'host=10.9.9.9,10.9.9.8 port=5432 user=dba passfile=/pg/old.pgpass';

/** What make says, and whether it succeeds, on a site where `leader` leads. */
function migrate(leader: string, ...words: readonly string[]): { readonly code: number | null; readonly text: string } {
  const base = mkdtempSync(join(tmpdir(), 'pigstyc-migrate-'));
  try {
    const members = SITE_HOSTS.map((host) => ({ host }));
    const pgClusters = ['pg-new', 'pg-old'].map((name) => ({ name, members, upstream: undefined }));
    const names = HOSTS.map(({ name }) => name);
    writeFileSync(join(base, 'Makefile'), makefile({ ...site(SITE_HOSTS), pgClusters } as unknown as Site, names));
    writeFileSync(join(base, 'ssh'), SSH);
    chmodSync(join(base, 'ssh'), 0o755);
    const options = ['-s', '-C', base, `SSH=${join(base, 'ssh')}`, 'SUDO=', 'migrate.pg-new'];
    const done = spawnSync('make', [...options, ...words], {
      encoding: 'utf8',
      env: { ...process.env, LEADER: leader, FROM: 'host=10.9.9.9', STEP: 'finish', CONFIRM: 'pg-new' },
    });
    return { code: done.status, text: done.stdout + done.stderr };
  } finally {
    rmSync(base, { recursive: true });
  }
}

test('the member that leads plans, and does what is confirmed', () => {
  assert.equal(migrate(B, `FROM=${FROM}`), { code: 0, text: `${B}: <plan> <${FROM}>` });
  const step = migrate(A, `FROM=${FROM}`, 'STEP=switch', 'CONFIRM=pg-new');
  assert.equal(step, { code: 0, text: `${A}: <switch> <${FROM}>` });
});

test('a cluster of the inventory is all its members', () => {
  const { text } = migrate(A, 'FROM=pg-old', 'STEP=status');
  assert.is(text, `${A}: <status> <host=${HOSTS.map(({ name }) => name).join(',')} port=5432,5433,5434>`);
});

test('without an origin, its confirmation or a leader nothing is asked', () => {
  for (const [leader, words, why] of [
    [A, [], /FROM=CLUSTER, or FROM='host=… port=…'/],
    [A, [`FROM=${FROM}`, 'STEP=switch'], /STEP=switch CONFIRM=pg-new with the same FROM/],
    [A, [`FROM=${FROM}`, 'STEP=finish', 'CONFIRM=pg-old'], /CONFIRM=pg-new/],
    ['10.0.0.9', [`FROM=${FROM}`], /no member of pg-new leads/],
  ] as const) {
    const { code, text } = migrate(leader, ...words);
    assert.is(code, 2, text);
    assert.match(text, why);
  }
});

test.run();
