import { execFileSync, spawnSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { nodeHost, type Host as System } from '../../../compiler/host/host.ts';
import { readPackageFile } from '../../../compiler/package/package-files.ts';
import type { Host, Site } from '../../../compiler/model/site.ts';
import { listPki, needsAttention } from '../../../compiler/pki/list.ts';
import { certificateRequests } from '../../../compiler/pki/requests.ts';
import { certificateFiles } from '../../../compiler/pki/certificate-files.ts';
import { EMITTERS } from '../../../compiler/phases/7-plan/emitters.ts';
import { planHosts } from '../../../compiler/phases/7-plan/plan.ts';
import { ensurePki, type EnsuredPki, type Pki } from '../../../compiler/pki/certificates.ts';
import { renewCertificates, rotateAuthority } from '../../../compiler/pki/rotation.ts';
import { namesOf } from '../../../compiler/pki/x509.ts';
import { SealedSink, TwinSink } from '../../../compiler/secrets/sinks.ts';
import { locateState } from '../../../compiler/state/locate.ts';
import { LocalKey } from '../../../compiler/secrets/local-key.ts';
import type { CertificateStep, Step } from '../../../emitters/api.ts';
import { setPackageTextReader } from '../../../emitters/toolkit/package-text.ts';
import { testSite } from '../../unit/pgsql/site.ts';

setPackageTextReader(readPackageFile);

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
  const [pki, problems] = ensurePki(system, `${directory}/pki`, model);
  assert.equal(problems, []);
  return pki!;
}

test(
  'openssl accepts every certificate for its purpose and names',
  scratch((directory) => {
    make(directory, site());
    const pki = `${directory}/pki`;
    const authority = execFileSync('openssl', ['x509', '-in', `${pki}/ca/ca.crt`, '-noout', '-text'], {
      encoding: 'utf8',
    });
    assert.match(authority, /CA:TRUE, pathlen:0/);
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
      listPki(at(start + 7300 * DAY - 59 * DAY), `${directory}/pki`, site()).find((row) => row.id === 'etcd/etcd-1')!
        .state,
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
    assert.is(
      listPki(nodeHost(), `${directory}/pki`, site()).find((row) => row.id === 'pgsql/pg-test-1')!.state,
      'names',
    );
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
    const [place] = locateState(nodeHost(), [`${directory}/pigsty.yml`]);
    assert.is(place!.pki, pki);
    const made = ensurePki(nodeHost(), place!.pki, site())[0]!;
    assert.is(made.entries.get('pgsql/pg-test-2')!.key, readFileSync(`${pki}/pgsql/pg-test.key`, 'latin1'));
    execFileSync(
      'openssl',
      ['verify', '-CAfile', `${pki}/ca/ca.crt`, `${pki}/pgsql/pg-test-2.crt`, `${pki}/etcd/etcd-1.crt`],
      { stdio: 'pipe' },
    );
  }),
);

test(
  'an authority without its key is used as long as nothing must be signed',
  scratch((directory) => {
    const first = make(directory, site());
    rmSync(`${directory}/pki/ca/ca.key`);
    const second = make(directory, site());
    assert.equal([...second.entries], [...first.entries]);
    const [pki, problems] = ensurePki(nodeHost(), `${directory}/pki`, site({ vip: '10.10.10.4' }));
    assert.is(pki, undefined);
    assert.is(problems[0]!.slug, 'bad-authority');
    assert.match(problems[0]!.message, /ca\.key is missing, and pgsql\/pg-test-1, pgsql\/pg-test-2 must be signed/);
    rmSync(`${directory}/pki/etcd/etcd-1.key`);
    assert.match(ensurePki(nodeHost(), `${directory}/pki`, site())[1][0]!.message, /etcd\/etcd-1 must be signed/);
    assert.not.ok(existsSync(`${directory}/pki/etcd/etcd-1.key`), 'nothing is written when something cannot be signed');
  }),
);

