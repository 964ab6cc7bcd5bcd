import { report } from '../../../../diagnostics/report.ts';
import { didYouMean } from '../../../../words/suggest.ts';
import type { Diagnostic } from '../../../../diagnostics/diagnostic.ts';
import type { MapEntry } from '../../../../source/node.ts';
import { entries, items, text, valueOf } from '../../nodes.ts';
import type { Rule } from '../../rule.ts';

const FIELDS = [
  'ttl',
  'loop wait',
  'retry timeout',
  'primary start timeout',
  'safety margin',
  'inter',
  'fastinter',
  'downinter',
  'rise',
  'fall',
] as const;

export const profileName: Rule = {
  codes: ['rto-unknown'],
  about: 'A recovery profile is one of the known ones.',
  *check(context) {
    for (const use of context.uses('pg_rto')) {
      const name = text(use.node);
      const plan = context.of(use.hosts[0]!).pgRtoPlan.plain;
      if (name === undefined || typeof plan !== 'object' || plan === null || Object.hasOwn(plan, name)) continue;
      const known = Object.keys(plan);
      yield report(
        'rto-unknown',
        use.node.span,
        { name },
        { help: didYouMean(name, known) ?? `known: ${known.join(', ')}` },
      );
    }
  },
};

export const plans: Rule = {
  codes: ['rto-plan', 'rto-margin'],
  about: 'Times of a recovery plan go together: what Patroni does in one round fits into what the DCS ' + 'waits for.',
  *check(context) {
    for (const use of context.uses('pg_rto_plan')) for (const plan of entries(use.node)) yield* checkPlan(plan);
  },
};

function* checkPlan({ key, value }: MapEntry): Iterable<Diagnostic> {
  const list = items(value).map((item) => valueOf(item));
  if (list.length !== FIELDS.length) {
    yield report('rto-plan', value.span, {
      name: key.text,
      problem: 'count',
      wanted: FIELDS.length,
      fields: FIELDS.join(', '),
      count: list.length,
    });
    return;
  }
  const [ttl, loop, retry, , margin, inter, fastinter] = list.map(seconds);
  const bad = list.findIndex((item) => seconds(item) === undefined);
  if (bad !== -1) {
    yield report('rto-plan', items(value)[bad]!.span, {
      name: key.text,
      problem: 'value',
      value: String(list[bad]),
      field: FIELDS[bad]!,
    });
    return;
  }
  if (ttl! < loop! + 2 * retry!) {
    yield report('rto-plan', items(value)[0]!.span, {
      name: key.text,
      problem: 'ttl',
      ttl: ttl!,
      least: loop! + 2 * retry!,
    });
  }
  if (margin! >= ttl!)
    yield report('rto-margin', items(value)[4]!.span, {
      name: key.text,
      problem: 'margin',
      margin: margin!,
      ttl: ttl!,
    });
  if (inter! <= fastinter!) yield report('rto-margin', items(value)[6]!.span, { name: key.text, problem: 'fastinter' });
}

/** Seconds of `5`, `2s`, `0.5s` or `500ms`. */
function seconds(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  const match = typeof value === 'string' ? /^([0-9]+(?:\.[0-9]+)?)(ms|s|m)?$/.exec(value) : null;
  if (match === null) return undefined;
  return Number(match[1]) * (match[2] === 'ms' ? 0.001 : match[2] === 'm' ? 60 : 1);
}
