import type { Host, MinioCluster, MinioMember } from '../../model/site.ts';
import type { Draft, HostDraft } from './build-site.ts';

/** MinIO clusters by the value of minio_cluster, members sorted by minio_seq. */
export function buildMinio(drafts: readonly HostDraft[]): readonly MinioCluster[] {
  const byName = new Map<string, Host[]>();
  for (const { host } of drafts) {
    const name = host.params.minioCluster;
    if (name === undefined || name === '' || host.params.minioSeq === undefined) continue;
    const hosts = byName.get(name);
    if (hosts === undefined) byName.set(name, [host]);
    else hosts.push(host);
  }
  return [...byName].map(([name, hosts]) => {
    const cluster: Draft<MinioCluster> = { name, members: [] };
    const members = hosts.map((host): MinioMember => {
      const seq = host.params.minioSeq!;
      const nodeName = host.params.minioNode
        .replaceAll('${minio_cluster}', name)
        .replaceAll('${minio_seq}', String(seq));
      const member: MinioMember = { host, cluster, seq, name: `${name}-${seq}`, nodeName };
      (host as Draft<Host>).minio = Object.freeze(member);
      return member;
    });
    cluster.members = members.sort((a, b) => a.seq - b.seq);
    return Object.freeze(cluster);
  });
}
