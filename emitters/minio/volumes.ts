import type { MinioMember } from '../../compiler/model/site.ts';

/** `/data{1...4}` → the four paths. A zero-padded start keeps its width; several ranges multiply. */
export function expandEllipsis(pattern: string): readonly string[] {
  const range = /\{(\d+)\.\.\.(\d+)\}/.exec(pattern);
  if (range === null) return [pattern];
  const [text, from, to] = range as unknown as [string, string, string];
  const width = from.startsWith('0') ? from.length : 0;
  const count = Math.max(0, Number(to) - Number(from) + 1);
  return Array.from({ length: count }, (_, i) => String(Number(from) + i).padStart(width, '0')).flatMap((number) =>
    expandEllipsis(pattern.slice(0, range.index) + number + pattern.slice(range.index + text.length)),
  );
}

/**
 * What the server is started on: `minio_volumes` when given (pools separated by blanks), a plain path on a single node, else
 * the URL of all nodes with the range of their sequence numbers.
 */
export function serverVolumes(member: MinioMember): string {
  const { params } = member.host;
  if (params.minioVolumes !== undefined && params.minioVolumes !== '') return params.minioVolumes;
  const { members } = member.cluster;
  if (members.length === 1) return params.minioData;
  const seqs = members.map(({ seq }) => seq);
  const range = `{${Math.min(...seqs)}...${Math.max(...seqs)}}`;
  const nodes = params.minioNode.replaceAll('${minio_cluster}', member.cluster.name).replaceAll('${minio_seq}', range);
  return `${scheme(member)}://${nodes}:${params.minioPort}${params.minioData}`;
}

export function scheme(member: MinioMember): 'http' | 'https' {
  return member.host.params.minioHttps ? 'https' : 'http';
}