test(
  'a key that is none, or another one, stops the build',
  scratch((directory) => {
    make(directory, site());
    const state = (): string => listPki(nodeHost(), `${directory}/pki`, site())[0]!.state;
    for (const text of ['no key', readFileSync(`${directory}/pki/etcd/etcd-1.key`, 'utf8')]) {
      writeFileSync(`${directory}/pki/ca/ca.key`, text);
      assert.is(ensurePki(nodeHost(), `${directory}/pki`, site())[1][0]!.slug, 'bad-authority');
      assert.is(state(), 'other key');
    }
  }),
);

test(
  'the list tells of keys and authorities that are not there or do not fit',
  scratch((directory) => {
    const pki = `${directory}/pki`;
    const rows = () => listPki(nodeHost(), pki, site());
    assert.equal(
      rows().map(({ state }) => state),
      ['missing', 'missing', 'missing', 'missing'],
    );
    assert.ok(rows().every(needsAttention));
    make(directory, site());
    assert.not.ok(rows().some(needsAttention));
    writeFileSync(`${pki}/pgsql/pg-test-1.key`, readFileSync(`${pki}/pgsql/pg-test-2.key`));
    rmSync(`${pki}/etcd/etcd-1.key`);
    rmSync(`${pki}/ca/ca.key`);
    assert.equal(
      rows().map(({ state }) => state),
      ['no key', 'no key', 'other key', 'ok'],
    );
    assert.equal(rows().map(needsAttention), [true, true, true, false]);
    rmSync(`${pki}/ca/ca.crt`);
    assert.equal(
      rows().map(({ state }) => state),
      ['missing', 'no key', 'other key', 'foreign'],
    );
  }),
);

test('members that are clients of each other may be both, the others only what they are', () => {
  const model = testSite([
    { name: '10.10.10.10', groups: ['infra'], vars: { infra_seq: 1 } },
    { name: '10.10.10.11', groups: ['minio'], vars: { minio_cluster: 'minio', minio_seq: 1 } },
  ]);
  const usages = Object.fromEntries(
    [...certificateRequests(model), ...certificateRequests(site())].map(({ id, usages }) => [id, usages.join()]),
  );
  assert.equal(usages, {
    'infra/infra-1': 'clientAuth',
    'nginx/pigsty': 'serverAuth',
    'minio/minio-1': 'serverAuth',
    'etcd/etcd-1': 'serverAuth,clientAuth',
    'pgsql/pg-test-1': 'serverAuth,clientAuth',
    'pgsql/pg-test-2': 'serverAuth,clientAuth',
  });
});

test(
  'authorities change in three steps, and hosts of two neighbouring steps trust each other',
  scratch((directory) => {
    const pki = `${directory}/pki`;
    const bundle = (): { trust: string; pki: EnsuredPki } => {
      const [made] = ensurePki(nodeHost(), pki, site());
      writeFileSync(`${directory}/trust-${steps.length}`, made!.authority);
      return { trust: `${directory}/trust-${steps.length}`, pki: made! };
    };
    const steps: { readonly trust: string; readonly pki: EnsuredPki }[] = [];
    steps.push(bundle());
    const rotate = (built = steps.at(-1)!.pki) =>
      rotateAuthority(nodeHost(), pki, site(), new Set(built.trusted.map(({ fingerprint256 }) => fingerprint256)));
    for (const expected of ['both-trusted', 'exchanged', 'done']) {
      assert.equal(rotate(), [expected, []]);
      if (expected === 'both-trusted')
        assert.is(rotate(steps[0]!.pki)[1][0]!.slug, 'bad-authority', 'no host trusts the next one yet');
      if (expected === 'exchanged') assert.is(rotate()[1][0]!.slug, 'bad-authority', 'certificates were not exchanged');
      steps.push(bundle());
    }
    const certificate = ({ pki: { entries } }: { pki: EnsuredPki }): string =>
      entries.get('pgsql/pg-test-1')!.certificate;
    const trusts = (trust: string, pem: string): boolean => {
      writeFileSync(`${directory}/leaf`, pem);
      return spawnSync('openssl', ['verify', '-x509_strict', '-CAfile', trust, `${directory}/leaf`]).status === 0;
    };
    for (const [i, one] of steps.entries()) {
      for (const [j, other] of steps.entries())
        assert.is(trusts(one.trust, certificate(other)), verdict(i, j), `step ${i} trusts certificates of step ${j}`);
    }
    assert.equal(
      steps.map(({ pki: made }) => [made.trusted.length, made.signed.length]),
      [
        [1, 3],
        [2, 0],
        [2, 3],
        [1, 0],
      ],
    );
    assert.is(steps[3]!.pki.entries.get('etcd/etcd-1')!.key, steps[0]!.pki.entries.get('etcd/etcd-1')!.key);
    assert.equal(readdirSync(`${pki}/ca`).sort(), ['ca.crt', 'ca.key']);
  }),
);

