/**
 * Puts faults into correct inventories and counts which of them `check` sees, at the right place, with the right suggestion.
 *
 *   npm run mutation -- [--class WORD]… [--seed WORD] [--count N] [--missed] [--markdown]
 *
 * Inventories: fixtures/ok and test/mutation/inventories, and every *.yml below $PIGSTYC_INVENTORIES.
 */
import { parseArgs } from 'node:util';
import { inventories, publicInventories } from './inventories.ts';
import { FAULTS } from './faults/index.ts';
import { score, type Score } from './report.ts';
import { checkerFor, trials, type Trial } from './run.ts';

const { values } = parseArgs({
  options: {
    class: { type: 'string', multiple: true, default: [] },
    seed: { type: 'string', default: 'pigstyc' },
    count: { type: 'string', default: '60' },
    missed: { type: 'boolean', default: false },
    markdown: { type: 'boolean', default: false },
  },
});

const kinds = FAULTS.filter(
  (kind) => values.class.length === 0 || values.class.some((word) => kind.name.includes(word)),
);
const plan = { seed: values.seed, perClass: Number(values.count) };
const sets = [
  { title: 'own inventories', bases: inventories() },
  { title: 'public inventories', bases: publicInventories() },
].filter(({ bases }) => bases.length > 0);

for (const { title, bases } of sets) {
  const started = process.cpuUsage();
  console.log(`\n${title}: ${bases.length} inventories, ${kinds.length} classes, seed ${plan.seed}\n`);
  const all: Trial[] = [];
  const checker = checkerFor(bases);
  // Each class is printed when it is done, for who stops a long run.
  for (const kind of kinds) {
    const own = [...trials(checker, kind, bases, plan)];
    all.push(...own);
    print(score(kind.name, kind.what, own));
    if (values.missed)
      own
        .filter(({ verdict, suggested }) => verdict === 'missed' || verdict === 'misplaced' || suggested === false)
        .forEach(describe);
  }
  print(score('all', '', all));
  const { user, system } = process.cpuUsage(started);
  console.log(`\n${((user + system) / 1e6).toFixed(1)} s`);
}

function print(row: Score): void {
  console.log(values.markdown ? markdown(row) : line(row));
}

function line({
  name,
  total,
  detected,
  misplaced,
  missed,
  equivalent,
  suggestions,
  suggested,
  findings,
}: Score): string {
  const hints = suggestions === 0 ? '' : `${suggested}/${suggestions}`;
  return (
    `${name.padEnd(34)} ${`${detected}/${total}`.padStart(9)}  ${hints.padStart(9)}  misplaced ${misplaced}  ` +
    `missed ${missed}  equivalent ${equivalent}  findings/fault ` +
    `${detected === 0 ? '-' : (findings / detected).toFixed(2)}`
  );
}

function markdown({ name, what, total, detected, suggestions, suggested, equivalent }: Score): string {
  return (
    `| ${name} | ${what} | ${detected} / ${total} | ${suggestions === 0 ? '' : `${suggested} / ${suggestions}`} | ` +
    `${equivalent === 0 ? '' : equivalent} |`
  );
}

function describe({ kind, base, mutant, found, verdict, suggested, fault }: Trial): void {
  const place = mutant.places[0];
  const before = mutant.text.slice(0, place?.[0] ?? 0);
  const lineNumber = before.split('\n').length;
  console.log(
    `\n${kind.name}: ${verdict}${suggested === false ? ', suggestion wrong' : ''} in ` +
      `${base.name}:${lineNumber}, faulty: ` +
      `${place === undefined ? '?' : JSON.stringify(mutant.text.slice(...place))}` +
      `${fault.meant === undefined ? '' : `, meant ${fault.meant}`}`,
  );
  console.log(`  ${mutant.text.split('\n')[lineNumber - 1]?.slice(0, 160)}`);
  for (const { slug, span, message, help } of found.slice(0, 4)) {
    console.log(
      `  found ${slug} at line ${span === undefined ? '?' : span.file.position(span.start).line} ` +
        `${JSON.stringify(span?.file.text.slice(span.start, Math.min(span.end, span.start + 60)))}: ` +
        `${message.slice(0, 120)} ${help ?? ''}`,
    );
  }
}
