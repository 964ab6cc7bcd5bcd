/** Clients that write all the time while hosts fail, and what their records prove. */
import * as assert from 'uvu/assert';
import { type HostName, type Lab } from './lab.ts';
import { MEMBERS } from './postgres.ts';

/** Seconds since the epoch; all namespaces share one clock. */
interface Span {
  readonly from: number;
  readonly to: number;
}

export interface Written {
  /** Identifiers whose commit was acknowledged. */
  readonly acknowledged: readonly number[];
  /** The longest time between two acknowledged writes, seconds. */
  readonly outage: number;
}

/** An application that inserts ascending numbers into `table(id int)` through a connection of its own each, ten a second. */
export class Writer {
  readonly #client: { stop(): string };

  constructor(lab: Lab, target: string, table: string, first: number) {
    this.#client = lab.background(undefined, `n=${first}
      while :; do
        if timeout 4 psql -wqAXt -d '${target}' -c "insert into ${table}(id) values ($n)" >/dev/null 2>&1; then echo "$EPOCHREALTIME $n"; fi
        n=$((n + 1))
        sleep 0.1
      done`);
  }

  stop(): Written {
    const rows = this.#client.stop().trim().split('\n').filter((line) => /^[\d.]+ \d+$/.test(line)).map((line) => line.split(' ').map(Number) as [number, number]);
    assert.ok(rows.length > 1, 'the writer has written');
    const outage = rows.slice(1).reduce((longest, [at], index) => Math.max(longest, at - rows[index]![0]), 0);
    return { acknowledged: rows.map(([, id]) => id), outage };
  }
}

/**
 * Asks every member all the time whether it accepts a write: as the superuser on the host itself, which a cut does not reach, and
 * committing without waiting for a standby, so that nothing but the role of the server can refuse it.
 */
export class WritableSides {
  readonly #samplers: readonly (readonly [HostName, { stop(): string }])[];

  constructor(lab: Lab, table: string, database: string, members: readonly HostName[] = MEMBERS) {
    this.#samplers = members.map((host) => [host, lab.background(host, `PATH=/usr/pgsql/bin:$PATH; while :; do
      from=$EPOCHREALTIME
      if timeout 3 runuser -u postgres -- psql -wqAXt -d ${database} -c 'set synchronous_commit = local' -c "insert into ${table} values ('${host}')" >/dev/null 2>&1; then echo "$from $EPOCHREALTIME"; fi
      sleep 0.2
    done`)]);
  }

  /** Ends the sampling; fails when `old` accepted a write after another member had accepted one. */
  assertNeverTwo(old: HostName): void {
    const spans = new Map(this.#samplers.map(([host, sampler]) => [host, spansOf(sampler.stop())]));
    const last = Math.max(...spans.get(old)!.map((span) => span.to));
    const others = [...spans].filter(([host]) => host !== old).flatMap(([host, list]) => list.map((span) => ({ host, ...span })));
    assert.ok(spans.get(old)!.length > 0 && others.length > 0, `both sides were writable at some time: ${JSON.stringify([...spans].map(([host, list]) => [host, list.length]))}`);
    const first = others.reduce((early, span) => (span.from < early.from ? span : early));
    assert.ok(last < first.from, `${old} accepted a write ${(last - first.from).toFixed(2)} s after ${first.host} had accepted one`);
    assert.is(new Set(others.map((span) => span.host)).size, 1, 'one heir');
  }
}

function spansOf(log: string): readonly Span[] {
  return log.trim().split('\n').filter((line) => /^[\d.]+ [\d.]+$/.test(line)).map((line) => {
    const [from, to] = line.split(' ').map(Number);
    return { from: from!, to: to! };
  });
}
