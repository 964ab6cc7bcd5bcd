import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { nodeHost, type Host as System } from '../../../compiler/host.ts';
import type { Host, Site } from '../../../compiler/model/site.ts';
import { listPki, needsAttention } from '../../../compiler/pki/list.ts';
import { certificateRequests } from '../../../compiler/pki/requests.ts';
import { withCertificates } from '../../../compiler/pki/placements.ts';
import { ensurePki, type Pki } from '../../../compiler/pki/store.ts';
import { namesOf } from '../../../compiler/pki/x509.ts';
import { SealedSink, TwinSink } from '../../../compiler/secrets/sinks.ts';
import { LocalKey } from '../../../compiler/secrets/local-key.ts';
import type { Step } from '../../../emitters/api.ts';
import { testSite } from '../pgsql/site.ts';

const DAY = 86_400_000;

/** The fields the PKI reads: one PostgreSQL cluster with a virtual address and an etcd member. */
function site(
  overrides: { readonly vip?: string; readonly members?: readonly string[]; readonly caCreate?: boolean } = {},
): Site {
  const params = {
    certValidity: '7300d',
    caCreate: overrides.caCreate ?? true,
    pgDnsSuffix: '.db',
    pgDbsu: 'postgres',
    pgbouncerEnabled: true,
    nginxEnabled: false,
  };
  const host = (name: string, nodename: string): Host =>
    ({ name, address: name, nodename, params, facts: {} }) as unknown as Host;
  const hosts = (overrides.members ?? ['10.10.10.11', '10.10.10.12']).map((address, i) =>
    host(address, `pg-test-${i + 1}`),
  );
  const cluster = {
    name: 'pg-test',
    vip: { address: overrides.vip ?? '10.10.10.3', mask: 24 },
    members: [] as unknown[],
  };
  cluster.members = hosts.map((member, i) => ({ host: member, cluster, name: `pg-test-${i + 1}` }));
  for (const [i, member] of hosts.entries()) Object.assign(member, { pg: cluster.members[i] });
  const etcd = { name: 'etcd', members: [] as unknown[] };
  etcd.members = [{ host: hosts[0], cluster: etcd, name: 'etcd-1' }];
  Object.assign(hosts[0]!, { etcd: etcd.members[0] });
  const platform = { unit: (name: string) => name, path: (name: string) => name };
  return {
    hosts,
    platform,
    etcd,
    infra: [],
    minioClusters: [],
    pgClusters: [cluster],
    ca: { commonName: 'pigsty-ca' },
  } as unknown as Site;
}

function scratch(run: (directory: string) => void): () => void {
  return () => {
    const directory = mkdtempSync(join(tmpdir(), 'pigstyc-pki-'));
    try {
      run(directory);
    } finally {
      rmSync(directory, { recursive: true });
    }
  };
}

function at(now: number): System {
  return { ...nodeHost(), now: () => now };
}

function make(directory: string, model: Site, system: System = nodeHost()): Pki {
  const [pki, problems] = ensurePki(system, directory, model);
  assert.equal(problems, []);
  return pki!;
}

test(
  'openssl accepts every certificate for its purpose and names',
  scratch((directory) => {
    make(directory, site());
    const pki = `${directory}/pki`;
    for (const purpose of ['sslserver', 'sslclient']) {
      for (const id of ['etcd/etcd-1', 'pgsql/pg-test-1', 'pgsql/pg-test-2']) {
        execFileSync(
          'openssl',
          ['verify', '-x509_strict', '-purpose', purpose, '-CAfile', `${pki}/ca/ca.crt`, `${pki}/${id}.crt`],
          { stdio: 'pipe' },
        );
      }
    }
    for (const [option, name] of [
      ['-verify_ip', '10.10.10.3'],
      ['-verify_ip', '10.10.10.12'],
      ['-verify_hostname', 'pg-test.db'],
      ['-verify_hostname', 'localhost'],
    ] as const) {
      execFileSync('openssl', ['verify', option, name, '-CAfile', `${pki}/ca/ca.crt`, `${pki}/pgsql/pg-test-2.crt`], {
        stdio: 'pipe',
      });
    }
    assert.equal(statSync(`${pki}/pgsql/pg-test-1.key`).mode & 0o777, 0o600);
    assert.match(readFileSync(`${pki}/.gitignore`, 'utf8'), /\*\.key/);
  }),
);

