/** What is wrong with what a panel got. */
import type { Answer, Series, Shown } from './boards.ts';
import { excuse } from './unanswered.ts';

/** One line for each fault of each panel. */
export function faultsOf(shown: Shown): readonly string[] {
  return shown.answers.flatMap((answer) =>
    faults(shown, answer).map(
      (fault) => `${shown.uid} ${Object.values(shown.values).join()}: ${answer.panel.title}: ${fault}`,
    ),
  );
}

function faults({ uid, values }: Shown, { panel, series }: Answer): readonly string[] {
  const now = series.filter((one) => one.now !== undefined);
  const excused = excuse(uid, panel.title!, values);
  if (now.length === 0) return excused === undefined ? [`nothing, ${panel.targets![0]!.expr}`] : [];
  if (excused !== undefined) return [`an answer, though ${excused}`];
  const found = panel.type === 'timeseries' ? series : now;
  return [
    ...found.filter((one) => numbers(one).length === 0).map(({ legend }) => `${legend} is never a number`),
    ...outside(panel, found),
    ...(panel.type === 'stat' && now.length > 1 ? [`${now.length} values`] : []),
    ...(panel.type === 'timeseries' ? unlike(found) : []),
  ];
}

/** Values that are no share, or negative where the axis starts at zero. */
function outside({ fieldConfig, type }: Answer['panel'], series: readonly Series[]): readonly string[] {
  const { unit, min } = fieldConfig!.defaults!;
  const low = unit === 'percentunit' || min === 0 ? 0 : -Infinity;
  // Shares are ratios of numbers that were read one after the other.
  const high = unit === 'percentunit' ? 1.02 : unit === 'bool_yes_no' ? 1 : Infinity;
  const wrong = series.flatMap((one) => (type === 'timeseries' ? numbers(one) : now(one)));
  return wrong.filter((value) => value < low || value > high).map((value) => `${value} is no ${unit}`);
}

const now = (series: Series): readonly number[] => [Number(series.now![1])];

/** Names that do not tell series apart. */
function unlike(series: readonly Series[]): readonly string[] {
  const names = series.map(({ legend }) => legend);
  return [
    ...names.filter((name) => /^\s|\s$|^$/.test(name)).map((name) => `a name lacks a label: "${name}"`),
    ...names.filter((name, i) => names.indexOf(name) < i).map((name) => `two are called ${name}`),
  ];
}

/** All values that are numbers. */
export function numbers({ now, samples }: Series): readonly number[] {
  return [...samples, ...(now === undefined ? [] : [now])].map(([, value]) => Number(value)).filter(Number.isFinite);
}
