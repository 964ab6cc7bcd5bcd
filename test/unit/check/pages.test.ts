/** Each page of a check: the bad example is reported at one place and causes nothing else, the good one is clean. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parsePage } from '../../../compiler/diagnostics/page.ts';
import { check, counts } from './run.ts';

const MESSAGES = 'compiler/diagnostics/messages';

/** Codes whose bad example needs another command line than the default one. */
const COMMAND_LINE = ['pg-version-unavailable', 'component-unavailable'];

const pages = readdirSync(MESSAGES)
  .filter((name) => /^PIG(12|5)/.test(name))
  .sort()
  .map((name) => parsePage(`${MESSAGES}/${name}`, readFileSync(join(MESSAGES, name), 'utf8')));

test('there are pages', () => assert.ok(pages.length > 150));

for (const page of pages) {
  if (page.bad.language === 'console') {
    test(`${page.code} ${page.slug} is about the command line`, () => assert.ok(COMMAND_LINE.includes(page.slug)));
    continue;
  }
  test(`${page.code} ${page.slug}`, () => {
    const part = page.slug === 'dcs-elsewhere';
    const bad = check(page.bad.text, { part });
    const own = bad.filter((d) => d.slug === page.slug);
    assert.is(new Set(own.map((d) => d.span?.start)).size, 1, `bad example: ${bad.map((d) => d.slug).join(', ')}`);
    assert.ok(own[0]!.span !== undefined && own[0]!.span.end > own[0]!.span.start, 'no place');
    assert.equal(
      own.map((d) => d.severity),
      own.map(() => page.severity),
    );
    assert.equal(
      bad.filter((d) => d.slug !== page.slug && counts(d)).map((d) => d.slug),
      [],
      'the bad example causes something else',
    );
    assert.equal(
      check(page.good.text, { part })
        .filter((d) => d.slug === page.slug || counts(d))
        .map((d) => d.slug),
      [],
      'the good example is not clean',
    );
  });
}

test('the platform without packages for a version', () => {
  const text = (version: number): string =>
    `pg-test:\n  hosts: { 10.10.10.11: { pg_seq: 1, pg_role: primary } }\n  vars: { pg_cluster: pg-test, pg_version: ${version} }\n`;
  const slugs = (version: number): readonly string[] =>
    check(text(version), { platform: 'debian-12' })
      .filter(counts)
      .map((d) => d.slug);
  assert.equal(slugs(17), ['pg-version-unavailable']);
  assert.equal(slugs(15), []);
});

test('the platform without a component that the inventory asks for', () => {
  const site = (vars: string): string =>
    `all:\n  vars: { admin_ip: 10.10.10.10 }\n  children:\n` +
    `    infra: { hosts: { 10.10.10.10: { infra_seq: 1 } } }\n` +
    `    etcd: { hosts: { 10.10.10.10: { etcd_seq: 1 } } }\n    own:\n      hosts: { 10.10.10.10: {} }\n` +
    `      vars: ${vars}\n`;
  const places = (vars: string, platform = 'debian-12'): readonly string[] =>
    check(site(vars), { platform })
      .filter((d) => d.slug === 'component-unavailable')
      .map((d) => d.message);
  assert.equal(places('{ vector_enabled: true, grafana_enabled: false }'), [
    'platform `debian-12` has no vector: `vector_enabled` has no effect',
  ]);
  assert.equal(places('{ redis_type: valkey }'), ['platform `debian-12` has no valkey: `redis_type` has no effect']);
  assert.equal(places('{ minio_cluster: minio }'), [
    'platform `debian-12` has no minio: `minio_cluster` has no effect',
  ]);
  assert.equal(places('{ vmetrics_options: -retentionPeriod=30d }'), [
    'platform `debian-12` has no victoria-metrics: `vmetrics_options` has no effect',
  ]);
  assert.equal(places('{ vmetrics_options: -retentionPeriod=15d -promscrape.fileSDCheckInterval=5s }'), []);
  assert.equal(places('{ vector_enabled: true, minio_cluster: minio, vmetrics_options: -x=1 }', 'pigsty-4.5'), []);
  assert.equal(places('{}'), []);
});

test.run();
