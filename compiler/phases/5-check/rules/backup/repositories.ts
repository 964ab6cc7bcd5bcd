import { report } from '../../../../diagnostics/report.ts';
import { didYouMean } from '../../../../words/suggest.ts';
import type { Diagnostic } from '../../../../diagnostics/diagnostic.ts';
import { objectOf } from '../../../../schema/table.ts';
import type { InventoryHost } from '../../../2-merge/inventory.ts';
import type { CheckContext } from '../../context.ts';
import { entries, text, textField, toInteger } from '../../nodes.ts';
import type { Rule } from '../../rule.ts';
import { optionName } from './option-name.ts';
import { missingOptions, valueProblem } from './type-options.ts';

export const backupRepositories: Rule = {
  codes: ['backup-method', 'backup-option', 'backup-minio-missing', 'backup-minio-mismatch'],
  about:
    '`pgbackrest_method` selects one repository of `pgbackrest_repo`. The map is replaced as a whole, ' +
    'never merged with the default. Options are printed as text; encryption needs its pass phrase.',
  *check(context) {
    yield* selected(context);
    yield* written(context);
  },
};

type Options = Readonly<Record<string, unknown>>;

/** `pgbackrest_method` selects one repository of `pgbackrest_repo`. The map is replaced as a whole, never merged with the default. */
function* selected(context: CheckContext): Iterable<Diagnostic> {
  const reported = new Set<unknown>();
  for (const cluster of context.clusters('pg_cluster')) {
    const host = cluster.members[0]!;
    if (!context.of(host).pgbackrestEnabled.value) continue;
    const method = context.of(host).pgbackrestMethod.value;
    const repositories = context.of(host).pgbackrestRepo.plain as Readonly<Record<string, unknown>> | null;
    if (typeof repositories !== 'object' || repositories === null || Array.isArray(repositories)) continue;
    const traced = context.of(host).pgbackrestMethod.traced ?? context.of(host).pgbackrestRepo.traced;
    const span = traced?.node.span ?? cluster.span;
    if (reported.has(traced ?? cluster)) continue;
    reported.add(traced ?? cluster);
    const options = repositories[method];
    if (options === undefined) {
      const known = Object.keys(repositories);
      yield report(
        'backup-method',
        span,
        { method },
        { help: didYouMean(method, known) ?? `the inventory defines ${known.join(', ') || 'none'}` },
      );
    } else {
      yield* typeOptions(context, host, method, (options ?? {}) as Options);
      if (method === 'minio') yield* minioRepository(context, host, (options ?? {}) as Options);
    }
  }
}

/** What its type needs; a repository that no cluster uses may lack it. */
function* typeOptions(
  context: CheckContext,
  host: InventoryHost,
  method: string,
  options: Options,
): Iterable<Diagnostic> {
  const repo = entries(context.of(host).pgbackrestRepo.node).find(({ key }) => key.text === method);
  if (repo === undefined || repo.value.kind !== 'map') return;
  const missing = missingOptions(options);
  if (missing.length > 0)
    yield report('backup-option', repo.key.span, {
      repository: method,
      problem: 'missing',
      type: String(options['type']),
      names: missing.map((name) => `\`${name}\``).join(', '),
    });
  for (const { key, value } of repo.value.entries) {
    if (judgedByShape(key.text)) continue;
    const found = value.kind === 'scalar' ? valueProblem(key.text, value.value) : undefined;
    if (found !== undefined) yield report('backup-option', value.span, { repository: method, ...found });
  }
}

/** Words and numbers of options that the schema lists are compared with it. */
function judgedByShape(option: string): boolean {
  const info = objectOf('pgbackrest-repo')?.fields.find(({ name }) => name === option);
  return info !== undefined && (info.enum !== undefined || info.type === 'int');
}

