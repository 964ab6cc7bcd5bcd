import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { validateParameter } from '../../../compiler/schema/validators.gen.js';

/** What is wrong with a value, as `path keyword`. */
function errors(name: string, value: unknown): string[] {
  const validate = validateParameter(name)!;
  return validate(value)
    ? []
    : validate.errors!.map(({ instancePath, keyword }) => `${instancePath} ${keyword}`.trim()).sort();
}

test('accepts what the inventory format allows', () => {
  const accepted: readonly (readonly [string, unknown])[] = [
    ['pg_seq', 1],
    ['pg_seq', '01'],
    ['vip_vrid', '128'],
    ['pg_max_conn', 'auto'],
    ['pg_max_conn', 200],
    ['pg_max_conn', '200'],
    ['pg_admin_password', 'x'],
    ['pg_admin_password', 123456],
    ['redis_instances', { 6379: null, 6380: {}, 6381: { replica_of: '10.10.10.10 6379', redis_max_memory: '1GB' } }],
    [
      'pg_databases',
      [
        {
          name: 'a',
          schemas: ['s', { name: 't', owner: 'u' }],
          extensions: ['postgis', { name: 'vector', version: 0.5 }],
          parameters: { jit: true, work_mem: '64MB' },
        },
      ],
    ],
    [
      'pg_users',
      [{ name: 'u', roles: ['r', { name: 's', admin: true }], expire_at: '2030-12-31', pool_connlimit: -1 }],
    ],
    [
      'pg_services',
      [
        { name: 'x', port: 5435, dest: 5432, selector: '[]' },
        { name: 'y', port: 5436, dest: 'pgbouncer', selector: '[]' },
      ],
    ],
    ['repo_url_packages', ['https://example.com/a.tgz', { name: 'b', url: 'https://example.com/b' }]],
    ['pgbackrest_repo', { s3: { type: 's3', block: 'y', s3_uri_style: 'path', any_other_option: 3 } }],
    ['mysql_backup_repo', { local: { path: '/b', retention: 3 } }],
    ['pg_rto_plan', { mine: [30, 5, 10, 25, 5, '2s', '0.5s', '2s', 3, 3] }],
  ];
  for (const [name, value] of accepted) assert.equal(errors(name, value), [], `${name}: ${JSON.stringify(value)}`);
});

test('refuses real mistakes at their place, without noise', () => {
  const refused: readonly (readonly [string, unknown, readonly string[]])[] = [
    ['pg_seq', 'one', ['pattern']],
    ['pg_seq', -1, ['minimum']],
    ['pg_port', 65536, ['maximum']],
    ['pg_port', '5432', ['type']],
    ['pg_weight', 256, ['maximum']],
    ['pg_role', 'leader', ['enum']],
    ['pgbouncer_enabled', 'yes', ['type']],
    ['pg_max_conn', 'many', ['pattern']],
    ['pg_users', [{ nam: 'u' }], ['/0 additionalProperties', '/0 required']],
    ['pg_users', [{ name: 'Upper' }], ['/0/name pattern']],
    ['pg_users', [{ name: 'u', expire_at: 'tomorrow' }], ['/0/expire_at pattern']],
    ['pg_users', ['u'], ['/0 type']],
    [
      'pg_databases',
      [{ name: 'd', schemas: [3, { nam: 's' }] }],
      ['/0/schemas/0 type', '/0/schemas/1 additionalProperties', '/0/schemas/1 required'],
    ],
    ['pg_hba_rules', [{ user: 'all', adr: 'intra' }], ['/0 additionalProperties']],
    ['redis_instances', { 6379: { replica_of: '10.10.10.10' } }, ['/6379/replica_of pattern']],
    ['redis_instances', { 6379: { maxmemory: '1GB' } }, ['/6379 additionalProperties']],
    ['pgbackrest_repo', { s3: { type: 'S3' } }, ['/s3/type enum']],
    ['pg_rto_plan', { mine: [30, 5] }, ['/mine minItems']],
    ['node_firewall_public_port', [0], ['/0 minimum']],
  ];
  for (const [name, value, expected] of refused)
    assert.equal(errors(name, value), expected, `${name}: ${JSON.stringify(value)}`);
});

test('unknown names have no validator', () => {
  assert.is(validateParameter('pg_prot'), undefined);
  assert.is(validateParameter('constructor'), undefined);
});

test.run();
