import { test } from 'uvu';
import * as assert from 'uvu/assert';
import '../../package-text.ts';
import type { FileStep } from '../../../emitters/api.ts';
import { haproxyEmitter } from '../../../emitters/haproxy/index.ts';
import { UnrepresentableError } from '../../../emitters/toolkit/index.ts';
import { MARKERS, PLAIN, testSite } from '../pgsql/site.ts';

function files(vars: Readonly<Record<string, unknown>>): ReadonlyMap<string, FileStep> {
  const site = testSite([{ name: '10.10.10.10', groups: ['x'], vars: { nodename: 'n1', ...vars } }]);
  const steps = haproxyEmitter.plan(site, site.hosts[0]!).filter((step): step is FileStep => step.kind === 'file');
  return new Map(steps.map((step) => [step.path, step]));
}

const SERVER = { name: 's1', ip: '10.10.10.11', port: 80 };

test('every field of a service has its line', () => {
  const service = {
    name: 'web',
    port: 8000,
    ip: '::',
    protocol: 'http',
    maxconn: 9,
    balance: 'hash src',
    default: 'inter 5s',
    options: ['option httpchk', '  http-reuse never'],
    servers: [
      { ...SERVER, weight: 0, backup: true, options: 'check' },
      { ...SERVER, name: 's2', weight: 300 },
    ],
  };
  assert.is(
    files({ haproxy_services: [service] })
      .get('/etc/haproxy/conf.d/web.cfg')!
      .render(PLAIN),
    `listen web
    bind '[::]:8000'
    mode http
    maxconn 9
    balance hash src
    option httpchk
    http-reuse never
    default-server inter 5s

    server s1 10.10.10.11:80 backup weight 0 check
    server s2 10.10.10.11:80
`,
  );
});

test('fields left out have defaults', () => {
  const text = files({ haproxy_services: [{ name: 'web', port: 8000, servers: [SERVER] }] })
    .get('/etc/haproxy/conf.d/web.cfg')!
    .render(PLAIN);
  assert.match(
    text,
    '    bind *:8000\n    mode tcp\n    maxconn 10000\n    balance roundrobin\n    default-server inter 3s fastinter 1s downinter 5s ',
  );
});

test('a value cannot bring lines of its own', () => {
  for (const field of [
    { options: ['a\nb'] },
    { balance: 'a\nb' },
    { default: 'a\nb' },
    { servers: [{ ...SERVER, options: 'check\nserver evil 1.2.3.4:1' }] },
    { servers: [{ ...SERVER, name: 'a b' }] },
  ]) {
    const step = files({ haproxy_services: [{ name: 'web', port: 8000, servers: [SERVER], ...field }] }).get(
      '/etc/haproxy/conf.d/web.cfg',
    )!;
    assert.throws(
      () => step.render(PLAIN),
      (error: unknown) => error instanceof UnrepresentableError,
    );
  }
});

test('a name that leaves the directory stays in it and is refused', () => {
  const step = files({ haproxy_services: [{ name: '../../passwd', port: 8000, servers: [SERVER] }] }).get(
    '/etc/haproxy/conf.d/.._.._passwd.cfg',
  );
  assert.ok(step);
  assert.throws(
    () => step!.render(PLAIN),
    (error: unknown) => error instanceof UnrepresentableError,
  );
});

test('the main file: private, the password only in the sealed form, no administration without authentication', () => {
  const main = (vars: Readonly<Record<string, unknown>>): FileStep => files(vars).get('/etc/haproxy/haproxy.cfg')!;
  const guarded = main({ haproxy_admin_password: 'S3cret' });
  assert.is(guarded.mode, 0o600);
  assert.match(guarded.render(PLAIN), '    user admin insecure-password S3cret\n');
  assert.not.match(guarded.render(MARKERS), 'S3cret');
  const open = main({ haproxy_admin_password: 'S3cret', haproxy_auth_enabled: false }).render(PLAIN);
  assert.not.match(open, 'S3cret');
  assert.not.match(open, 'stats admin');
  assert.match(open, '    stats uri /haproxy/n1/\n');
});

test('haproxy_reload: false leaves the running process alone', () => {
  assert.equal(files({ haproxy_reload: false }).get('/etc/haproxy/haproxy.cfg')!.effects, []);
});

test.run();
