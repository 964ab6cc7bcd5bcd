/** Lines that no connection reaches, because earlier ones are for all that they are for. */
import { covers, sameDemand } from '../../../../domain/hba/cover.ts';
import type { Related } from '../../../../diagnostics/diagnostic.ts';
import { report } from '../../../../diagnostics/report.ts';
import type { MapNode } from '../../../../source/node.ts';
import type { Rule } from '../../rule.ts';
import { subjects, type Subject, type SubjectLine } from './subjects.ts';

/** For one rule: what it comes to on every member that has it. */
interface Reach {
  covered: boolean;
  /** A covering line that asks something else. */
  other: SubjectLine | undefined;
  by: SubjectLine | undefined;
}

export const hbaShadows: Rule = {
  codes: ['hba-shadowed', 'hba-redundant'],
  about: 'Rules that no connection ever reaches.',
  *check(context) {
    const reaches = new Map<MapNode, Reach>();
    for (const subject of subjects(context))
      for (const [node, reach] of reachesOf(subject)) {
        const known = reaches.get(node);
        if (known === undefined) reaches.set(node, reach);
        else {
          known.covered &&= reach.covered;
          known.other ??= reach.other;
        }
      }
    for (const [node, { covered, other, by }] of reaches) {
      if (!covered) continue;
      if (other !== undefined)
        yield report(
          'hba-shadowed',
          node.span,
          { earlier: nameOf(other), line: other.text },
          { related: relatedTo(other) },
        );
      else if (by?.node !== undefined && by.rule.list === 'own')
        yield report('hba-redundant', node.span, { earlier: nameOf(by) }, { related: relatedTo(by) });
    }
  },
};

function reachesOf({ lines, roles, dialect }: Subject): ReadonlyMap<MapNode, Reach> {
  const reaches = new Map<MapNode, Reach>();
  lines.forEach((line, i) => {
    if (line.node === undefined || line.parsed.kind !== 'line') return;
    const later = line.parsed.line;
    const by = lines
      .slice(0, i)
      .find(
        (earlier) =>
          earlier.rule !== line.rule &&
          earlier.parsed.kind === 'line' &&
          covers(earlier.parsed.line, later, roles, dialect),
      );
    const reach = reaches.get(line.node) ?? { covered: true, other: undefined, by: undefined };
    reaches.set(line.node, reach);
    reach.covered &&= by !== undefined;
    if (by === undefined) return;
    reach.by ??= by;
    if (by.parsed.kind === 'line' && !sameDemand(by.parsed.line, later)) reach.other ??= by;
  });
  return reaches;
}

export const hiddenDefaults: Rule = {
  codes: ['hba-hides-default'],
  about: 'Default rules of the schema that a rule of the site takes everything from.',
  *check(context) {
    const hidden = new Map<MapNode, Set<string>>();
    for (const { lines, roles, dialect } of subjects(context)) {
      const denials = lines.filter(({ node, parsed }) => node !== undefined && isDenial(parsed));
      if (denials.length === 0) continue;
      const open = new Map<SubjectLine['rule'], SubjectLine | undefined>();
      for (const [i, line] of lines.entries()) {
        if (line.node !== undefined || line.parsed.kind !== 'line' || isDenial(line.parsed)) continue;
        const later = line.parsed.line;
        const by = denials.find(
          (denial) =>
            lines.indexOf(denial) < i &&
            denial.parsed.kind === 'line' &&
            covers(denial.parsed.line, later, roles, dialect),
        );
        if (!open.has(line.rule) || open.get(line.rule) !== undefined) open.set(line.rule, by);
      }
      for (const [rule, by] of open) {
        if (by === undefined) continue;
        hidden.set(by.node!, (hidden.get(by.node!) ?? new Set()).add(rule.title ?? ''));
      }
    }
    for (const [node, titles] of hidden) yield report('hba-hides-default', node.span, { rules: listOf([...titles]) });
  },
};

function isDenial(parsed: SubjectLine['parsed']): boolean {
  return parsed.kind === 'line' && parsed.line.method === 'reject';
}

function listOf(titles: readonly string[]): string {
  const shown = titles.slice(0, 2).map((title) => `\`${title}\``);
  const rest = titles.length - shown.length;
  return `${titles.length === 1 ? 'rule' : 'rules'} ${shown.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}

/** A line's rule, for people. */
export function nameOf({ node, rule }: SubjectLine): string {
  const name = rule.title === undefined || rule.title === '' ? 'a rule' : `rule \`${rule.title}\``;
  return node === undefined ? `default ${name.replace(/^a /, '')}` : name;
}

/** The place of the line that decides, when the inventory has it. */
export function relatedTo({ node }: SubjectLine): readonly Related[] | undefined {
  return node === undefined ? undefined : [{ span: node.span, message: 'this one decides' }];
}
