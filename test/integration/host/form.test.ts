/** What a host has in another form, such as a former tool has left it: the file becomes ours, and nothing that runs notices. */
import { readFileSync } from 'node:fs';
import { suite, type Context } from 'uvu';
import * as assert from 'uvu/assert';
import { parseManifest } from '../../../compiler/phases/9-bundle/manifest.ts';
import { sameForm } from '../../../compiler/review/impact/same-form.ts';
import type { Effect, Step } from '../../../emitters/api.ts';
import { fileStep, Sandbox } from './harness.ts';

interface World extends Context {
  box: Sandbox;
}

const test = suite<World>('form');
test.before.each((world) => {
  world.box = new Sandbox();
});
test.after.each(({ box }) => box.close());

interface Managed {
  readonly path: string;
  readonly bundle: string;
  readonly effects: string;
}

/** Files of the example whose change restarts something, and which hold settings. */
const FILES: readonly Managed[] = parseManifest(readFileSync('out/manifest.json', 'utf8'))!
  .hosts.find(({ name }) => name === '10.10.10.11')!
  .files.filter(
    ({ path, effects }) => /restart/.test(effects) && /^\/etc\/(systemd\/system|default)\/|etcd\.conf$/.test(path),
  );
const text = ({ bundle }: Managed): string => readFileSync(`out/hosts/10.10.10.11/files/${bundle}`, 'utf8');
const unitOf = ({ effects }: Managed): string => /restart!? (\S+)/.exec(effects)![1]!;

/** The same settings as another hand writes them: other words, blanks and quotes, no comments, and the keys of each section from behind. */
function otherForm(path: string, content: string): string {
  const yaml = /\.(conf|yml)$/.test(path);
  const isUnit = path.startsWith('/etc/systemd/');
  const blocks: string[][] = [[]];
  for (const line of content.split('\n')) {
    if (/^\s*([#;].*|---)?$/.test(line)) continue;
    if (/^\[/.test(line) || (yaml && /^\S/.test(line))) blocks.push([]);
    if (!isUnit || !/^(Description|Documentation|After|Wants|RestartSec)=/.test(line))
      blocks.at(-1)!.push(restyled(line, yaml, isUnit));
  }
  const own = blocks.filter((block) => block.length > 0);
  const sorted = yaml
    ? own.reverse()
    : own.map(([head, ...rest]) => (/^\[/.test(head!) ? [head!, ...stable(rest)] : [head!, ...rest]));
  return `; written by another\n\n${sorted.map((block) => block.join('\n')).join('\n')}\n`;
}

/** Reversed, but keys that are there several times stay in their order. */
function stable(lines: readonly string[]): readonly string[] {
  const keys = [...new Set(lines.map((line) => line.split('=')[0]!))].reverse();
  return keys.flatMap((key) => lines.filter((line) => line.split('=')[0] === key));
}

function restyled(line: string, yaml: boolean, isUnit: boolean): string {
  if (isUnit) return line;
  const [, head, value] = (yaml ? /^(\s*[\w-]+: +)(.+)$/ : /^(\w+=)(.*)$/).exec(line) ?? [];
  if (value === undefined) return line;
  const plain = value.replace(/^(["'])([^"'\\$]*)\1$/, '$2');
  if (/["'\\$]/.test(plain)) return line;
  return `${head!.replace(': ', ':  ')}"${plain}"`;
}

function steps(file: Managed, content = text(file)): readonly Step[] {
  const effects: readonly Effect[] = [{ kind: 'restart', unit: unitOf(file), guarded: true }];
  return [
    fileStep(file.path, content, { effects }),
    { kind: 'unit', stage: 'node', unit: unitOf(file), enabled: true, state: 'started' },
  ];
}

test('every file of the example that restarts something is told from the same in another form, and by diff, too', ({
  box,
}) => {
  assert.ok(FILES.length > 8, String(FILES.length));
  const others = FILES.map((file) => otherForm(file.path, text(file)));
  FILES.forEach((file, index) => {
    assert.is.not(others[index], text(file), file.path);
    box.write(file.path, others[index]!);
  });
  const units = [...new Set(FILES.map(unitOf))];
  box.build(FILES.flatMap((file) => steps(file)));
  for (const unit of units) for (const state of ['active', 'enabled']) box.mark(state, unit);
  const run = box.apply();
  assert.is(run.code, 0, run.error);
  assert.match(run.output, `changed=${FILES.length} ok=`);
  assert.match(run.output, 'restarted=0 pending=0');
  assert.equal([...new Set(box.calls())], ['daemon-reload']);
  for (const file of FILES) assert.is(box.read(file.path), text(file), file.path);
  FILES.forEach((file, index) => {
    assert.ok(sameForm(file.path, others[index]!, text(file)), file.path);
  });
});

test('one other value is no form', ({ box }) => {
  const changes: readonly (readonly [string, string, string])[] = [
    ['/etc/systemd/system/patroni.service', 'User=postgres', 'User=root'],
    ['/etc/etcd/etcd.conf', '  cert-file: /etc/etcd/server.crt', '  cert-file: /etc/etcd/other.crt'],
    ['/etc/default/node_exporter', '--collector.tcpstat', '--collector.tcp'],
    ['/etc/systemd/system/vip-manager.service', 'echo 10.10.10.3 ', 'echo 10.10.10.4 '],
  ];
  const changed = changes.map(([path, from, to]) => {
    const file = FILES.find((one) => one.path === path)!;
    const former = otherForm(path, text(file).replace(from, to));
    assert.is.not(former, otherForm(path, text(file)), path);
    box.write(path, former);
    assert.not.ok(sameForm(path, former, text(file)), path);
    return file;
  });
  box.build(changed.flatMap((file) => steps(file)));
  for (const file of changed) for (const state of ['active', 'enabled']) box.mark(state, unitOf(file));
  const run = box.apply();
  for (const file of changed) assert.match(run.output, `pending: restart ${unitOf(file)}:`);
});

test('a setting below another name is another setting', ({ box }) => {
  const file = FILES.find(({ path }) => path.endsWith('etcd.conf'))!;
  box.write(file.path, text(file).replace('peer-transport-security:', 'other-transport-security:'));
  box.build(steps(file));
  for (const state of ['active', 'enabled']) box.mark(state, 'etcd');
  assert.match(box.apply().output, 'pending: restart etcd');
});

test.run();