test(
  'a second build changes nothing',
  scratch((directory) => {
    const first = make(directory, site());
    const writes: string[] = [];
    const system = nodeHost();
    const second = make(directory, site(), { ...system, writeFile: (path) => void writes.push(path) });
    assert.equal(writes, []);
    assert.equal(
      [...second.entries.values()].map((entry) => entry.certificate),
      [...first.entries.values()].map((entry) => entry.certificate),
    );
  }),
);

test(
  'a new virtual address renews the certificates and keeps the keys',
  scratch((directory) => {
    const before = make(directory, site()).entries.get('pgsql/pg-test-1')!;
    const after = make(directory, site({ vip: '10.10.10.4' })).entries.get('pgsql/pg-test-1')!;
    assert.not.equal(after.certificate, before.certificate);
    assert.equal(after.key, before.key);
    assert.ok(namesOf(new X509Certificate(after.certificate)).includes('10.10.10.4'));
  }),
);

test(
  'a certificate is renewed in the window before it ends, and not before',
  scratch((directory) => {
    const start = Date.UTC(2030, 0, 1);
    const first = make(directory, site(), at(start)).entries.get('etcd/etcd-1')!.certificate;
    assert.is(
      make(directory, site(), at(start + 7300 * DAY - 61 * DAY)).entries.get('etcd/etcd-1')!.certificate,
      first,
    );
    const renewed = make(directory, site(), at(start + 7300 * DAY - 59 * DAY)).entries.get('etcd/etcd-1')!.certificate;
    assert.is.not(renewed, first);
    assert.is(
      listPki(at(start + 7300 * DAY - 59 * DAY), directory, site()).find((row) => row.id === 'etcd/etcd-1')!.state,
      'ok',
    );
  }),
);

test(
  'a certificate whose name is a login is made again when it bears another one',
  scratch((directory) => {
    make(directory, site());
    const [first, second] = ['pgsql/pg-test-1', 'pgsql/pg-test-2'].map((id) => `${directory}/pki/${id}`);
    for (const suffix of ['crt', 'key']) writeFileSync(`${first}.${suffix}`, readFileSync(`${second}.${suffix}`));
    assert.is(listPki(nodeHost(), directory, site()).find((row) => row.id === 'pgsql/pg-test-1')!.state, 'names');
    assert.match(
      new X509Certificate(make(directory, site()).entries.get('pgsql/pg-test-1')!.certificate).subject,
      /^CN=pg-test-1$/m,
    );
  }),
);

test(
  'an existing files/pki with an RSA authority and a shared cluster key is adopted',
  scratch((directory) => {
    const pki = `${directory}/files/pki`;
    for (const part of ['ca', 'pgsql']) mkdirSync(`${pki}/${part}`, { recursive: true });
    execFileSync(
      'openssl',
      [
        'req',
        '-x509',
        '-newkey',
        'rsa:2048',
        '-nodes',
        '-days',
        '3650',
        '-subj',
        '/O=pigsty/OU=ca/CN=pigsty-ca',
        '-keyout',
        `${pki}/ca/ca.key`,
        '-out',
        `${pki}/ca/ca.crt`,
      ],
      { stdio: 'pipe' },
    );
    execFileSync('openssl', ['genrsa', '-out', `${pki}/pgsql/pg-test.key`, '2048'], { stdio: 'pipe' });
    const made = make(directory, site());
    assert.is(made.directory, pki);
    assert.is(made.entries.get('pgsql/pg-test-2')!.key, readFileSync(`${pki}/pgsql/pg-test.key`, 'latin1'));
    execFileSync(
      'openssl',
      ['verify', '-CAfile', `${pki}/ca/ca.crt`, `${pki}/pgsql/pg-test-2.crt`, `${pki}/etcd/etcd-1.crt`],
      { stdio: 'pipe' },
    );
  }),
);

