/** Lines in the language of another program: what compiler/programs/ takes, the program takes; what it refuses, the program refuses. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { lineProblem } from '../../compiler/programs/lines.ts';
import { nativeTest, run } from './node/checker.ts';

const test = suite('lines for other programs');

interface Samples {
  readonly good: readonly string[];
  readonly bad: readonly string[];
}

/** Asks both about every sample; `accepts` is the program's word. */
function compare(grammar: string, { good, bad }: Samples, accepts: (line: string) => boolean): void {
  for (const line of [...good, ...bad]) {
    assert.is(lineProblem(grammar, line) === undefined, good.includes(line), `${grammar}: ${line}`);
    assert.is(accepts(line), good.includes(line), `the program: ${line}`);
  }
}

const SERVER: Samples = {
  good: [
    'inter 3s fastinter 1s downinter 5s rise 3 fall 3 on-marked-down shutdown-sessions slowstart 30s maxconn 3000 maxqueue 128 weight 100',
    ...[
      'inter 2',
      'inter 500ms',
      'inter 1d',
      'weight 256',
      'weight 50%',
      'rise 1',
      'maxqueue 0',
      'check backup',
      'cookie "a b"',
    ],
    ...[
      'on-error mark-down',
      'on-marked-up shutdown-backup-sessions',
      'verify required',
      'ssl-min-ver TLSv1.2',
      'send-proxy-v2',
    ],
    ...[
      'init-addr last,libc,none',
      'resolve-prefer ipv6',
      'observe layer4',
      'tcp-ut 5s',
      'pool-max-conn -1',
      'disabled',
      'check # inter x',
    ],
  ],
  bad: [
    ...['inter 2x', 'inter 1.5s', 'inter 3S', 'inter 0', 'slowstart', 'weight 257', 'weight -1', 'rise 0', 'fall x'],
    ...[
      'on-marked-down shutdown-session',
      'on-error markdown',
      'verify maybe',
      'resolve-prefer ipv5',
      'ssl-min-ver TLSv1.9',
      'ws h3',
    ],
    ...['observe layer5', 'send-proxy-v3', 'error-limit 0', 'cookie', 'chek', 'check 5', 'max_conn 5'],
  ],
};

const LINES: Samples = {
  good: [
    ...[
      'option httpchk GET /x',
      'option tcpka',
      'option tcp-check',
      'no option splice-auto',
      'option forwardfor',
      'option redispatch',
    ],
    ...[
      'timeout server 5m',
      'timeout check 500ms',
      'http-check expect status 200',
      'stick-table type ip size 1m expire 10m',
      'retries 3',
    ],
    ...[
      'cookie x insert',
      'acl a src 10.0.0.0/8',
      'fullconn 5',
      'hash-type consistent',
      'log global',
      'default-server check',
      '# a remark',
      '',
    ],
  ],
  bad: [
    ...[
      'option htpchk',
      'option',
      'timeout server 5 minutes',
      'timeout serv 5m',
      'timeout connect x',
      'timeout tunnel',
      'sick-table type ip',
    ],
    ...['default-server inter 2x', 'http_check expect status 200', '10.0.0.1:80', 'optoin tcpka'],
  ],
};

nativeTest(test, ['haproxy'], 'HAProxy: options of servers and lines of services', (scratch) => {
  const path = join(scratch, 'haproxy.cfg');
  const times = ' timeout connect 1s\n timeout client 1s\n timeout server 1s\n';
  const accepts = (line: string, server: string): boolean => {
    const listen = `listen a\n bind 127.0.0.1:15999\n ${line}\n default-server ${server}\n server s 127.0.0.1:1\n`;
    writeFileSync(path, `defaults\n mode http\n${times}${listen}`);
    return run(['haproxy', '-c', '-f', path]).code === 0;
  };
  compare('haproxy-server', SERVER, (server) => accepts('retries 3', server));
  compare('haproxy-line', LINES, (line) => accepts(line, 'inter 1s'));
});

const CHRONY: Samples = {
  good: [
    ...[
      'pool pool.ntp.org iburst',
      'server 10.1.1.1 minpoll -7 maxpoll 10 prefer',
      'peer a.lan',
      'server x key 1',
      'server x nts version 4',
    ],
    ...[
      'SERVER x IBURST',
      'server x maxdelay 0.4 offset -0.5',
      'pool x maxsources 4',
      'server x extfield F323',
      '# nothing',
      '! c',
    ],
    ...['local stratum 10', 'makestep 1 3', 'refclock PHC /dev/ptp0'],
  ],
  bad: [
    ...[
      'poool pool.ntp.org iburst',
      'pool.ntp.org',
      '10.1.1.1',
      'server',
      'server 10.1.1.1 ibrust',
      'server 10.1.1.1 minpoll x',
    ],
    ...['server x key 0', 'server x maxpoll', 'server x prefer # main', 'server x extfield F999', 'servr x iburst'],
  ],
};

nativeTest(test, ['chronyd'], 'chrony: where the time comes from', (scratch) => {
  compare('chrony', CHRONY, (line) => {
    writeFileSync(join(scratch, 'chrony.conf'), `${line}\n`);
    return run(['chronyd', '-p', '-f', join(scratch, 'chrony.conf')]).code === 0;
  });
});

test.run();