/** Whether hosts of step i accept certificates of step j: the old ones until the third step, the new ones from the first. */
function verdict(i: number, j: number): boolean {
  return j >= 2 ? i >= 1 : i <= 2;
}

test(
  'an exchange that was interrupted between two files is finished by the next run',
  scratch((directory) => {
    const pki = `${directory}/pki`;
    for (let most = 0; most < 5; most++) {
      rmSync(pki, { recursive: true, force: true });
      make(directory, site());
      rotateAuthority(nodeHost(), pki, site(), new Set());
      const next = new X509Certificate(readFileSync(`${pki}/ca/next.crt`));
      const built = new Set([next.fingerprint256]);
      let left = most;
      const system = nodeHost();
      const dying: System = {
        ...system,
        rename: (from, to) => {
          if (left-- === 0) throw new Error('dies');
          system.rename(from, to);
        },
      };
      try {
        rotateAuthority(dying, pki, site(), built);
      } catch {
        assert.equal(rotateAuthority(nodeHost(), pki, site(), built), ['exchanged', []]);
      }
      const made = make(directory, site());
      assert.is(new X509Certificate(made.authority).fingerprint256, next.fingerprint256, `after ${most} renames`);
      assert.match(made.authority, /(-----BEGIN[^]*){2}/);
    }
  }),
);

test(
  'renewing signs the certificates of some hosts again, with their keys or new ones',
  scratch((directory) => {
    const before = make(directory, site()).entries;
    const renew = (newKeys: boolean) =>
      renewCertificates(nodeHost(), `${directory}/pki`, site(), new Set(['10.10.10.12']), newKeys);
    assert.equal(renew(false), [['pgsql/pg-test-2'], []]);
    const renewed = make(directory, site()).entries;
    assert.is(renewed.get('pgsql/pg-test-1')!.certificate, before.get('pgsql/pg-test-1')!.certificate);
    assert.is.not(renewed.get('pgsql/pg-test-2')!.certificate, before.get('pgsql/pg-test-2')!.certificate);
    assert.is(renewed.get('pgsql/pg-test-2')!.key, before.get('pgsql/pg-test-2')!.key);
    renew(true);
    assert.is.not(make(directory, site()).entries.get('pgsql/pg-test-2')!.key, before.get('pgsql/pg-test-2')!.key);
  }),
);

