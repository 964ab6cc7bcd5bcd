import type { Arguments } from '../../../../diagnostics/catalog.gen.ts';
import { report } from '../../../../diagnostics/report.ts';
import type { InventoryHost } from '../../../2-merge/inventory.ts';
import type { CheckContext, ClusterView } from '../../context.ts';
import type { Rule } from '../../rule.ts';
import { expandRanges, nodeName } from './ranges.ts';

export const minioVolumes: Rule = {
  codes: ['minio-volumes'],
  about: '`minio_volumes` names directories that are made, servers that are there, and the port they ' + 'listen on.',
  *check(context) {
    for (const cluster of context.clusters('minio_cluster')) {
      const host = cluster.members[0]!;
      for (const volume of context.of(host).minioVolumes.value.split(/\s+/)) {
        const [, server, port, path] = /^(?:[a-z]+:\/\/([^/:]+)(?::([0-9]+))?)?(\/.*)?$/.exec(volume) ?? [];
        if (volume === '' || path === undefined) continue;
        const problem =
          pathProblem(context, host, path) ??
          (port === undefined ? undefined : portProblem(context, host, Number(port))) ??
          (server === undefined ? undefined : serverProblem(context, cluster, server));
        if (problem !== undefined) yield report('minio-volumes', context.of(host).minioVolumes.span, problem);
      }
    }
  },
};

type Problem = Arguments['minio-volumes'];

function pathProblem(context: CheckContext, host: InventoryHost, path: string): Problem | undefined {
  const made = expandRanges(context.of(host).minioData.value);
  const other = expandRanges(path).find((one) => !made.includes(one));
  return other === undefined
    ? undefined
    : { problem: 'directory', directory: other, data: context.of(host).minioData.value };
}

function portProblem(context: CheckContext, host: InventoryHost, port: number): Problem | undefined {
  const own = context.of(host).minioPort.value;
  return own === port ? undefined : { problem: 'port', own: own ?? '', port };
}

function serverProblem(context: CheckContext, { members }: ClusterView, server: string): Problem | undefined {
  const names = members.flatMap((member) => [nodeName(context, member), member.name, context.address(member)]);
  const other = expandRanges(server).find((name) => !names.includes(name));
  if (other === undefined || names.some((name) => name.includes('${'))) return undefined;
  return { problem: 'server', server: other };
}
