/** A series computed from others. */
export interface Recording {
  readonly record: string;
  readonly expr: string;
  readonly labels?: Readonly<Record<string, string>>;
}

/** An alert; `severity` follows the inventory of labels routes match on: CRIT pages, WARN is looked at, INFO is noted. */
export interface Alert {
  readonly alert: string;
  readonly expr: string;
  /** How long it must hold. */
  readonly for?: string;
  readonly severity: 'CRIT' | 'WARN' | 'INFO';
  /** What is wrong, with labels of the series: `{{ $labels.ins }}`. */
  readonly summary: string;
  /** What to look at first. */
  readonly hint: string;
}

export interface RuleFile {
  /** `agent`, or the name of a module. */
  readonly name: string;
  readonly recordings: readonly Recording[];
  readonly alerts: readonly Alert[];
}

const LEVELS = { CRIT: '0', WARN: '1', INFO: '2' } as const;

/** A rule file as Prometheus and vmalert read it. */
export function ruleDocument(file: RuleFile): object {
  const groups = [
    {
      name: `${file.name}-series`,
      rules: file.recordings.map(({ record, expr, labels }) => ({ record, expr, labels })),
    },
    {
      name: `${file.name}-alerts`,
      rules: file.alerts.map((rule) => ({
        alert: rule.alert,
        expr: rule.expr,
        for: rule.for,
        labels: {
          level: LEVELS[rule.severity],
          severity: rule.severity,
          category: file.name === 'agent' ? 'infra' : file.name,
        },
        annotations: { summary: rule.summary, description: rule.hint },
      })),
    },
  ];
  return { groups: groups.filter(({ rules }) => rules.length > 0) };
}