test(
  'a new authority reaches every program that trusts it',
  scratch((directory) => {
    const model = testSite(
      [
        { name: '10.10.10.11', groups: ['etcd', 'pg-test'], vars: { etcd_seq: 1, pg_seq: 1, pg_role: 'primary' } },
        { name: '10.10.10.12', groups: ['minio'], vars: { minio_cluster: 'minio', minio_seq: 1 } },
      ],
      { pg_cluster: 'pg-test', pg_vip_enabled: true, pg_vip_address: '10.10.10.3/24', etcd_cluster: 'etcd' },
    );
    make(directory, model);
    const effects = (index: number, path: string): string[] =>
      stepsOf(model, index).flatMap((step) =>
        step.kind === 'certificate' && step.path === path
          ? step.effects.map((one) =>
              one.kind === 'reload' || one.kind === 'restart'
                ? `${one.kind}${one.guarded === true ? '!' : ''} ${one.unit}`
                : '',
            )
          : [],
      );
    assert.equal(effects(0, '/etc/pki/ca.crt'), ['reload haproxy']);
    assert.equal(effects(0, '/etc/etcd/ca.crt'), ['restart! etcd']);
    assert.equal(effects(0, '/etc/etcd/server.crt'), []);
    assert.equal(effects(0, '/pg/cert/ca.crt'), ['reload patroni', 'reload pgbouncer', 'restart vip-manager']);
    assert.equal(effects(1, '/home/minio/.minio/certs/CAs/ca.crt'), [
      `restart! ${model.platform.unit('minio', model.hosts[1]!.facts)}`,
    ]);
  }),
);

test(
  'ca_create false never makes an authority',
  scratch((directory) => {
    const [pki, problems] = ensurePki(nodeHost(), `${directory}/pki`, site({ caCreate: false }));
    assert.is(pki, undefined);
    assert.match(problems[0]!.message, 'ca_create');
  }),
);

