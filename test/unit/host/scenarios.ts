/** Bundles that together call every function of the runtime, and the hosts they meet. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Effect, RuntimeCall, Step } from '../../../emitters/api.ts';
import { fileStep, GROUP, OWNER, secretStep, type Sandbox } from './harness.ts';

export interface Scenario {
  readonly name: string;
  readonly steps: readonly Step[];
  /** What the host is before anything is applied to it. */
  readonly host?: (box: Sandbox) => void;
  /** Bundles applied before, without faults. */
  readonly before?: readonly (readonly Step[])[];
  readonly options?: readonly string[];
  /** Programs that this host does not have. */
  readonly lacks?: readonly string[];
}

const RELOAD: readonly Effect[] = [{ kind: 'reload', unit: 'web' }];
const RESTART: readonly Effect[] = [{ kind: 'restart', unit: 'web' }];
const GUARDED: readonly Effect[] = [{ kind: 'restart', unit: 'db', guarded: true }];

const call = (fn: RuntimeCall, ...args: readonly string[]): Step => ({ kind: 'call', stage: 'node', name: fn, fn, args });
const unit = (name: string, more: Partial<Extract<Step, { kind: 'unit' }>> = {}): Step => ({ kind: 'unit', stage: 'node', unit: name, enabled: true, state: 'started', ...more });
const dir = (path: string, mode = 0o755): Step => ({ kind: 'dir', stage: 'node', path, owner: OWNER, group: GROUP, mode });

const accounts = (version: string): readonly Step[] => [
  { kind: 'group', stage: 'node', name: 'web', gid: 901 },
  { kind: 'user', stage: 'node', name: 'web', group: 'web', uid: 901, home: '/home/web', shell: version === '1' ? '/bin/sh' : '/bin/bash' },
];
const packages = (version: string): readonly Step[] => [
  { kind: 'package', stage: 'node', names: ['web', ...(version === '1' ? [] : ['web-extras'])] },
  { kind: 'package', stage: 'node', names: ['missing-tool'], optional: true },
];
/** Every kind of file, directory and link. */
const files = (version: string): readonly Step[] => [
  dir('/etc/web', version === '1' ? 0o750 : 0o755),
  { kind: 'link', stage: 'node', path: '/data', target: version === '1' ? '/srv/data' : '/srv/other', owner: OWNER, group: GROUP },
  fileStep('/etc/web/web.conf', `version ${version}\n`, { effects: RELOAD, validate: { command: ['checker', '{}'] } }),
  fileStep('/etc/web/mode.conf', 'the same\n', { mode: version === '1' ? 0o644 : 0o640 }),
  secretStep('/etc/web/secret.env', `secret ${version}`, { effects: RESTART }),
  fileStep('/etc/hosts', `10.0.0.${version} box-1\n`, { manage: 'block', source: 'node/hosts' }),
  { kind: 'absent', stage: 'node', path: '/etc/web/gone.conf', effects: RELOAD },
  { kind: 'absent', stage: 'node', path: '/etc/web/empty', effects: [] },
];
const units = (version: string): readonly Step[] => [
  fileStep('/etc/db.conf', `version ${version}\n`, { effects: GUARDED }),
  fileStep('/etc/systemd/system/web.service', `[Service]\nExecStart=/bin/echo ${version}\n`, { effects: RESTART }),
  ...(version === '1' ? [fileStep('/etc/systemd/system/old.service', '[Service]\n'), unit('old')] : []),
  unit('web'),
  unit('db', { guarded: true }),
  unit('noise', { enabled: undefined, state: undefined, masked: version === '1' }),
  unit('legacy', { enabled: false, state: 'stopped' }),
  { kind: 'probe', stage: 'node', name: 'web answers', command: ['checker', '/etc/passwd'], timeoutSeconds: 5 },
];

const bareHost = (box: Sandbox): void => {
  box.write('/etc/hosts', '127.0.0.1 localhost\n');
  box.write('/etc/web/gone.conf', 'gone\n');
  mkdirSync(`${box.root}/etc/web/empty`);
  for (const state of ['active', 'enabled']) writeFileSync(join(box.fake, state, 'legacy'), '');
};

export const SCENARIOS: readonly Scenario[] = [
  { name: 'accounts', steps: accounts('1') },
  { name: 'accounts that differ', before: [accounts('1')], steps: accounts('2') },
  { name: 'packages', steps: packages('1') },
  { name: 'files of a bare host', host: bareHost, steps: files('1') },
  { name: 'files that change', host: bareHost, before: [files('1')], steps: files('2') },
  { name: 'units of a bare host', host: bareHost, steps: units('1') },
  { name: 'units that change', host: bareHost, before: [units('1')], steps: units('2') },
  { name: 'a restart that is allowed', host: bareHost, before: [units('1'), units('2')], steps: units('2'), options: ['--allow-restart'] },
  { name: 'files put back', host: bareHost, before: [units('1'), units('2')], steps: units('2'), options: ['--rollback'] },
  { name: 'firewalld', steps: [call('firewall_apply', 'zone', '10.0.0.0/8', '22,80')] },
  { name: 'ufw', steps: [call('firewall_apply', 'zone', '10.0.0.0/8', '22,80')], lacks: ['firewall-cmd'] },
  { name: 'no firewall', steps: [call('firewall_apply', 'off')], host: (box) => writeFileSync(join(box.fake, 'active/ufw'), '') },
];
