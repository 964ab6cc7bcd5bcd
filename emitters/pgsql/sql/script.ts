import { conninfo } from '../../toolkit/quote/conninfo.ts';
import { sqlComment, sqlLiteral } from '../../toolkit/quote/sql.ts';
import { requireLine } from '../../toolkit/quote/unrepresentable.ts';
import { Lines } from '../../toolkit/lines.ts';

/** An argument of `\connect`, which psql reads by the rules of a quoted identifier, on one line. */
function connectArgument(value: string): string {
  return `"${requireLine('psql', value).replaceAll('"', '""')}"`;
}

/** A single-quoted argument of any other psql meta-command. */
export function psqlArgument(value: string): string {
  return `'${requireLine('psql', value).replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}

/**
 * A psql script that changes only what differs: every change is a statement behind a condition. psql prints one
 * command tag per executed change and nothing else, which is how the runtime knows what a run has changed.
 */
export class SqlScript {
  readonly #lines = new Lines();
  /** Whether psql keeps command tags to itself at this point; undefined after a part that may have been skipped. */
  #quiet: boolean | undefined;

  constructor(title: string) {
    this.#lines.add(sqlComment(title), '\\set ON_ERROR_STOP on');
    this.#session();
  }

  section(title: string): this {
    this.#lines.blank().add(sqlComment(title));
    return this;
  }

  /** Runs `statement` when `condition` (a boolean SQL expression) is true. */
  change(condition: string, statement: string): this {
    return this.computedChange(condition, sqlLiteral(statement));
  }

  /** Runs the statement that the SQL expression evaluates to when `condition` is true. */
  computedChange(condition: string, expression: string): this {
    this.#tags(true).#lines.add(`SELECT ${expression}`, `  WHERE ${condition}`, '\\gexec');
    return this;
  }

  /** A statement that counts as a change whenever it runs. */
  statement(text: string): this {
    this.#tags(true).#lines.add(`${text};`);
    return this;
  }

  /** Changes inside are applied together or not at all. */
  transaction(body: () => void): this {
    this.silent('BEGIN;');
    body();
    return this.silent('COMMIT;');
  }

  /** Goes on in another database of the same server. */
  connect(database: string): this {
    this.silent(`\\connect -reuse-previous=on ${connectArgument(conninfo({ dbname: database }))}`);
    this.#session();
    return this;
  }

  /** Runs `body` only when the SQL expression is true. */
  when(name: string, expression: string, body: () => void, otherwise: readonly string[] = []): this {
    this.silent(`SELECT ${expression} AS ${name} \\gset`, `\\if :${name}`);
    body();
    if (otherwise.length > 0) this.#lines.add('\\else', ...otherwise);
    this.#lines.add('\\endif');
    this.#quiet = undefined;
    return this;
  }

  /** Lines that are no change: they print nothing. */
  silent(...lines: readonly string[]): this {
    this.#tags(false).#lines.add(...lines);
    return this;
  }

  toString(): string {
    return this.#lines.toString();
  }

  #session(): void {
    this.silent('SET client_min_messages TO warning;', 'SET log_statement TO none;');
  }

  #tags(shown: boolean): this {
    if (this.#quiet === !shown) return this;
    this.#lines.add(`\\set QUIET ${shown ? 'off' : 'on'}`);
    this.#quiet = !shown;
    return this;
  }
}
