/** A plan for people, and for patch(1). */
import { impactText } from '../impact-text.ts';
import type { Style } from '../style.ts';
import { columns } from '../table.ts';
import { sameText, type FoldedFile } from '../../review/diff/fold.ts';
import { hostsOf, shownFiles, silentText, verdict, type Plan } from '../../review/diff/plan.ts';
import { statOf } from '../../review/diff/stat.ts';

/** Diffs, the number of other files, what happens on each host, and a line about the whole; or the parts that are asked for. */
export function planText(plan: Plan, style: Style): string {
  const { view, impact } = plan;
  if (view.hosts)
    return hostsOf(plan)
      .map((host) => `${host}\n`)
      .join('');
  const onHosts = impact.length === 0 ? [] : ['on the hosts:', ...impactText(impact, style)];
  const sections = [
    ...(view.stat ? [statLines(plan)] : []),
    ...(view.impact ? [onHosts] : []),
    ...(view.stat || view.impact ? [] : [diffLines(plan, style), [silentText(plan.files)], onHosts]),
    [verdict(plan)],
  ];
  return sections
    .map((lines) => lines.filter((line) => line !== '').join('\n'))
    .filter((text) => text !== '')
    .map((text) => `${text}\n`)
    .join('\n');
}

/** The hunks with their file names, and where else each is. */
function diffLines(plan: Plan, style: Style): readonly string[] {
  return shownFiles(plan).flatMap((file) => [
    ...headings(file).map((line) => style.bold(line)),
    ...file.hunks.flatMap((hunk) => {
      const same = sameText(hunk, plan.names);
      return [...hunk.lines.map((line) => painted(line, style)), ...(same === '' ? [] : [style.dim(`= ${same}`)])];
    }),
  ]);
}

/** The two lines that name a file in a unified diff. */
export function headings({ path, change }: Pick<FoldedFile, 'path' | 'change'>): readonly string[] {
  return [
    `--- ${change === 'added' ? '/dev/null' : `a/${path}`}`,
    `+++ ${change === 'removed' ? '/dev/null' : `b/${path}`}`,
  ];
}

function painted(line: string, style: Style): string {
  if (line.startsWith('+')) return style.green(line);
  if (line.startsWith('-')) return style.red(line);
  return line.startsWith('@@') ? style.cyan(line) : line;
}

function statLines(plan: Plan): readonly string[] {
  const rows = statOf(plan).map(({ path, files: count, lines, change }) => [
    path,
    count === 1 ? '' : `${count} files`,
    change === 'changed' ? '' : change,
    lines,
  ]);
  return columns(rows).trimEnd().split('\n');
}
