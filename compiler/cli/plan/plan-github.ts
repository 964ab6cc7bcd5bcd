/** A plan in the log of a GitHub workflow: an annotation for each group of hosts, the diff below. */
import { createHash } from 'node:crypto';
import { impactGroups, listed } from '../impact-text.ts';
import { escapeData, escapeProperty } from '../report/github.ts';
import type { Style } from '../style.ts';
import { verdict, type Plan } from '../../review/diff/plan.ts';
import { planText } from './plan-text.ts';

/** GitHub shows ten annotations of a step. */
const MOST = 10;
const MOST_HOSTS = 4;

/** @param plain a style without colors */
export function planGithub(plan: Plan, plain: Style): string {
  const groups = impactGroups(plan.impact, plain);
  const notes = groups.slice(0, MOST).map(({ hosts, lines }) => {
    const kind = lines.some((line) => /waits for --allow-restart|not possible in place/.test(line))
      ? 'warning'
      : 'notice';
    return `::${kind} title=${escapeProperty(listed(hosts, MOST_HOSTS))}::${escapeData(lines.join('\n'))}\n`;
  });
  const more = groups.length > MOST ? `::notice title=plan::… and ${groups.length - MOST} more groups of hosts\n` : '';
  const text = planText(plan, plain);
  // What an inventory says must not be taken for a command. No text contains its own hash.
  const end = createHash('sha256').update(text).digest('hex');
  return `${notes.join('')}${more}::group::${escapeData(verdict(plan))}\n::stop-commands::${end}\n${text}::${end}::\n::endgroup::\n`;
}
