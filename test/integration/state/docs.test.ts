/** What the documentation shows is what happens: the consoles of its pages, each in a directory of its own, by the built program. */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';

const test = suite('docs');
const cluster = (net: number): string => `
    etcd: { hosts: { 10.${net}.0.10: { etcd_seq: 1 } }, vars: { etcd_cluster: etcd } }
    pg-meta: { hosts: { 10.${net}.0.10: { pg_seq: 1, pg_role: primary } }, vars: { pg_cluster: pg-meta } }`;
const site = (net: number): string => `all:   # pigstyc: allow PIG5006 a demonstration
  vars: { admin_ip: 10.${net}.0.10, version: v4.5.0, pg_version: 16 }
  children:${cluster(net)}
`;
const FILES = {
  'pigsty.yml': site(1),
  'base.yml': '# pigstyc: allow-file PIG5006 a demonstration\nall: { vars: { node_timezone: UTC } }\n',
  'prod.yml': site(1),
  'staging.yml': site(2),
};

interface Line {
  readonly command: string;
  /** `exit 1: PIG9104` below a command. */
  readonly fails: string | undefined;
}

function consoles(path: string): readonly (readonly Line[])[] {
  return [...readFileSync(path, 'utf8').matchAll(/^```console\n([^]*?)^```/gm)].map(([, text]) => {
    const lines = text!.trimEnd().split('\n');
    return lines.flatMap((line, i): Line[] =>
      line.startsWith('$ ') ? [{ command: line.slice(2), fails: /^exit 1: (.*)$/.exec(lines[i + 1] ?? '')?.[1] }] : [],
    );
  });
}

/** What a page shows step by step belongs together. */
const GUIDE = 'docs/getting-started.md';
const pages = ['docs/state.md', 'docs/ci.md', 'docs/environments.md', 'docs/upgrading.md']
  .flatMap((page) => consoles(page).map((lines): readonly [string, readonly Line[]] => [page, lines]))
  .concat([[GUIDE, consoles(GUIDE).flat()]]);
for (const [i, [page, lines]] of pages.entries()) {
  test(`${page} ${i + 1}: ${lines[0]!.command}`, () => {
    const dir = mkdtempSync(join(tmpdir(), 'pigstyc-docs-'));
    try {
      for (const [name, text] of Object.entries(page === GUIDE ? {} : FILES)) writeFileSync(join(dir, name), text);
      mkdirSync(join(dir, 'bin'));
      writeFileSync(
        join(dir, 'bin/pigstyc'),
        `#!/bin/sh\nexec '${process.execPath}' '${resolve('dist/pigstyc.cjs')}' "$@"\n`,
      );
      chmodSync(join(dir, 'bin/pigstyc'), 0o755);
      const run = (command: string) =>
        spawnSync('sh', ['-c', command], {
          cwd: dir,
          encoding: 'utf8',
          env: { ...process.env, PATH: `${dir}/bin:${process.env['PATH']}` },
        });
      if (page !== GUIDE && !lines[0]!.command.startsWith('pigstyc build')) run('pigstyc build pigsty.yml');
      for (const { command, fails } of lines) {
        const { status, stdout, stderr } = run(command);
        assert.is(status, fails === undefined ? 0 : 1, `${command}\n${stdout}${stderr}`);
        if (fails !== undefined) assert.ok((stdout + stderr).includes(fails), `${command}\n${stdout}${stderr}`);
      }
    } finally {
      rmSync(dir, { recursive: true });
    }
  });
}

test('there are consoles', () => assert.ok(pages.length >= 8));
test.run();
