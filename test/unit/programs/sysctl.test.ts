import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { sysctlNameProblem, sysctlValueProblem } from '../../../compiler/programs/sysctl.ts';

const test = suite('programs: sysctl');

/** Settings of the machine that runs the test, with their values. */
function settings(directory: string): (readonly [name: string, value: string])[] {
  return readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    const path = `${directory}/${entry.name}`;
    if (entry.isDirectory()) return settings(path);
    const value = readable(path);
    return value === undefined || value === '' ? [] : [[path.slice('/proc/sys/'.length).replaceAll('/', '.'), value]];
  });
}

function readable(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return undefined;
  }
}

test('what this kernel is set to is accepted', () => {
  if (!existsSync('/proc/sys/vm')) return;
  const found = ['vm', 'fs', 'net/ipv4', 'net/core', 'kernel'].flatMap((family) => settings(`/proc/sys/${family}`));
  assert.ok(found.length > 100);
  for (const [name, value] of found) {
    assert.is(sysctlValueProblem(name, value), undefined, `${name} = ${value}`);
    assert.is(sysctlNameProblem(name), undefined, name);
  }
});

test('numbers are digits, within what the kernel takes', () => {
  for (const [name, value] of [
    ['vm.swappiness', 'abc'],
    ['vm.swappiness', 201],
    ['vm.swappiness', -1],
    ['vm.overcommit_memory', 3],
    ['fs.file-max', '16M'],
    ['kernel.numa_balancing', false],
  ] as const)
    assert.ok(sysctlValueProblem(name, value), `${name} = ${value}`);
  for (const [name, value] of [
    ['vm.swappiness', 0],
    ['vm.swappiness', '200'],
    ['fs.file-max', '9223372036854775807'],
    ['net.ipv4.ip_local_port_range', '1024\t65000'],
    ['kernel.core_pattern', '|/usr/lib/systemd/systemd-coredump %P'],
  ] as const)
    assert.is(sysctlValueProblem(name, value), undefined, `${name} = ${value}`);
});

test('a letter too few', () => {
  assert.match(sysctlNameProblem('vm.swapiness')?.help ?? '', 'vm.swappiness');
  assert.is(sysctlNameProblem('net.bridge.bridge-nf-call-iptables'), undefined);
});

test.run();
