import { test } from 'uvu';
import * as assert from 'uvu/assert';
import '../../package-text.ts';
import { nodeEmitter } from '../../../emitters/node/index.ts';
import { collected, complaints, transformed } from '../../support/remap.ts';
import { filesOf, fleet } from '../../unit/infra/fleet.ts';

/** Files below /etc/vector that read logs, of every host. */
function configs(globals: Readonly<Record<string, unknown>> = {}): ReadonlyMap<string, string> {
  const site = fleet(globals);
  const all = site.hosts.flatMap((host) => [...filesOf(site, host), ...filesOf(site, host, [nodeEmitter])]);
  return new Map(
    all
      .filter(([path]) => path.startsWith('/etc/vector/') && path !== '/etc/vector/vector.yaml')
      .map(([path, text]) => [/([^/]+)\.yaml$/.exec(path)![1]!, text]),
  );
}

const CONFIGS = configs();
const records = (name: string, log: string, file = '/x.log'): ReturnType<typeof collected> =>
  collected(CONFIGS.get(name)!, log, file);

test('vector accepts every transform: one it refuses keeps all of them from starting', () => {
  assert.equal([...CONFIGS.keys()].sort(), ['grafana', 'nginx', 'node', 'patroni', 'pgbackrest', 'postgres', 'redis']);
  for (const [name, text] of [...CONFIGS, ...configs({ pg_log_dir: `/a "b" c`, pgbackrest_log_dir: '/it\'s/"here"' })])
    assert.equal(complaints(text), [], name);
});

/** A record of an old server: no columns after the program's name. */
const row = (time: string, severity: string, message: string): string =>
  `${time},"u","d",7,"10.0.0.9:1","s.1",3,"idle",2026-01-02 03:00:00 UTC,3/4,0,${severity},00000,"${message}",,,,,,,,,"app"`;

test('a server writes its time in the zone it was told', () => {
  const time = (at: string): unknown => records('postgres', row(at, 'LOG', 'x'))[0]!['_time'];
  assert.is(time('2026-01-02 03:04:05.678 UTC'), '2026-01-02T03:04:05.678Z');
  assert.is(time('2026-01-02 03:04:05.678 +03'), '2026-01-02T00:04:05.678Z');
  assert.is(time('2026-01-02 03:04:05.678 +0530'), '2026-01-01T21:34:05.678Z');
  const [old] = records('postgres', row('2026-01-02 03:04:05.678 UTC', 'FATAL', 'x'));
  assert.equal([old!['level'], old!['btype'], old!['query'], old!['message']], ['crit', '', '', 'x']);
});

test('a record that is not understood arrives as it is, under its labels', () => {
  for (const name of ['postgres', 'patroni', 'pgbackrest', 'redis', 'nginx', 'grafana']) {
    const [event] = records(name, 'no record of any program');
    assert.equal([event!['message'], event!['level']], ['no record of any program', 'info'], name);
    assert.ok(event!['job'] === name && event!['ip'] && event!['_time'], JSON.stringify(event));
  }
});

test('all streams use the words of syslog for levels', () => {
  const level = (name: string, log: string, file?: string): unknown => records(name, log, file)[0]!['level'];
  const servers = { PANIC: 'emerg', FATAL: 'crit', ERROR: 'err', WARNING: 'warning', NOTICE: 'notice', LOG: 'info' };
  for (const [word, expected] of Object.entries({ ...servers, INFO: 'info', DEBUG: 'debug' }))
    assert.is(level('postgres', row('2026-01-02 03:04:05.678 UTC', word, 'x')), expected, word);
  for (const [word, expected] of Object.entries({ CRITICAL: 'crit', ERROR: 'err', WARNING: 'warning', INFO: 'info' }))
    assert.is(level('patroni', `2026-01-02 03:04:05 +0000 ${word}: x`), expected, word);
  for (const [word, expected] of Object.entries({ ERROR: 'err', ' WARN': 'warning', DETAIL: 'debug', ' INFO': 'info' }))
    assert.is(level('pgbackrest', `2026-01-02 03:04:05.678 P00 ${word}: x`), expected, word);
  for (const [word, expected] of Object.entries({ emerg: 'emerg', alert: 'alert', crit: 'crit', warn: 'warning' }))
    assert.is(level('nginx', `2026/01/02 03:04:05 [${word}] 1#1: x`, '/var/log/nginx-error.log'), expected, word);
  assert.is(level('grafana', 'logger=x t=2026-01-02T03:04:05.678+01:00 level=error msg="it broke"'), 'err');
});

test('a traceback belongs to its record', () => {
  const log =
    '2026-01-02 03:04:05 +0100 ERROR: x\nTraceback (most recent call last):\n  File "y"\n2026-01-02 03:04:06 +0100 INFO: z\n';
  assert.equal(
    records('patroni', log).map(({ message, _time }) => [message, _time]),
    [
      ['x\nTraceback (most recent call last):\n  File "y"', '2026-01-02T02:04:05Z'],
      ['z', '2026-01-02T02:04:06Z'],
    ],
  );
});

test('fields of Grafana stay, its labels are ours', () => {
  const [event] = records(
    'grafana',
    'logger=sql t=2026-01-02T03:04:05.678+01:00 level=warn msg="two words" job=other uid=7',
  );
  assert.equal(
    ['message', '_time', 'logger', 'uid', 'job', 'level'].map((field) => event![field]),
    ['two words', '2026-01-02T02:04:05.678Z', 'sql', '7', 'grafana', 'warning'],
  );
});

test('the journal: time of the event, level of its priority, program and unit', () => {
  const [event] = transformed(
    CONFIGS.get('node')!,
    { message: 'x', PRIORITY: '3', _SYSTEMD_UNIT: 'etcd.service', SYSLOG_IDENTIFIER: 'etcd', _PID: '9' },
    '2026-01-02T03:04:05.678Z',
  );
  assert.equal(
    ['_time', 'level', 'unit', 'app', 'pid', 'job'].map((field) => event![field]),
    ['2026-01-02T03:04:05.678Z', 'err', 'etcd', 'etcd', '9', 'syslog'],
  );
});

test.run();
