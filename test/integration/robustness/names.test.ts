/**
 * Random names in the places that become parts of paths: a build refuses them with a finding, or every path it would
 * write is inside. NAMES says how many are tried.
 */
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parameters } from '../../../compiler/schema/table.ts';
import { buildAnyway, checkText, everything, plant, write } from '../../support/everything.ts';

const NAMES = Number(process.env['NAMES'] ?? 150);

/** Pieces that mean something to a file system, a shell, a unit or a URL, among ordinary ones. */
const piece = fc.constantFrom(
  ...['a', 'pg', '1', '..', '.', '/', '//', '-', '--', '_', '~', '%', '$', '\\', '\n', '\r', '\t', '\0', ' ', ';', '#'],
  ...[
    '"',
    "'",
    '`',
    '*',
    '?',
    '[',
    '{',
    ':',
    '@',
    '&',
    '|',
    '<',
    'ü',
    '\u202e',
    '\u001b[2J',
    '%2e%2e%2f',
    '${x}',
    '{{ 1 }}',
  ],
  ...['x'.repeat(64), 'x'.repeat(256), 'con', 'sealed', 'apply.sh', '__proto__', 'constructor', 'null', 'true', '0x1f'],
);
const name = fc.array(piece, { minLength: 1, maxLength: 6 }).map((pieces) => pieces.join(''));

const KEYED: Readonly<Record<string, (text: string) => unknown>> = {
  infra_portal: (text) => ({
    home: { domain: 'i.pigsty' },
    [text]: { domain: 'x.pigsty', endpoint: '10.10.10.10:80' },
  }),
  pgbackrest_repo: (text) => ({ local: { path: '/pg/backup' }, [text]: { path: '/pg/other' } }),
  redis_instances: (text) => ({ [text]: {} }),
  pg_users: (text) => [{ name: text, password: 'Known.1' }],
  pg_databases: (text) => [{ name: text }],
  pg_services: (text) => [{ name: text, port: 5439, selector: '[]' }],
  haproxy_services: (text) => [{ name: text, port: 9002, servers: [{ name: text, ip: '10.10.10.21', port: 9000 }] }],
  minio_buckets: (text) => [{ name: text }],
  minio_users: (text) => [{ access_key: text, secret_key: 'Known.Secret-1', policy: 'pgsql' }],
};
/** Parameters whose text is a name or a path. */
const NAMED = [...parameters().values()]
  .filter(({ emits, grammar, object }) => emits && object === undefined && /name|path|identifier/.test(grammar ?? ''))
  .map((info) => info.name);
const place = fc.constantFrom(...NAMED, ...Object.keys(KEYED));

/** What is wrong with a path of a bundle or a host. */
function isAstray(path: string): boolean {
  return path
    .split('/')
    .some((part, i) => part === '..' || part === '.' || (part === '' && i > 0) || /[\0\n\r]/.test(part));
}

test('no name leads a build astray', () => {
  assert.ok(NAMED.length > 30, String(NAMED.length));
  let refused = 0;
  for (const [at, text] of fc.sample(fc.tuple(place, name), { numRuns: NAMES, seed: 14 })) {
    const where = `${at}: ${JSON.stringify(text)}`;
    const value = KEYED[at]?.(text) ?? (parameters().get(at)!.type.endsWith('[]') ? [text] : text);
    try {
      const checked = checkText(write(plant(everything(), [at], value)).text);
      if (checked.diagnostics.some(({ severity }) => severity === 'error')) {
        refused++;
        continue;
      }
      const { found, paths } = buildAnyway(checked);
      assert.equal(
        found.filter(({ severity }) => severity === 'error').map(({ message }) => message),
        [],
        where,
      );
      assert.equal(paths.filter(isAstray), [], where);
    } catch (error) {
      if (error instanceof assert.Assertion) throw error;
      throw new Error(`${where}: ${(error as Error).stack}`);
    }
  }
  assert.ok(refused > NAMES / 4 && refused < NAMES, `${refused} of ${NAMES} are refused`);
});

test('a slash at the end of a path says nothing', () => {
  const paths = [...parameters().values()].filter(({ emits, grammar }) => emits && /^path/.test(grammar ?? ''));
  assert.ok(paths.length > 15, String(paths.length));
  const written = (name: string, text: string): readonly string[] =>
    buildAnyway(checkText(write(plant(everything(), [name], text)).text)).paths;
  for (const { name } of paths) assert.equal(written(name, '/srv/own/'), written(name, '/srv/own'), name);
});

test.run();
