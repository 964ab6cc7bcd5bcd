/** What a new name means for a site that runs, and where the former one stays. */
import type { Span } from '../../source/node.ts';
import type { Analysis } from './analysis.ts';
import type { Mention } from './mentions.ts';
import { walk } from './slot.ts';

/** More places than this are counted. */
const MOST_PLACES = 5;

/** What somebody who renames should know, in a few sentences. */
export function renameNotes(analysis: Analysis, mention: Mention, same: readonly Mention[], name: string): string {
  const former = mention.names[0]!;
  const notes = [running(mention, same, former, name), left(analysis, mention, same, former)];
  return notes.filter((note) => note !== '').join(' ');
}

function running({ kind }: Mention, same: readonly Mention[], former: string, name: string): string {
  if (kind === 'user')
    return (
      `Servers that have the user ${former} keep it: before the next deployment run ` +
      `ALTER ROLE "${former}" RENAME TO "${name}" on the primary, or ${name} is created beside it and owns nothing.`
    );
  if (kind === 'database')
    return (
      `Servers that have the database ${former} keep it: before the next deployment run ` +
      `ALTER DATABASE "${former}" RENAME TO "${name}" on the primary, or ${name} is created beside it and is empty.`
    );
  return same.some(({ identity }) => identity !== undefined)
    ? `Hosts with data refuse another name of their cluster ${former}: ` +
        'there, a cluster of the new name is a second one to which the data go.'
    : '';
}

/** Texts that have the former name as a word, or as the first part of the name of an instance or service. */
function left(analysis: Analysis, { kind }: Mention, same: readonly Mention[], former: string): string {
  const changed = new Set(same.map(({ token }) => token));
  const end = kind === 'group' ? '(?![\\w.])' : '(?![\\w.-])';
  const word = new RegExp(`(?<![\\w.-])${former.replace(/[$.]/g, '\\$&')}${end}`);
  const spans: Span[] = [];
  for (const tree of analysis.trees.values())
    walk(tree, ({ token, slot }) => {
      if (!changed.has(token) && slot.kind === 'value' && slot.field !== 'comment' && word.test(token.text))
        spans.push(token.span);
    });
  if (spans.length === 0) return '';
  const lines = new Set(spans.map(({ file, start }) => file.position(start).line));
  const shown = [...lines].slice(0, MOST_PLACES).join(', ');
  const places = `line${lines.size > 1 ? 's' : ''} ${shown}${lines.size > MOST_PLACES ? ' …' : ''}`;
  return `The word ${former} stays in ${places}, which may mean something else.`;
}
