import commands from '../../../../../schemas/redis-commands.json' with { type: 'json' };
import { report } from '../../../../diagnostics/report.ts';
import { didYouMean } from '../../../../words/suggest.ts';
import type { Diagnostic } from '../../../../diagnostics/diagnostic.ts';
import type { Node, Span } from '../../../../source/node.ts';
import { entries, field, text } from '../../nodes.ts';
import type { Rule } from '../../rule.ts';

export const redisRenames: Rule = {
  codes: ['redis-rename-unknown', 'redis-rename-clash'],
  about: 'Renamed commands exist, and no two commands have one name: Redis does not start otherwise.',
  *check(context) {
    for (const use of context.uses('redis_rename_commands')) yield* renames(use.node);
    for (const use of context.uses('redis_instances'))
      for (const { value } of entries(use.node)) yield* renames(field(value, 'redis_rename_commands'));
  },
};

function* renames(node: Node | undefined): Iterable<Diagnostic> {
  const renamed = entries(node).map(({ key }) => key.text.toLowerCase());
  const taken = new Map<string, Span>();
  for (const { key, value } of entries(node)) {
    const help = commands.includes(key.text.toLowerCase()) ? undefined : didYouMean(key.text.toLowerCase(), commands);
    if (help !== undefined) yield report('redis-rename-unknown', key.span, { command: key.text }, { help });
    const name = text(value)?.toLowerCase() ?? '';
    if (name === '') continue;
    const first = taken.get(name);
    const related = first === undefined ? [] : [{ span: first, message: 'first given here' }];
    if (first !== undefined || (commands.includes(name) && !renamed.includes(name)))
      yield report('redis-rename-clash', value.span, { name: text(value)! }, { related });
    else taken.set(name, value.span);
  }
}
