/** Clients that write all the time while hosts fail, and what their records prove. */
import * as assert from 'uvu/assert';
import type { HostName, Lab } from './lab.ts';
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
  /** When the first and the last were acknowledged, seconds since the epoch. */
  readonly first: number;
  readonly last: number;
}

/** An application that inserts ascending numbers into `table(id int)` through a connection of its own each, two a second. */
export class Writer {
  readonly #client: { stop(): string };

  /** `pause`: seconds between one write and the next, below which no interruption is seen. */
  constructor(lab: Lab, target: string, table: string, first: number, pause = 0.5) {
    this.#client = lab.background(
      undefined,
      `n=${first}
      while :; do
        if timeout 4 psql -wqAXt -d '${target}' -c "insert into ${table}(id) values ($n)" >/dev/null 2>&1; then echo "$EPOCHREALTIME $n"; fi
        n=$((n + 1))
        sleep ${pause}
      done`,
    );
  }

  stop(): Written {
    const rows = this.#client
      .stop()
      .trim()
      .split('\n')
      .filter((line) => /^[\d.]+ \d+$/.test(line))
      .map((line) => line.split(' ').map(Number) as [number, number]);
    assert.ok(rows.length > 1, 'the writer has written');
    const outage = rows.slice(1).reduce((longest, [at], index) => Math.max(longest, at - rows[index]![0]), 0);
    return { acknowledged: rows.map(([, id]) => id), outage, first: rows[0]![0], last: rows.at(-1)![0] };
  }
}

/** An application that keeps one session and asks something twice a second; one that ends is made again. */
export class Session {
  readonly #client: { stop(): string };

  constructor(lab: Lab, target: string) {
    this.#client = lab.background(
      undefined,
      `while :; do
        while echo 'select 1;' && sleep 0.5; do :; done 2>/dev/null | psql -wqAXt -v ON_ERROR_STOP=1 -d '${target}' 2>/dev/null
        echo ended
        sleep 0.5
      done`,
    );
  }

  /** Ends it; how many sessions were lost. One that was never made counts as none. */
  stop(): number {
    return this.#client.stop().match(/^1\nended$/gm)?.length ?? 0;
  }
}

/** How a write is committed: as the cluster's settings ask, or (`local`) without waiting for a standby. */
type Commit = 'acknowledged' | 'local';

/**
 * Asks every member all the time whether it accepts a write, as the superuser on the host itself, which a cut does not reach. Once as any
 * client would, and once without waiting for a standby, so that nothing but the role of the server can refuse it.
 */
export class WritableSides {
  readonly #samplers: readonly { readonly host: HostName; readonly commit: Commit; stop(): string }[];

  constructor(lab: Lab, table: string, database: string, members: readonly HostName[] = MEMBERS) {
    this.#samplers = members.flatMap((host) =>
      (['acknowledged', 'local'] as const).map((commit) => ({
        host,
        commit,
        // One session asks as long as it is let. What it gets to read, once the transaction has ended, is the server's
        // time before the commit.
        ...lab.background(
          host,
          `while :; do
        setpriv --reuid=postgres --regid=postgres --clear-groups /usr/pgsql/bin/psql -wqAXt -v ON_ERROR_STOP=1 \
-d ${database} 2>/dev/null <<'SQL' | while read -r from; do echo "$from $EPOCHREALTIME"; done
${commit === 'local' ? 'set synchronous_commit = local;\n' : ''}do $$ begin if not pg_is_in_recovery() then \
insert into ${table} values ('${host}'); end if; end $$ \\; select extract(epoch from clock_timestamp()) where not pg_is_in_recovery()
\\watch 0.2
SQL
        sleep 0.2
      done`,
        ),
      })),
    );
  }

  /**
   * Ends the sampling; fails when `old` acknowledged a write after another member had. Returns for how many seconds both had the role of a
   * primary: time in which the old one could only be written to by who asks it not to wait for a standby.
   */
  assertNeverTwo(old: HostName): number {
    const logs = this.#samplers.map((sampler) => ({
      host: sampler.host,
      commit: sampler.commit,
      spans: spansOf(sampler.stop()),
    }));
    const overlap = (commit: Commit): number => {
      const mine = logs.filter((log) => log.commit === commit);
      const last = Math.max(
        ...mine
          .filter((log) => log.host === old)
          .flatMap((log) => log.spans)
          .map((span) => span.to),
      );
      const heirs = mine.filter((log) => log.host !== old && log.spans.length > 0);
      assert.is(heirs.length, 1, 'one heir');
      return last - Math.min(...heirs[0]!.spans.map((span) => span.from));
    };
    const both = overlap('acknowledged');
    assert.ok(Number.isFinite(both) && both < 0, `${old} acknowledged a write ${both.toFixed(2)} s after its heir had`);
    return Math.max(0, overlap('local'));
  }
}

function spansOf(log: string): readonly Span[] {
  return log
    .trim()
    .split('\n')
    .filter((line) => /^[\d.]+ [\d.]+$/.test(line))
    .map((line) => {
      const [from, to] = line.split(' ').map(Number);
      return { from: from!, to: to! };
    });
}
