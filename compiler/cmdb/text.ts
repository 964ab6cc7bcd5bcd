import { isPlain, indented, nameText } from './yaml.ts';
import type { Row } from './row.ts';
import { variableLines } from './value.ts';

/** Columns of a host with its variables in one line. */
const WIDTH = 110;

/** The inventory that rows are, as canonical YAML. */
export function textOfRows(rows: readonly Row[]): string {
  return `${new Writer(rows).lines().join('\n')}\n`;
}

class Writer {
  readonly #rows: readonly Row[];
  readonly #groups: ReadonlyMap<string, Row>;
  readonly #variables: ReadonlyMap<string, readonly Row[]>;
  readonly #hosts: ReadonlyMap<string, readonly Row[]>;
  readonly #children: ReadonlyMap<string, readonly Row[]>;
  readonly #written = new Set<string>();

  constructor(rows: readonly Row[]) {
    const of = (...tables: readonly Row['table'][]) => rows.filter(({ table }) => tables.includes(table));
    this.#rows = rows;
    this.#groups = new Map(of('group').map((row) => [row.cls, row]));
    this.#variables = gathered(of('global_var', 'group_var', 'host_var'), ({ cls, ip }) => `${cls}\0${ip}`);
    this.#hosts = gathered(of('host'), ({ cls }) => cls);
    this.#children = gathered(of('group_child'), ({ cls }) => cls);
  }

  lines(): readonly string[] {
    const remarks = this.#rows.filter(({ table }) => table === 'cmdb_remark').map(({ key }) => key);
    const below = new Set([...this.#children].flatMap(([cls, rows]) => (cls === 'all' ? [] : rows.map((r) => r.key))));
    const beside = new Set(this.#children.get('all')?.map(({ key }) => key));
    const top = [...this.#groups.keys()].filter((name) => !below.has(name) || beside.has(name));
    const sections = [
      ...section(
        'children',
        top.flatMap((name) => this.#group(name)),
      ),
      ...section('vars', this.#vars('', '')),
    ];
    return [...remarks, ...(sections.length === 0 ? ['all: {}'] : ['all:', ...indented(sections)])];
  }

  /** A group is written where it comes first; then its name is enough. */
  #group(name: string): readonly string[] {
    const row = this.#groups.get(name);
    const head = nameText(name);
    if (row === undefined || this.#written.has(name)) return [`${head}: {}`];
    this.#written.add(name);
    const sections = [
      ...section(
        'hosts',
        (this.#hosts.get(name) ?? []).flatMap((host) => this.#host(host)),
      ),
      ...section(
        'children',
        (this.#children.get(name) ?? []).flatMap(({ key }) => this.#group(key)),
      ),
      ...section('vars', this.#vars(name, '')),
    ];
    return [...commentsOf(row), ...(sections.length === 0 ? [`${head}: {}`] : [`${head}:`, ...indented(sections)])];
  }

  #host(row: Row): readonly string[] {
    const head = nameText(row.ip);
    const vars = this.#vars(row.cls, row.ip);
    const line = `${head}: { ${vars.join(', ')} }`;
    if (vars.length === 0) return [...commentsOf(row), `${head}: {}`];
    if (line.length < WIDTH && vars.every(fitsIntoBrackets)) return [...commentsOf(row), line];
    return [...commentsOf(row), `${head}:`, ...indented(vars)];
  }

  #vars(cls: string, ip: string): readonly string[] {
    return (this.#variables.get(`${cls}\0${ip}`) ?? []).flatMap(variableLines);
  }
}

/** One line `name: value` that means the same between braces. */
function fitsIntoBrackets(line: string): boolean {
  const [, key, value] = /^([\w-]+): (\S.*)$/.exec(line) ?? [];
  if (key === undefined || value === undefined) return false;
  return /^["'[{]/.test(value) || isPlain(value, true) || /^(?:[\w.+-]+)$/.test(value);
}

function section(name: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [`${name}:`, ...indented(lines)];
}

function commentsOf({ source }: Row): readonly string[] {
  return source === undefined || source === '' ? [] : source.split('\n').filter((line) => line.startsWith('#'));
}

function gathered(rows: readonly Row[], key: (row: Row) => string): ReadonlyMap<string, readonly Row[]> {
  const found = new Map<string, Row[]>();
  for (const row of rows) {
    const known = found.get(key(row));
    if (known === undefined) found.set(key(row), [row]);
    else known.push(row);
  }
  return found;
}
