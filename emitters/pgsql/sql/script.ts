import { conninfo } from '../../toolkit/quote/conninfo.ts';
import { sqlComment, sqlLiteral } from '../../toolkit/quote/sql.ts';
import { Lines } from '../../toolkit/lines.ts';

/** An argument of `\connect`, which psql reads by the rules of a quoted identifier. */
function connectArgument(value: string): string {
  return `"${value.replaceAll('"', '""')}"`;
}

/** A single-quoted argument of any other psql meta-command. */
export function psqlArgument(value: string): string {
  return `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}

/**
 * A psql script that changes only what differs: every change is a statement behind a condition. psql prints one
 * command tag per executed change and nothing else, which is how the runtime knows what a run has changed.
 */
export class SqlScript {
  readonly #lines = new Lines();

  constructor(title: string) {
    this.#lines.add(sqlComment(title), '\\set ON_ERROR_STOP on', '\\set QUIET on', 'SET client_min_messages TO warning;', 'SET log_statement TO none;');
  }

  section(title: string): this {
    this.#lines.blank().add(sqlComment(title));
    return this;
  }

  /** Runs `statement` when `condition` (a boolean SQL expression) is true. */
  change(condition: string, statement: string): this {
    this.#lines.add(`SELECT ${sqlLiteral(statement)}`, `  WHERE ${condition}`, '\\gexec');
    return this;
  }

  /** Runs the statement that the SQL expression evaluates to when `condition` is true. */
  computedChange(condition: string, expression: string): this {
    this.#lines.add(`SELECT ${expression}`, `  WHERE ${condition}`, '\\gexec');
    return this;
  }

  /** Changes inside are applied together or not at all. */
  transaction(body: () => void): this {
    this.#lines.blank().add('\\set QUIET on', 'BEGIN;', '\\set QUIET off');
    body();
    this.#lines.blank().add('\\set QUIET on', 'COMMIT;', '\\set QUIET off');
    return this;
  }

  /** Changes inside run one by one: what PostgreSQL forbids in a transaction. */
  oneByOne(body: () => void): this {
    this.#lines.blank().add('\\set QUIET off');
    body();
    this.#lines.add('\\set QUIET on');
    return this;
  }

  /** Goes on in another database of the same server. */
  connect(database: string): this {
    this.#lines.blank().add('\\set QUIET on', `\\connect -reuse-previous=on ${connectArgument(conninfo({ dbname: database }))}`, 'SET client_min_messages TO warning;', 'SET log_statement TO none;');
    return this;
  }

  /** Runs `body` only when the SQL expression is true. */
  when(name: string, expression: string, body: () => void): this {
    this.#lines.add('\\set QUIET on', `SELECT ${expression} AS ${name} \\gset`, `\\if :${name}`);
    body();
    this.#lines.add('\\endif');
    return this;
  }

  /** Lines as they are. */
  raw(...lines: readonly string[]): this {
    this.#lines.add(...lines);
    return this;
  }

  toString(): string {
    return this.#lines.toString();
  }
}
