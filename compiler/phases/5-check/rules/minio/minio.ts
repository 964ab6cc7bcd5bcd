import { report } from '../../../../diagnostics/report.ts';
import { didYouMean } from '../../../../words/suggest.ts';
import type { Diagnostic } from '../../../../diagnostics/diagnostic.ts';
import type { InventoryHost } from '../../../2-merge/inventory.ts';
import type { CheckContext, ClusterView } from '../../context.ts';
import { field, maps, text, textField } from '../../nodes.ts';
import type { Rule } from '../../rule.ts';

export const minioIdentity: Rule = {
  codes: ['minio-global', 'minio-seq', 'minio-node', 'minio-data', 'minio-drives', 'minio-few-drives'],
  about: 'Members of an object store are numbered without gaps: the servers find each other by a range of ' + 'names.',
  *check(context) {
    const global = context.globals.get('minio_cluster');
    if (global !== undefined) yield report('minio-global', global.origin.key ?? global.node.span, {});
    for (const cluster of context.clusters('minio_cluster')) {
      if (global !== undefined && cluster.members.every((host) => context.of(host).minioSeq.node === undefined))
        continue;
      const seen = new Map<string, InventoryHost>();
      for (const host of cluster.members) {
        const seq = context.of(host).minioSeq.text;
        if (!/^[0-9]+$/.test(seq)) {
          if (global === undefined)
            yield report('minio-seq', context.of(host).minioSeq.span, {
              host: host.name,
              ...(seq === '' ? { problem: 'missing' as const } : { problem: 'no-number' as const, seq }),
            });
          continue;
        }
        const first = seen.get(seq);
        if (first === undefined) seen.set(seq, host);
        else
          yield report(
            'minio-seq',
            context.of(host).minioSeq.span,
            { host: host.name, problem: 'taken', seq, first: first.name },
            { related: [{ span: context.of(first).minioSeq.span, message: 'first given here' }] },
          );
      }
      yield* contiguous(context, cluster, seen);
      yield* names(context, cluster);
      yield* volumes(context, cluster);
    }
    for (const use of context.uses('minio_seq')) {
      const host = use.hosts.find((h) => context.of(h).minioCluster.value === '');
      if (host !== undefined)
        yield report('minio-seq', use.node.span, {
          host: host.name,
          problem: 'no-cluster',
        });
    }
  },
};

function* contiguous(
  context: CheckContext,
  cluster: ClusterView,
  bySeq: ReadonlyMap<string, InventoryHost>,
): Iterable<Diagnostic> {
  if (context.of(cluster.members[0]!).minioVolumes.value !== '') return;
  const numbers = [...bySeq].map(([seq, host]) => [Number(seq), host] as const).sort((a, b) => a[0] - b[0]);
  const gap = numbers.find(([seq], index) => seq !== numbers[0]![0] + index);
  if (gap !== undefined)
    yield report('minio-seq', context.of(gap[1]).minioSeq.span, {
      host: gap[1].name,
      problem: 'gap',
      seq: gap[0],
      from: numbers[0]![0],
      to: numbers.at(-1)![0],
    });
}

/** Names of the members; by now placeholders are expanded, so equal names mean that the pattern lacks the number. */
function* names(context: CheckContext, cluster: ClusterView): Iterable<Diagnostic> {
  const host = cluster.members[0]!;
  if (cluster.members.length < 2 || context.of(host).minioNode.traced === undefined) return;
  const found = new Set(cluster.members.map((member) => context.of(member).minioNode.value));
  if (found.size === 1 && !context.of(host).minioNode.value.includes('minio_seq'))
    yield report('minio-node', context.of(host).minioNode.span, {});
}

/** Sizes of the sets that the server spreads an object over: one of them divides the drives of a pool. */
const ERASURE_SETS = Array.from({ length: 15 }, (_, index) => index + 2);

