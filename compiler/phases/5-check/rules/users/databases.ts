import { report } from '../../../../diagnostics/report.ts';
import { didYouMean } from '../../../../words/suggest.ts';
import type { Diagnostic } from '../../../../diagnostics/diagnostic.ts';
import type { MapNode } from '../../../../source/node.ts';
import { field, has, integer, maps, textField, toInteger } from '../../nodes.ts';
import type { Rule } from '../../rule.ts';
import { clusterObjects, nameSpan, type ClusterObjects } from './objects.ts';

const BUILT_IN = ['postgres', 'template0', 'template1'];

/** Options by the PostgreSQL version that brought them; older servers do not get them. */
const SINCE: readonly (readonly [string, number])[] = [
  ['strategy', 15],
  ['locale_provider', 15],
  ['icu_locale', 15],
  ['icu_rules', 16],
  ['builtin_locale', 17],
];

export const databases: Rule = {
  codes: [
    'db-duplicate',
    'db-state-built-in',
    'db-recreate',
    'db-template-unknown',
    'db-owner-unknown',
    'db-auth-user-unknown',
    'schema-owner-unknown',
    'db-auth-user-login',
    'db-option-version',
    'db-template-locale',
    'db-pool',
  ],
  about: 'Databases, their owners and templates exist, and their options are of the version and fit each ' + 'other.',
  *check(context) {
    for (const objects of clusterObjects(context)) {
      const seen = new Map<string, MapNode>();
      for (const database of objects.databases) {
        const name = textField(database, 'name');
        if (name === undefined) continue;
        const first = seen.get(name);
        if (first !== undefined)
          yield report(
            'db-duplicate',
            nameSpan(database),
            { name },
            { related: [{ span: nameSpan(first), message: 'first defined here' }] },
          );
        yield* state(database, name);
        yield* template(database, seen);
        yield* owner(database, objects);
        yield* authUser(database, objects);
        yield* version(database, objects.params.pgVersion.value ?? 18);
        yield* locale(database, objects);
        yield* pool(database, objects);
        if (first === undefined) seen.set(name, database);
      }
    }
  },
};

function* state(database: MapNode, name: string): Iterable<Diagnostic> {
  const value = textField(database, 'state');
  if (value !== 'absent' && value !== 'recreate') return;
  const span = field(database, 'state')!.span;
  if (BUILT_IN.includes(name)) yield report('db-state-built-in', span, { name, state: value });
  else if (value === 'recreate') yield report('db-recreate', span, { name });
}

function* template(database: MapNode, earlier: ReadonlyMap<string, MapNode>): Iterable<Diagnostic> {
  const name = textField(database, 'template');
  if (name === undefined || name === '' || BUILT_IN.includes(name) || earlier.has(name)) return;
  yield report(
    'db-template-unknown',
    field(database, 'template')!.span,
    { name },
    { help: didYouMean(name, [...BUILT_IN, ...earlier.keys()]) },
  );
}

/** Users are provisioned before databases, so the order of the file does not matter. */
function* owner(database: MapNode, objects: ClusterObjects): Iterable<Diagnostic> {
  const known = new Set(['postgres', ...objects.systemUsers.keys(), ...objects.defaultRoleNames]);
  for (const user of objects.users) if (textField(user, 'state') !== 'absent') known.add(textField(user, 'name') ?? '');
  const check = function* (
    key: 'owner' | 'pool_auth_user',
    slug: 'db-owner-unknown' | 'db-auth-user-unknown',
  ): Iterable<Diagnostic> {
    const name = textField(database, key);
    if (name === undefined || name === '' || known.has(name) || textField(database, 'state') === 'absent') return;
    yield report(
      slug,
      field(database, key)!.span,
      { name, database: textField(database, 'name') ?? '' },
      { help: didYouMean(name, known) },
    );
  };
  for (const schema of maps(field(database, 'schemas'))) {
    const name = textField(schema, 'owner');
    if (
      name === undefined ||
      name === '' ||
      known.has(name) ||
      [database, schema].some((object) => textField(object, 'state') === 'absent')
    )
      continue;
    const words = { name, schema: textField(schema, 'name') ?? '', database: textField(database, 'name') ?? '' };
    yield report('schema-owner-unknown', field(schema, 'owner')!.span, words, { help: didYouMean(name, known) });
  }
  yield* check('owner', 'db-owner-unknown');
  yield* check('pool_auth_user', 'db-auth-user-unknown');
}

