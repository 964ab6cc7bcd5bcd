import { report } from '../../../../diagnostics/report.ts';
import { isIpv4 } from '../../../../domain/ipv4.ts';
import type { Rule } from '../../rule.ts';
import { expandRanges, nodeName } from './ranges.ts';

export const minioPools: Rule = {
  codes: ['minio-pool'],
  about: '`minio_volumes` lists pools, each a range of servers; together they name every member once.',
  *check(context) {
    for (const cluster of context.clusters('minio_cluster')) {
      const host = cluster.members[0]!;
      const written = context.of(host).minioVolumes.value;
      const pools = written.split(/\s+/).filter((pool) => pool.includes('://'));
      if (pools.length === 0) continue;
      const named = pools.map((pool) => expandRanges(/^[a-z]+:\/\/([^/:]+)/.exec(pool)?.[1] ?? ''));
      const all = named.flat();
      const double = all.find((name, index) => all.indexOf(name) !== index);
      const members = cluster.members.map((member) => nodeName(context, member));
      if (double !== undefined)
        yield report('minio-pool', context.of(host).minioVolumes.span, {
          problem: 'two-pools',
          double,
        });
      const missing = members.find((name, index) => !all.includes(name) && !all.includes(cluster.members[index]!.name));
      const comparable = members.every((name) => name !== '' && !name.includes('${')) && !all.every(isIpv4);
      if (missing !== undefined && comparable)
        yield report('minio-pool', context.of(host).minioVolumes.span, {
          problem: 'not-in-pool',
          missing,
        });
    }
  },
};
