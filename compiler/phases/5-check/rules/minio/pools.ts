import { report } from '../../../../diagnostics/report.ts';
import type { InventoryHost } from '../../../2-merge/inventory.ts';
import type { CheckContext } from '../../context.ts';
import { isIpv4 } from '../../network.ts';
import type { Rule } from '../../rule.ts';

/** `minio_volumes` lists pools, each a range of servers; together they name every member once. */
export const minioPools: Rule = function* (context) {
  for (const cluster of context.clusters('minio_cluster')) {
    const host = cluster.members[0]!;
    const written = context.text(host, 'minio_volumes');
    const pools = written.split(/\s+/).filter((pool) => pool.includes('://'));
    if (pools.length === 0) continue;
    const named = pools.map((pool) => expand(/^[a-z]+:\/\/([^/:]+)/.exec(pool)?.[1] ?? ''));
    const all = named.flat();
    const double = all.find((name, index) => all.indexOf(name) !== index);
    const members = cluster.members.map((member) => nodeName(context, member));
    if (double !== undefined)
      yield report('minio-pool', context.span(host, 'minio_volumes'), {
        problem: `server \`${double}\` is in two pools`,
      });
    const missing = members.find((name, index) => !all.includes(name) && !all.includes(cluster.members[index]!.name));
    const comparable = members.every((name) => name !== '' && !name.includes('${')) && !all.every(isIpv4);
    if (missing !== undefined && comparable)
      yield report('minio-pool', context.span(host, 'minio_volumes'), {
        problem: `no pool contains member \`${missing}\``,
      });
  }
};

function nodeName(context: CheckContext, host: InventoryHost): string {
  const pattern = context.text(host, 'minio_node');
  return pattern
    .replaceAll('${minio_cluster}', context.text(host, 'minio_cluster'))
    .replaceAll('${minio_seq}', context.text(host, 'minio_seq'));
}

/** `minio-{1...3}.pigsty` → three names. Other ranges are left as they are. */
function expand(host: string): readonly string[] {
  const match = /^(.*)\{([0-9]+)\.\.\.([0-9]+)\}(.*)$/.exec(host);
  if (match === null) return [host];
  const [from, to] = [Number(match[2]), Number(match[3])];
  return Array.from(
    { length: Math.max(0, Math.min(to - from + 1, 1000)) },
    (_, index) => `${match[1]}${from + index}${match[4]}`,
  );
}