test(
  'an authority that cannot sign stops the build',
  scratch((directory) => {
    make(directory, site());
    rmSync(`${directory}/pki/ca/ca.key`);
    const [pki, problems] = ensurePki(nodeHost(), directory, site());
    assert.is(pki, undefined);
    assert.is(problems[0]!.slug, 'bad-authority');
    writeFileSync(`${directory}/pki/ca/ca.key`, 'no key');
    assert.is(ensurePki(nodeHost(), directory, site())[1][0]!.slug, 'bad-authority');
  }),
);

test(
  'ca_create false never makes an authority',
  scratch((directory) => {
    const [pki, problems] = ensurePki(nodeHost(), directory, site({ caCreate: false }));
    assert.is(pki, undefined);
    assert.match(problems[0]!.message, 'ca_create');
  }),
);

test(
  'the list names what the next build makes and what nothing uses',
  scratch((directory) => {
    make(directory, site());
    const rows = listPki(nodeHost(), directory, site({ members: ['10.10.10.11'] }));
    assert.equal(
      rows.map((row) => [row.id, row.state]),
      [
        ['ca/ca', 'ok'],
        ['etcd/etcd-1', 'ok'],
        ['pgsql/pg-test-1', 'ok'],
        ['pgsql/pg-test-2', 'unused'],
      ],
    );
    assert.equal(
      rows.map((row) => row.hosts.join()),
      ['10.10.10.11', '10.10.10.11', '10.10.10.11', ''],
    );
    assert.not.ok(rows.some(needsAttention));
    assert.is(
      listPki(nodeHost(), directory, site({ members: ['10.10.10.11', '10.10.10.12', '10.10.10.13'] })).find(
        (row) => row.id === 'pgsql/pg-test-3',
      )!.state,
      'missing',
    );
  }),
);

test(
  'the list marks what ends, what lacks a name and keys that others can read',
  scratch((directory) => {
    make(directory, site());
    const states = (system: System, model = site()): readonly string[] =>
      listPki(system, directory, model).map((row) => row.state);
    assert.equal(states(at(Date.now() + 7250 * DAY)), ['ok', 'due', 'due', 'due']);
    assert.equal(states(at(Date.now() + 7301 * DAY)), ['ok', 'expired', 'expired', 'expired']);
    assert.equal(states(nodeHost(), site({ vip: '10.10.10.9' })), ['ok', 'ok', 'names', 'names']);
    const days = listPki(at(Date.now() + 7301 * DAY), directory, site()).map((row) => row.days!);
    assert.ok(days[1]! < 0 && days[0]! > 29_000, days.join());
    chmodSync(`${directory}/pki/etcd/etcd-1.key`, 0o644);
    assert.equal(
      listPki(nodeHost(), directory, site()).map((row) => row.keyMode),
      ['0600', '0644', '0600', '0600'],
    );
    assert.equal(listPki(nodeHost(), directory, site()).map(needsAttention), [false, true, false, false]);
    make(`${directory}/foreign`, site());
    for (const part of ['crt', 'key'])
      writeFileSync(`${directory}/pki/ca/ca.${part}`, readFileSync(`${directory}/foreign/pki/ca/ca.${part}`));
    assert.equal(states(nodeHost()), ['ok', 'foreign', 'foreign', 'foreign']);
  }),
);