/** The pool logs in by `peer`, as the superuser; of others it has nothing to log in with. */
function* authUser(database: MapNode, { params }: ClusterObjects): Iterable<Diagnostic> {
  const name = textField(database, 'pool_auth_user');
  if (name === undefined || name === '' || textField(database, 'state') === 'absent') return;
  const used = params.pgbouncerEnabled.value && params.pgbouncerAuthQuery.value;
  if (!used || name === params.pgDbsu.value) return;
  // With an MD5 hash the pool can log in, and another superuser may call the function.
  if (params.pgPwdEnc.value === 'md5' && name === params.pgAdminUsername.value) return;
  yield report('db-auth-user-login', field(database, 'pool_auth_user')!.span, {
    name,
    database: textField(database, 'name') ?? '',
  });
}

function* version(database: MapNode, major: number): Iterable<Diagnostic> {
  for (const [option, since] of SINCE) {
    if (major < since && has(database, option))
      yield report('db-option-version', field(database, option)!.span, { option, since, version: major });
  }
}

/** CREATE DATABASE accepts another encoding or locale than the template's only for template0. */
function* locale(database: MapNode, objects: ClusterObjects): Iterable<Diagnostic> {
  if (textField(database, 'template') === 'template0') return;
  const templated = textField(database, 'template') ?? 'template1';
  if (!BUILT_IN.includes(templated)) return;
  for (const [option, parameter] of [
    ['encoding', 'pgEncoding'],
    ['locale', 'pgLocale'],
    ['lc_collate', 'pgLcCollate'],
    ['lc_ctype', 'pgLcCtype'],
  ] as const) {
    const wanted = textField(database, option);
    const have = objects.params[parameter].text || objects.params.pgLocale.value;
    if (wanted === undefined || wanted === '' || sameLocale(wanted, have)) continue;
    yield report('db-template-locale', field(database, option)!.span, { option, wanted, template: templated, have });
  }
  const provider = textField(database, 'locale_provider');
  // Upstream uses the built-in provider from 17 on for C and C.UTF-8, libc before.
  if (provider === 'icu')
    yield report('db-template-locale', field(database, 'locale_provider')!.span, {
      option: 'locale_provider',
      wanted: provider,
      template: templated,
      have: 'libc or builtin',
    });
}

function sameLocale(a: string, b: string): boolean {
  const fold = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, '');
  return fold(a) === fold(b);
}

function* pool(database: MapNode, objects: ClusterObjects): Iterable<Diagnostic> {
  const size = integer(field(database, 'pool_size'));
  const least = integer(field(database, 'pool_size_min'));
  const reserve = integer(field(database, 'pool_reserve'));
  const limit = integer(field(database, 'pool_connlimit'));
  if (size !== undefined && least !== undefined && least > size) {
    yield report('db-pool', field(database, 'pool_size_min')!.span, {
      problem: 'least-above-size',
      least,
      size,
    });
  }
  const server = toInteger(objects.params.pgMaxConn.value) ?? 0;
  if (limit !== undefined && server >= 20 && limit > server) {
    yield report('db-pool', field(database, 'pool_connlimit')!.span, {
      problem: 'limit-above-server',
      limit,
      server,
    });
  }
  if (limit !== undefined && limit > 0 && size !== undefined && size + (reserve ?? 0) > limit) {
    const sum = reserve === undefined ? `\`pool_size\` ${size}` : `\`pool_size\` ${size} + \`pool_reserve\` ${reserve}`;
    yield report('db-pool', field(database, 'pool_connlimit')!.span, {
      problem: 'sum-above-limit',
      sum,
      limit,
    });
  }
}

export const monitorSchema: Rule = {
  codes: ['monitor-schema-missing'],
  about: 'The pool asks a function in schema `monitor` for passwords of users it does not list.',
  *check(context) {
    for (const use of context.uses('pg_default_schemas')) {
      const host = use.hosts.find((h) => context.of(h).pgbouncerAuthQuery.value);
      if (host !== undefined && !context.of(host).pgDefaultSchemas.value.includes('monitor'))
        yield report('monitor-schema-missing', use.node.span, {});
    }
  },
};