/** A repository on MinIO of this inventory: server, bucket and user must be there. */
function* minioRepository(context: CheckContext, host: InventoryHost, options: Options): Iterable<Diagnostic> {
  const span = context.of(host).pgbackrestMethod.span;
  const written = context.of(host).pgbackrestRepo.node;
  const clusters = context.clusters('minio_cluster');
  const endpoint = String(options['s3_endpoint'] ?? '');
  const external =
    written !== undefined &&
    !['sss.pigsty', ''].includes(endpoint) &&
    !clusters.some((c) => context.of(c.members[0]!).minioDomain.value === endpoint);
  if (clusters.length === 0) {
    if (!external && !context.fragment) yield report('backup-minio-missing', span, {});
    return;
  }
  const server = clusters.find((c) => context.of(c.members[0]!).minioDomain.value === endpoint)?.members[0];
  if (server === undefined) {
    if (endpoint === 'sss.pigsty') yield report('backup-minio-mismatch', span, { problem: 'no-cluster', endpoint });
    return;
  }
  const { minioBuckets, minioUsers } = context.of(server);
  const user = minioUsers.value.find(({ fields }) => fields.accessKey.plain === options['s3_key']);
  const at = (key: string): typeof span =>
    entries(entries(written).find((e) => e.key.text === 'minio')?.value).find((e) => e.key.text === key)?.value.span ??
    span;
  const root = options['s3_key'] === context.of(server).minioAccessKey.plain;
  const { s3_bucket: bucket, s3_key: key } = options;
  if (typeof bucket === 'string' && !minioBuckets.value.some(({ fields }) => fields.name.plain === bucket))
    yield report('backup-minio-mismatch', at('s3_bucket'), { problem: 'no-bucket', bucket });
  if (typeof key === 'string' && user === undefined && !root)
    yield report('backup-minio-mismatch', at('s3_key'), { problem: 'no-user', key });
  else if (typeof key === 'string' && user && user.fields.secretKey.plain !== options['s3_key_secret'])
    yield report('backup-minio-mismatch', at('s3_key_secret'), {
      problem: 'other-secret',
      key,
    });
  if (!context.of(server).minioHttps.value)
    yield report('backup-minio-mismatch', context.of(server).minioHttps.span, {
      problem: 'plain-http',
    });
  const port = toInteger(options['storage_port']);
  const ports = [context.of(server).minioPort.value, ...haproxyPorts(context, server)];
  if (port !== undefined && !ports.includes(port))
    yield report('backup-minio-mismatch', at('storage_port'), {
      problem: 'port',
      port,
    });
}

function haproxyPorts(context: CheckContext, host: InventoryHost): readonly (number | undefined)[] {
  return context.of(host).haproxyServices.value.map(({ fields }) => fields.port.value);
}

/** Options are printed as text; encryption needs its pass phrase. */
function* written(context: CheckContext): Iterable<Diagnostic> {
  for (const use of context.uses('pgbackrest_repo')) {
    for (const repo of entries(use.node)) {
      for (const { key, value } of entries(repo.value)) {
        yield* optionName(repo.key.text, key);
        if (value.kind !== 'scalar')
          yield report('backup-option', value.span, {
            repository: repo.key.text,
            problem: 'scalar',
            name: key.text,
          });
        else if (typeof value.value === 'string' && /[\r\n]/.test(value.value))
          yield report('backup-option', value.span, {
            repository: repo.key.text,
            problem: 'line',
            name: key.text,
          });
      }
      const path = entries(repo.value).find(({ key }) => key.text === 'path')?.value;
      if (['posix', undefined].includes(textField(repo.value, 'type')) && /^\/pg\/data(?:\/|$)/.test(text(path) ?? ''))
        yield report('backup-option', path!.span, {
          repository: repo.key.text,
          problem: 'in-data',
        });
      const cipher = textField(repo.value, 'cipher_type');
      if (cipher !== undefined && cipher !== 'none' && !textField(repo.value, 'cipher_pass')) {
        yield report('backup-option', entries(repo.value).find((e) => e.key.text === 'cipher_type')!.value.span, {
          repository: repo.key.text,
          problem: 'no-pass',
          cipher,
        });
      }
    }
  }
}
