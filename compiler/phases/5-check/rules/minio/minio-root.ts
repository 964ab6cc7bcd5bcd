import { report } from '../../../../diagnostics/report.ts';
import type { Diagnostic } from '../../../../diagnostics/diagnostic.ts';
import { field, maps, text, textField } from '../../nodes.ts';
import type { Rule } from '../../rule.ts';

/** Shortest keys that the server starts with. */
const SHORTEST = [
  ['minio_access_key', 3],
  ['minio_secret_key', 8],
] as const;

export const minioRoot: Rule = {
  codes: ['minio-root'],
  about: "The root user's keys are long enough, and no other user has its name.",
  *check(context) {
    for (const [name, least] of SHORTEST)
      for (const { node } of context.uses(name)) yield* tooShort(name, least, text(node) ?? '', node.span);
    for (const use of context.uses('minio_users')) {
      const root = context.of(use.hosts[0]!).minioAccessKey.value;
      const same = maps(use.node).find((user) => textField(user, 'access_key') === root);
      if (same !== undefined)
        yield report('minio-root', field(same, 'access_key')!.span, {
          name: 'minio_users',
          problem: 'same-name',
        });
    }
  },
};

function* tooShort(name: string, least: number, value: string, span: Diagnostic['span']): Iterable<Diagnostic> {
  if (value.length < least && !value.includes('${'))
    yield report('minio-root', span, { name, problem: 'short', least });
}
