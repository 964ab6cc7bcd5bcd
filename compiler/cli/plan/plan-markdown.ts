/** A plan as a comment on a pull request: what happens on the hosts on one screen, everything else folded away. */
import { impactGroups, listed, type ImpactGroup } from '../impact-text.ts';
import type { Style } from '../style.ts';
import { counted, sameText } from '../../review/diff/fold.ts';
import { countText, hostsOf, shownFiles, silentText, type Plan } from '../../review/diff/plan.ts';
import { headings } from './plan-text.ts';
import { statOf } from '../../review/diff/stat.ts';

/** In characters: GitHub takes 65,536, and quotes some. */
const LONGEST = 60_000;
/** Of groups of hosts, before the others are folded. */
const MOST_ROWS = 8;
/** In characters, of each of the at most three tables. */
const LONGEST_TABLE = 12_000;
const MOST_HOSTS = 4;

/** Marks what waits or is refused. */
const STRONG_MARK = '\0';
const STRONG: Style = marks(STRONG_MARK);

export function planMarkdown(plan: Plan): string {
  const { files, impact, base, target } = plan;
  const since = base === undefined ? code(target) : code(base);
  if (files.length === 0) return `### Plan: nothing changes\n\nCompared with ${since}.\n`;
  const groups = impactGroups(impact, STRONG);
  const others = groups.slice(MOST_ROWS);
  const head = [
    `### Plan: ${counted(files.length, 'file')} on ${counted(hostsOf(plan).length, 'host')}`,
    `Compared with ${since}: ${countText(files)}.`,
    ...(groups.length === 0 ? [] : [impactTable(groups.slice(0, MOST_ROWS))]),
    ...(others.length === 0 ? [] : [details(`${counted(others.length, 'more group')} of hosts`, impactTable(others))]),
    details('Files', statTable(plan)),
  ].join('\n\n');
  return `${head}\n\n${diffDetails(plan, LONGEST - head.length)}`;
}

const MORE = '*The rest is too long for a comment: run `pigstyc diff` with the same `--base`.*';

function impactTable(groups: readonly ImpactGroup[]): string {
  const rows = groups.map(({ hosts, lines }) => {
    const text = lines.map((line) => cell(line).replaceAll(STRONG_MARK, '**')).join('<br>');
    return `| ${listed(hosts.map(cell), MOST_HOSTS)} | ${text} |`;
  });
  return table('| hosts | what happens |\n|---|---|', rows);
}

/** As many of the rows as fit, and what is left out. */
function table(heading: string, rows: readonly string[]): string {
  const shown = cut(rows, LONGEST_TABLE);
  return [heading, ...shown, ...(shown.length < rows.length ? ['', MORE] : [])].join('\n');
}

function statTable(plan: Plan): string {
  const rows = statOf(plan).map(
    ({ path, files: count, lines, change }) => `| ${code(path)} | ${count} | ${change} | ${lines} |`,
  );
  const silent = silentText(plan.files);
  return `${table('| file | files | | lines |\n|---|---|---|---|', rows)}${silent === '' ? '' : `\n\n${silent}`}`;
}

/** The hunks, as many as there is room for. */
function diffDetails(plan: Plan, room: number): string {
  const lines = shownFiles(plan).flatMap((file) => [
    ...headings(file),
    ...file.hunks.flatMap((hunk) => {
      const same = sameText(hunk, plan.names);
      return [...hunk.lines, ...(same === '' ? [] : [`= ${same}`])];
    }),
  ]);
  if (lines.length === 0) return '';
  const shown = cut(lines, room - 500);
  const fence = fenceFor(shown);
  const summary = plan.view.full ? 'Diff' : 'Diff, each hunk once';
  const body = `${fence}diff\n${shown.join('\n')}\n${fence}`;
  return `${details(summary, shown.length === lines.length ? body : `${body}\n\n${MORE}`)}\n`;
}

function details(summary: string, body: string): string {
  return `<details><summary>${summary}</summary>\n\n${body}\n\n</details>`;
}

/** As many of the lines as fit. */
function cut(lines: readonly string[], room: number): readonly string[] {
  let length = 0;
  const end = lines.findIndex((line) => (length += line.length + 1) > room);
  return end === -1 ? lines : lines.slice(0, end);
}

/** A fence that no line closes. */
function fenceFor(lines: readonly string[]): string {
  const longest = lines.reduce(
    (most, line) => Math.max(most, ...(line.match(/`+/g) ?? []).map(({ length }) => length)),
    2,
  );
  return '`'.repeat(longest + 1);
}

/** Text that means nothing to Markdown or HTML, and nobody is called by it. */
function cell(text: string): string {
  return text
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/[<>&@]/g, (sign) => `&#${sign.codePointAt(0)};`)
    .replaceAll(/[\\|`_*~[\]]/g, (sign) => `\\${sign}`);
}

function code(text: string): string {
  return `<code>${cell(text)}</code>`;
}

function marks(mark: string): Style {
  const plain = (text: string): string => text;
  const strong = (text: string): string => `${mark}${text}${mark}`;
  return { width: 0, bold: plain, dim: plain, cyan: plain, green: plain, red: strong, yellow: plain };
}