test(
  'certificates follow their directory in the plan; twins hold neither keys nor machine-made bytes',
  scratch((directory) => {
    const model = site();
    const host = model.hosts[0]!;
    const steps: Step[] = [
      { kind: 'dir', stage: 'node', path: '/etc/pki', owner: 'root', group: 'root', mode: 0o755 },
      { kind: 'call', stage: 'node', name: 'trust', fn: 'ca_trust', args: ['/etc/pki/ca.crt'] },
      { kind: 'user', stage: 'etcd', name: 'etcd', group: 'etcd' },
      { kind: 'unit', stage: 'etcd', unit: 'etcd', enabled: true, state: 'started' },
      { kind: 'dir', stage: 'pgsql', path: '/data/pg-test/cert', owner: 'postgres', group: 'postgres', mode: 0o700 },
      { kind: 'link', stage: 'pgsql', path: '/pg', target: '/data/pg-test' },
      { kind: 'unit', stage: 'pgsql', unit: 'patroni', enabled: true, state: 'started' },
    ];
    const twins = (where: string): string[] => {
      const plan = withCertificates(model, { host, steps }, make(where, model));
      assert.equal(
        plan.steps.map((step) => ('path' in step ? step.path : step.kind)),
        [
          '/etc/pki',
          '/etc/pki/ca.crt',
          'call',
          'user',
          '/etc/etcd',
          '/etc/etcd/ca.crt',
          '/etc/etcd/server.crt',
          '/etc/etcd/server.key',
          'unit',
          '/data/pg-test/cert',
          '/pg',
          '/pg/cert/ca.crt',
          '/pg/cert/server.crt',
          '/pg/cert/server.key',
          'unit',
        ],
      );
      const key = new LocalKey(Buffer.alloc(32));
      const files = plan.steps.flatMap((step) => (step.kind === 'file' ? [step] : []));
      assert.match(files.at(-1)!.render(new SealedSink(key)), /^-----BEGIN PRIVATE KEY-----\n/);
      writeFileSync(`${where}/sealed.crt`, files.at(-2)!.render(new SealedSink(key)));
      execFileSync('openssl', ['x509', '-in', `${where}/sealed.crt`, '-noout', '-checkip', '10.10.10.3'], {
        stdio: 'pipe',
      });
      return files.map((file) => file.render(new TwinSink(key)));
    };
    const first = twins(directory);
    mkdirSync(`${directory}/other`);
    assert.equal(twins(`${directory}/other`), first);
    assert.not.ok(first.join('').includes('-----BEGIN'));
  }),
);

test('the portal is certified for every name it answers to', () => {
  const model = testSite([
    {
      name: '10.10.10.10',
      groups: ['infra'],
      vars: {
        infra_seq: 1,
        infra_portal: { s3: { domain: 'm.pigsty', domains: ['s3.pigsty'], endpoint: '10.10.10.4:9002' } },
      },
    },
  ]);
  const portal = certificateRequests(model).find(({ id }) => id === 'nginx/pigsty')!;
  for (const name of ['m.pigsty', 's3.pigsty', '10.10.10.10']) assert.ok(portal.names.includes(name), name);
});

test(
  'a platform without an object store gets no files of its certificates, which nobody would own',
  scratch((directory) => {
    for (const [platform, expected] of [
      ['pigsty-4.5', 3],
      ['debian-12', 0],
    ] as const) {
      const model = testSite(
        [{ name: '10.10.10.10', groups: ['minio'], vars: { minio_cluster: 'minio', minio_seq: 1 } }],
        {},
        platform,
      );
      const plan = withCertificates(model, { host: model.hosts[0]!, steps: [] }, make(directory, model));
      assert.is(
        plan.steps.filter((step) => step.kind === 'file' && step.path.startsWith('/home/minio')).length,
        expected,
        platform,
      );
    }
  }),
);

test('requests ask for each name once and for none that a certificate cannot hold', () => {
  for (const request of certificateRequests(site({ members: ['10.10.10.11', 'häßlich'] }))) {
    assert.is(new Set(request.names).size, request.names.length);
    assert.ok(request.names.every((name) => /^[\x21-\x7e]+$/.test(name)));
  }
});

test.run();