function* volumes(context: CheckContext, cluster: ClusterView): Iterable<Diagnostic> {
  const host = cluster.members[0]!;
  const data = context.of(host).minioData.value;
  const ranges = [...data.matchAll(/\{([^}]*)\}/g)];
  const span = context.of(host).minioData.span;
  const range = ranges.length === 1 ? /^([0-9]+)\.\.\.([0-9]+)$/.exec(ranges[0]![1]!) : null;
  if (!data.startsWith('/')) yield report('minio-data', span, { problem: 'relative', data });
  else if (ranges.length > 1) yield report('minio-data', span, { problem: 'ranges', data });
  else if (ranges.length === 1 && (range === null || Number(range[1]) >= Number(range[2])))
    yield report('minio-data', span, { problem: 'bad-range', range: ranges[0]![0], example: '{1...4}' });
  const drives = range === null ? 1 : Number(range[2]) - Number(range[1]) + 1;
  const total = drives * cluster.members.length;
  if (total > 1 && context.of(host).minioVolumes.value === '' && !ERASURE_SETS.some((size) => total % size === 0))
    yield report('minio-data', span, {
      problem: 'drives',
      members: cluster.members.length,
      total,
    });
  if (cluster.members.length > 1 && total < 4)
    yield total < 3
      ? report('minio-drives', cluster.span, { cluster: cluster.name, total })
      : report('minio-few-drives', cluster.span, { cluster: cluster.name });
  const other = cluster.members.find((member) => context.of(member).minioData.value !== data);
  if (other !== undefined)
    yield report('minio-data', context.of(other).minioData.span, {
      problem: 'differs',
      other: other.name,
      first: host.name,
    });
}

export const minioAliases: Rule = {
  codes: ['minio-alias'],
  about:
    'Several stores in one inventory must not share the names by which clients and administrators ' + 'reach them.',
  *check(context) {
    const seen = new Map<string, ClusterView>();
    for (const cluster of context.clusters('minio_cluster')) {
      for (const name of ['minio_alias', 'minio_domain'] as const) {
        const value = context.parameter(cluster.members[0]!, name).text;
        const other = seen.get(`${name} ${value}`);
        if (other === undefined) seen.set(`${name} ${value}`, cluster);
        else
          yield report('minio-alias', context.parameter(cluster.members[0]!, name).traced?.node.span ?? cluster.span, {
            name,
            value,
            cluster: cluster.name,
            other: other.name,
          });
      }
    }
  },
};

const BUCKET = /^(?!xn--|.*\.\.)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;
const POLICIES = ['readonly', 'readwrite', 'writeonly', 'consoleAdmin', 'diagnostics'];

export const minioObjects: Rule = {
  codes: ['minio-bucket', 'minio-user'],
  about: 'Buckets and users of an object store have names, keys and policies that MinIO takes.',
  *check(context) {
    for (const use of context.uses('minio_buckets')) {
      const seen = new Set<string>();
      for (const bucket of maps(use.node)) {
        const name = textField(bucket, 'name');
        if (name === undefined) continue;
        const span = field(bucket, 'name')!.span;
        if (!BUCKET.test(name) || /^[0-9.]+$/.test(name))
          yield report('minio-bucket', span, {
            name,
            problem: 'bad-name',
          });
        else if (seen.has(name)) yield report('minio-bucket', span, { name, problem: 'twice' });
        seen.add(name);
      }
    }
    for (const use of context.uses('minio_users')) {
      const buckets = context.of(use.hosts[0]!).minioBuckets.value.map(({ fields }) => fields.name.value);
      const seen = new Set<string>();
      for (const user of maps(use.node)) {
        const key = textField(user, 'access_key') ?? '';
        const secret = textField(user, 'secret_key');
        const policy = field(user, 'policy');
        if (key.length < 3)
          yield report('minio-user', field(user, 'access_key')?.span ?? user.span, {
            problem: 'short-key',
          });
        else if (seen.has(key)) yield report('minio-user', field(user, 'access_key')!.span, { problem: 'twice', key });
        if (secret !== undefined && secret.length < 8)
          yield report('minio-user', field(user, 'secret_key')!.span, {
            problem: 'short-secret',
            key,
          });
        const name = text(policy);
        if (name !== undefined && !buckets.includes(name) && !POLICIES.includes(name))
          yield report(
            'minio-user',
            policy!.span,
            { problem: 'policy', name },
            { help: didYouMean(name, [...buckets, ...POLICIES]) },
          );
        seen.add(key);
      }
    }
  },
};
