import type { InventoryHost } from '../../../2-merge/inventory.ts';
import type { CheckContext } from '../../context.ts';

/** The name of a member for the others. */
export function nodeName(context: CheckContext, host: InventoryHost): string {
  return context
    .of(host)
    .minioNode.value.replaceAll('${minio_cluster}', context.of(host).minioCluster.value)
    .replaceAll('${minio_seq}', context.of(host).minioSeq.text);
}

/** More than any list of drives or servers: a range that is a slip of the pen ends here. */
const MOST = 1000;

/** `s{1...3}` → three texts; several ranges multiply. */
export function expandRanges(pattern: string): readonly string[] {
  const match = /^(.*?)\{([0-9]+)\.\.\.([0-9]+)\}(.*)$/.exec(pattern);
  if (match === null) return [pattern];
  const [, head, from, to, tail] = match as unknown as readonly [string, string, string, string, string];
  const width = from.startsWith('0') ? from.length : 0;
  const count = Math.max(0, Math.min(Number(to) - Number(from) + 1, MOST));
  const rest = expandRanges(tail);
  return Array.from({ length: count }, (_, index) => String(Number(from) + index).padStart(width, '0'))
    .flatMap((number) => rest.map((end) => `${head}${number}${end}`))
    .slice(0, MOST);
}
