import { requireLine } from '../toolkit/quote/unrepresentable.ts';
import { cells, compactLine } from '../../compiler/domain/hba/text.ts';
import type { InstanceView } from './instance.ts';
import { infraAddresses, memberAddresses } from '../../compiler/domain/pgsql-cluster.ts';
import { hbaRules, type HbaLine, type HbaTarget } from '../../compiler/domain/hba/model.ts';

/** Fixed widths: one long name does not shift every other line of a review. */
const WIDTHS = [8, 18, 18, 18] as const;

/** pg_hba.conf or pgb_hba.conf. */
export function renderHba(view: InstanceView, target: HbaTarget): string {
  const { instance, host, cluster, site } = view;
  const lines = [
    // The same on every member with the same rules: pg_rewind copies this file from the new leader, which must not look like drift.
    `# ${target === 'postgres' ? 'PostgreSQL' : 'PgBouncer'} access rules of ${instance.cluster.name}; the first matching line decides`,
    `# admin   ${site.adminIp}`,
    `# infra   ${infraAddresses(site).join(' ')}`.trimEnd(),
    `# intra   ${host.params.nodeFirewallIntranet.join(' ')}`.trimEnd(),
    `# cluster ${memberAddresses(cluster).join(' ')}`,
    '',
    columns(['# type', 'database', 'user', 'address', 'method']),
  ];
  for (const rule of hbaRules(site, instance, target)) {
    const title = requireLine('pg_hba.conf', rule.title ?? '');
    lines.push('', `# ${title} [${rule.role}]${rule.enabled ? '' : ' [DISABLED]'}`.replace('#  [', '# ['));
    for (const line of rule.lines) lines.push(`${rule.enabled ? '' : '#'}${lineText(line)}`);
  }
  return `${lines.join('\n')}\n`;
}

/** The lines that are in force, without comments and padding. */
export function hbaLines(view: InstanceView, target: HbaTarget): readonly string[] {
  return hbaRules(view.site, view.instance, target).flatMap((rule) =>
    rule.enabled ? rule.lines.map(compactLine) : [],
  );
}

function lineText(line: HbaLine): string {
  return columns(cells(line));
}

function columns(fields: readonly string[]): string {
  return fields
    .map((cell, i) => cell.padEnd(WIDTHS[i] ?? 0))
    .join(' ')
    .trimEnd();
}
