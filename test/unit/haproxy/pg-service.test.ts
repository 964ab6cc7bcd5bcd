import { test } from 'uvu';
import * as assert from 'uvu/assert';
import '../../package-text.ts';
import type { FileStep } from '../../../emitters/api.ts';
import { haproxyEmitter } from '../../../emitters/haproxy/index.ts';
import { defaultServer } from '../../../emitters/haproxy/pg-service.ts';
import type { Host, Site } from '../../../compiler/model/site.ts';
import { PLAIN, testSite, threeMembers } from '../pgsql/site.ts';

function services(site: Site, host: Host): readonly FileStep[] {
  return haproxyEmitter
    .plan(site, host)
    .filter((step): step is FileStep => step.kind === 'file' && step.path.startsWith('/etc/haproxy/conf.d/'));
}

function textOf(site: Site, host: Host, name: string): string {
  const step = services(site, host).find((file) => file.path === `/etc/haproxy/conf.d/${name}.cfg`);
  assert.ok(step, `no file for ${name}`);
  return step!.render(PLAIN);
}

test('default services of a cluster, one file each, on every member and nowhere else', () => {
  const site = threeMembers();
  const names = ['primary', 'replica', 'default', 'offline'].map((name) => `/etc/haproxy/conf.d/pg-test-${name}.cfg`);
  for (const host of site.hosts.slice(1))
    assert.equal(
      services(site, host).map((step) => step.path),
      names,
    );
  assert.equal(services(site, site.hosts[0]!), []);
});

test('a whole service: timings of the recovery plan, backups marked in place', () => {
  const site = threeMembers();
  assert.is(
    textOf(site, site.hosts[2]!, 'pg-test-replica'),
    `# pg-test-replica: members []
# backup [? pg_role == \`primary\` || pg_role == \`offline\` ]
listen pg-test-replica
    bind *:5434
    mode tcp
    maxconn 5000
    balance roundrobin
    option httpchk
    http-check send meth OPTIONS uri /read-only
    http-check expect status 200
    default-server inter 2s fastinter 1s downinter 2s rise 3 fall 3 on-marked-down shutdown-sessions slowstart 30s \
maxconn 3000 maxqueue 128 weight 100

    server pg-test-1 10.10.10.11:6432 check port 8008 weight 100 backup
    server pg-test-2 10.10.10.12:6432 check port 8008 weight 100
    server pg-test-3 10.10.10.13:6432 check port 8008 weight 100 backup
`,
  );
});

test('weight 0, TLS to the REST API, own ports and own text are taken over', () => {
  const site = threeMembers({
    pg_weight: 0,
    patroni_ssl_enabled: true,
    patroni_port: 8009,
    pg_port: 5499,
    pg_services: [
      {
        name: 'direct',
        ip: '10.10.10.9',
        port: 5440,
        selector: '[]',
        dest: 'postgres',
        check: '/sync',
        maxconn: 7,
        balance: 'leastconn',
        options: 'inter 9s',
      },
    ],
  });
  const text = textOf(site, site.hosts[1]!, 'pg-test-direct');
  assert.match(text, '    bind 10.10.10.9:5440\n');
  assert.match(text, '    maxconn 7\n    balance leastconn\n');
  assert.match(text, 'uri /sync\n');
  assert.match(text, '    default-server inter 9s\n');
  assert.match(
    text,
    '    server pg-test-1 10.10.10.11:5499 check port 8009 check-ssl verify required ca-file /etc/pki/ca.crt weight 0\n',
  );
});

test('services of a cluster with a provider are on every provider host instead', () => {
  const member = (last: number, seq: number, role: string): Parameters<typeof testSite>[0][number] => ({
    name: `10.10.10.${last}`,
    groups: ['pg-a'],
    vars: {
      pg_cluster: 'pg-a',
      pg_seq: seq,
      pg_role: role,
      pg_service_provider: 'proxy',
      pg_rto: role === 'primary' ? 'fast' : 'wide',
    },
  });
  const site = testSite([
    { name: '10.10.10.8', groups: ['proxy'], vars: {} },
    { name: '10.10.10.9', groups: ['proxy'], vars: {} },
    member(11, 1, 'primary'),
    member(12, 2, 'replica'),
  ]);
  const [first, second, primary, replica] = site.hosts as [Host, Host, Host, Host];
  assert.equal(services(site, primary), []);
  assert.equal(services(site, replica), []);
  assert.is(services(site, first).length, 4);
  assert.is(services(site, second).length, 4);
  assert.match(textOf(site, first, 'pg-a-primary'), 'default-server inter 1s fastinter 500ms ');
});

test('timings: an unknown plan means norm, and norm has a fixed form', () => {
  const plan = new Map([
    ['norm', [1, 2, 3, 4, 5, '6s', '7s', '8s', 9, 10]],
    ['x', [1, 2, 3, 4, 5, '1s', '1s', '1s', 1, 1]],
  ]);
  assert.match(defaultServer(plan, 'x'), 'inter 1s fastinter 1s downinter 1s rise 1 fall 1 on-marked-down');
  assert.match(defaultServer(plan, 'typo'), 'inter 6s fastinter 7s downinter 8s rise 9 fall 10 on-marked-down');
  assert.match(defaultServer(new Map(), 'typo'), 'inter 2s fastinter 1s downinter 2s rise 3 fall 3 on-marked-down');
});

test('services belong to stage pgsql; pg_reload decides whether a change is loaded', () => {
  const effects = (reload: boolean): unknown => {
    const site = threeMembers({ pg_reload: reload });
    return services(site, site.hosts[1]!).map((step) => [step.stage, step.effects.length]);
  };
  assert.equal(
    effects(true),
    Array.from({ length: 4 }, () => ['pgsql', 1]),
  );
  assert.equal(
    effects(false),
    Array.from({ length: 4 }, () => ['pgsql', 0]),
  );
});

test('nothing at all where HAProxy is disabled', () => {
  const site = threeMembers({ haproxy_enabled: false });
  assert.equal(haproxyEmitter.plan(site, site.hosts[1]!), []);
});

test.run();