test(
  'the list names what the next build makes and what nothing uses',
  scratch((directory) => {
    make(directory, site());
    const rows = listPki(nodeHost(), `${directory}/pki`, site({ members: ['10.10.10.11'] }));
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
      listPki(nodeHost(), `${directory}/pki`, site({ members: ['10.10.10.11', '10.10.10.12', '10.10.10.13'] })).find(
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
      listPki(system, `${directory}/pki`, model).map((row) => row.state);
    assert.equal(states(at(Date.now() + 7250 * DAY)), ['ok', 'due', 'due', 'due']);
    assert.equal(states(at(Date.now() + 7301 * DAY)), ['ok', 'expired', 'expired', 'expired']);
    assert.equal(states(nodeHost(), site({ vip: '10.10.10.9' })), ['ok', 'ok', 'names', 'names']);
    const days = listPki(at(Date.now() + 7301 * DAY), `${directory}/pki`, site()).map((row) => row.days!);
    assert.ok(days[1]! < 0 && days[0]! > 29_000, days.join());
    chmodSync(`${directory}/pki/etcd/etcd-1.key`, 0o644);
    assert.equal(
      listPki(nodeHost(), `${directory}/pki`, site()).map((row) => row.keyMode),
      ['0600', '0644', '0600', '0600'],
    );
    assert.equal(listPki(nodeHost(), `${directory}/pki`, site()).map(needsAttention), [false, true, false, false]);
    make(`${directory}/foreign`, site());
    for (const part of ['crt', 'key'])
      writeFileSync(`${directory}/pki/ca/ca.${part}`, readFileSync(`${directory}/foreign/pki/ca/ca.${part}`));
    assert.equal(states(nodeHost()), ['ok', 'foreign', 'foreign', 'foreign']);
  }),
);

/** A host with everything that has a certificate, and one with the database alone. */
function wholeSite(): Site {
  const pg = { pg_role: 'primary', pg_cluster: 'pg-test', pg_vip_enabled: true, pg_vip_address: '10.10.10.3/24' };
  return testSite(
    [
      {
        name: '10.10.10.10',
        groups: ['infra', 'etcd', 'minio', 'pg-test'],
        vars: { infra_seq: 1, etcd_seq: 1, minio_seq: 1, pg_seq: 1, ...pg },
      },
      { name: '10.10.10.11', groups: ['pg-test'], vars: { pg_seq: 2, ...pg, pg_role: 'replica' } },
    ],
    { etcd_cluster: 'etcd', minio_cluster: 'minio' },
  );
}

const stepsOf = (model: Site, index: number): readonly Step[] =>
  planHosts(model, [model.hosts[index]!], EMITTERS)[0][0]!.steps;
const isCertificate = (step: Step): step is CertificateStep => step.kind === 'certificate';

test('the plan asks for each certificate behind its account and its directory, before a unit or a call could read it', () => {
  const steps = stepsOf(wholeSite(), 0);
  const wanted = steps.filter(isCertificate);
  assert.equal(
    wanted.map(({ path }) => path),
    [
      '/etc/pki/ca.crt',
      ...['ca.crt', 'server.crt', 'server.key'].map((name) => `/etc/etcd/${name}`),
      ...['/etc/pki/infra.crt', '/etc/pki/infra.key', '/www/ca.crt'],
      ...['crt', 'key'].map((kind) => `/etc/nginx/conf.d/cert/pigsty.${kind}`),
      ...['public.crt', 'private.key', 'CAs/ca.crt'].map((name) => `/home/minio/.minio/certs/${name}`),
      ...['ca.crt', 'server.crt', 'server.key'].map((name) => `/pg/cert/${name}`),
    ],
  );
  for (const step of wanted) {
    const at = steps.indexOf(step);
    const directory = step.path.slice(0, step.path.lastIndexOf('/'));
    const made = steps.slice(0, at).some((one) => {
      if (one.kind === 'dir') return one.path === directory;
      return one.kind === 'link' && directory.startsWith(`${one.path}/`);
    });
    assert.ok(made, `${directory} is made before ${step.path}`);
    const later = steps.slice(at).filter(({ stage }) => stage === step.stage);
    for (const one of later)
      if (one.kind === 'group') assert.is.not(one.name, step.group, `${step.path} is put before its group`);
    const units = step.effects.flatMap((effect) => ('unit' in effect ? [effect.unit] : []));
    for (const one of steps.slice(0, at).filter(({ stage }) => stage === step.stage))
      if (one.kind === 'unit' && one.enabled === true) assert.not.ok(units.includes(one.unit), step.path);
  }
});

test(
  'twins of certificates hold neither keys nor machine-made bytes',
  scratch((directory) => {
    const model = wholeSite();
    const wanted = stepsOf(model, 0).filter(isCertificate);
    const twins = (where: string): string[] => {
      const fileOf = certificateFiles(make(where, model));
      const key = new LocalKey(Buffer.alloc(32));
      const server = wanted.map(fileOf).slice(-2);
      assert.match(server[1]!.render(new SealedSink(key)), /^-----BEGIN PRIVATE KEY-----\n/);
      writeFileSync(`${where}/sealed.crt`, server[0]!.render(new SealedSink(key)));
      execFileSync('openssl', ['x509', '-in', `${where}/sealed.crt`, '-noout', '-checkip', '10.10.10.3'], {
        stdio: 'pipe',
      });
      return wanted.map((step) => fileOf(step).render(new TwinSink(key)));
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

test('a platform without an object store gets no files of its certificates, which nobody would own', () => {
  for (const [platform, expected] of [
    ['pigsty-4.5', 3],
    ['debian-12', 0],
  ] as const) {
    const model = testSite(
      [{ name: '10.10.10.10', groups: ['minio'], vars: { minio_cluster: 'minio', minio_seq: 1 } }],
      {},
      platform,
    );
    assert.is(
      stepsOf(model, 0).filter((step) => isCertificate(step) && step.path.startsWith('/home/minio')).length,
      expected,
      platform,
    );
  }
});

test('requests ask for each name once and for none that a certificate cannot hold', () => {
  for (const request of certificateRequests(site({ members: ['10.10.10.11', 'häßlich'] }))) {
    assert.is(new Set(request.names).size, request.names.length);
    assert.ok(request.names.every((name) => /^[\x21-\x7e]+$/.test(name)));
  }
});

test.run();
