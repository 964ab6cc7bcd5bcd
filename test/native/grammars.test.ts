/** What a grammar of schemas/ takes, the program takes; what it refuses, the program refuses. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { patternOf } from '../../compiler/schema/grammars.ts';
import { nativeTest, run } from './node/checker.ts';

const test = suite('grammars of other programs');

interface Samples {
  readonly good: readonly string[];
  readonly bad: readonly string[];
}

/** Asks both about every sample; `accepts` is the program's word. */
function compare(grammar: string, { good, bad }: Samples, accepts: (value: string) => boolean): void {
  const pattern = new RegExp(patternOf(grammar), 'u');
  for (const value of [...good, ...bad]) {
    assert.is(pattern.test(value), good.includes(value), `${grammar}: ${JSON.stringify(value)}`);
    assert.is(accepts(value), good.includes(value), `the program: ${JSON.stringify(value)}`);
  }
}

const BALANCE: Samples = {
  good: ['roundrobin', 'static-rr', 'leastconn', 'first', 'source', 'random', 'random(3)', 'uri depth 3'].concat([
    'url_param id',
    'hdr(host)',
    'hdr(host) use_domain_only',
    'rdp-cookie',
    'rdp-cookie(id)',
    'hash src',
  ]),
  bad: ['round-robin', 'round_robin', 'RoundRobin', 'least_conn', 'random(0)', 'weighted', 'url_param', ''],
};
const LISTEN: Samples = {
  good: ['*', '127.0.0.1', '0.0.0.0', '::1', 'localhost'],
  bad: ['127.0.0.0/8', '127.0.0.1 127.0.0.2', ''],
};

nativeTest(test, ['haproxy'], 'HAProxy: algorithms and addresses', (scratch) => {
  const accepts = (listen: string, balance: string): boolean => {
    const path = join(scratch, 'haproxy.cfg');
    const times = ' timeout connect 1s\n timeout client 1s\n timeout server 1s\n';
    writeFileSync(
      path,
      `defaults\n mode http\n${times}listen a\n bind ${listen}:15999\n balance ${balance}\n server s 127.0.0.1:1\n`,
    );
    return run(['haproxy', '-c', '-f', path]).code === 0;
  };
  compare('balance', { ...BALANCE, bad: BALANCE.bad.filter((value) => value !== '') }, (value) => accepts('*', value));
  compare('listen', { ...LISTEN, bad: LISTEN.bad.filter((value) => value !== '') }, (value) => accepts(value, 'first'));
});

const SAVE: Samples = {
  good: ['900 1', '1 0', '3600 1 300 100'],
  bad: ['900', 'save 900 1', '0 1', '-5 10', '15m 1', '900 -1'],
};

nativeTest(test, ['redis-server'], 'Redis: when snapshots are written', (scratch) => {
  compare('redis-save', SAVE, (value) => {
    const path = join(scratch, 'redis.conf');
    writeFileSync(path, `port 0\nunixsocket ${scratch}/socket\ndir ${scratch}\nsave ${value}\n`);
    // A server with a good file runs until it is stopped.
    return run(['timeout', '1', 'redis-server', path]).code === 124;
  });
});

const ADDRESSES: Samples = {
  good: ['127.0.0.1', '*', '-192.0.2.1 127.0.0.1', 'localhost'],
  bad: ['127.0.0.1,127.0.0.2', '127.0.0.300', '127.0.0.0/8', '5'],
};

nativeTest(test, ['redis-server'], 'Redis: addresses to listen at', (scratch) => {
  compare('addresses', ADDRESSES, (value) => {
    const path = join(scratch, 'redis.conf');
    writeFileSync(path, `port 15998\ndir ${scratch}\nbind ${value}\n`);
    return run(['timeout', '1', 'redis-server', path]).code === 124;
  });
});

const HOSTS: Samples = {
  good: ['192.0.2.1 a.lan', '192.0.2.1  a.lan b_1.lan # both', '2001:db8::1 a', '192.0.2.1\ta.lan'],
  bad: ['a.lan 192.0.2.1', '192.0.2.300 a.lan', 'address=/a.lan/192.0.2.1'],
};

nativeTest(test, ['dnsmasq', 'timeout'], 'dnsmasq: records', (scratch) => {
  mkdirSync(join(scratch, 'records'));
  compare('hosts', HOSTS, (value) => {
    writeFileSync(join(scratch, 'records/one'), `${value}\n`);
    const options = [
      '--no-resolv',
      '--no-hosts',
      `--hostsdir=${scratch}/records`,
      '--port=15353',
      '--listen-address=127.0.0.1',
    ];
    const said = run([
      'timeout',
      '1',
      'dnsmasq',
      '-k',
      '--user=root',
      '--log-facility=-',
      '--bind-interfaces',
      `--pid-file=${scratch}/pid`,
      ...options,
    ]);
    return !/bad (?:name|address)/.test(said.output);
  });
});

const UPSTREAM: Samples = {
  good: ['10.0.0.1:8080', '127.0.0.1', 'localhost:80', '[::1]:80', 'unix:/run/x.sock'],
  bad: [
    '10.0.0.1:8080/app',
    'http://10.0.0.1:80',
    '10.0.0.1:x',
    '10.0.0.1:80;',
    '10.0.0.1:99999',
    '10.0.0.300:80',
    '10.0.0.1:0',
  ],
};

nativeTest(test, ['nginx'], 'nginx: servers behind the portal', (scratch) => {
  mkdirSync(join(scratch, 'logs'));
  compare('upstream', UPSTREAM, (value) => {
    const path = join(scratch, 'nginx.conf');
    const main = `pid ${scratch}/pid;\nerror_log ${scratch}/logs/error;\nevents {}\n`;
    writeFileSync(path, `${main}http {\n access_log off;\n upstream a {\n  server ${value};\n }\n}\n`);
    return run(['nginx', '-t', '-p', scratch, '-c', path]).code === 0;
  });
});

test.run();
