/** Answers about access, for people and for programs. */
import type { Answer } from '../review/access/ask.ts';
import { originOf } from '../review/access/ask.ts';
import type { Decision } from '../review/access/decide.ts';
import type { RuleLine } from '../review/access/member.ts';
import type { InventoryHost } from '../phases/2-merge/inventory.ts';
import { spanText } from '../inputs/span-text.ts';
import type { Style } from './style.ts';
import { columns } from './table.ts';

type Hosts = ReadonlyMap<string, InventoryHost>;

/** Members that answer the same stand together. */
export function answersText(answers: readonly Answer[], question: string, hosts: Hosts, style: Style): string {
  const groups = new Map<
    string,
    { readonly names: Set<string>; readonly proxies: Set<string>; readonly tls: Set<boolean>; readonly text: string }
  >();
  for (const { kinds, answer } of mergeKinds(answers)) {
    const text = decisionText(answer, hosts, style);
    const key = `${answer.asked} ${kinds.join()} ${text}`;
    const group = groups.get(key) ?? { names: new Set(), proxies: new Set(), tls: new Set(kinds), text };
    groups.set(key, group);
    group.names.add(`${answer.member.instance.name}${answer.asked === 'pgbouncer' ? ' (pool)' : ''}`);
    if (answer.proxy !== undefined) group.proxies.add(answer.proxy);
  }
  const open = new Set(answers.map(({ tls }) => tls)).size > 1;
  const blocks = [...groups.values()].map(({ names, proxies, tls, text }) => {
    const through = proxies.size === 0 ? '' : ` through HAProxy on ${[...proxies].join(', ')}`;
    const kind = !open || tls.size > 1 ? '' : tls.has(true) ? ' with TLS' : ' without TLS';
    return `${style.bold([...names].join(', '))}${through}${kind}: ${text}`;
  });
  return `${style.bold(question)}\n\n${blocks.join('\n')}${blocks.length === 0 ? 'nobody to ask\n' : ''}`;
}

/** With and without TLS is one answer where it is the same. */
function mergeKinds(
  answers: readonly Answer[],
): readonly { readonly kinds: readonly boolean[]; readonly answer: Answer }[] {
  const merged: { kinds: boolean[]; answer: Answer }[] = [];
  for (const answer of answers) {
    const same = merged.find(
      ({ answer: other }) =>
        other.member === answer.member &&
        other.proxy === answer.proxy &&
        other.asked === answer.asked &&
        sameDecision(other.decision, answer.decision),
    );
    if (same === undefined) merged.push({ kinds: [answer.tls], answer });
    else same.kinds.push(answer.tls);
  }
  return merged;
}

function sameDecision(a: Decision, b: Decision): boolean {
  return a.verdict === b.verdict && a.line === b.line && a.text === b.text;
}

function decisionText({ member, decision }: Answer, hosts: Hosts, style: Style): string {
  const { verdict, text, line, notes, server } = decision;
  const paint = verdict === 'allowed' ? style.green : verdict === 'denied' ? style.red : style.yellow;
  const host = hosts.get(member.instance.host.name);
  const rows = [
    ...(line === undefined ? [] : lineRows(line, host)),
    ...notes.map((note) => ['  note', note]),
    ...(server?.line === undefined ? [] : lineRows(server.line, host, '  then')),
    ...(server?.notes ?? []).map((note) => ['  note', note]),
  ];
  return `${paint(verdict === 'unknown' ? 'unknown' : verdict)}${verdict === 'allowed' ? ' ' : ', '}${text}\n${columns(rows)}`;
}

function lineRows(line: RuleLine, host: InventoryHost | undefined, heading = '  line'): readonly (readonly string[])[] {
  const { parameter, span } = originOf(line, host);
  const title = line.rule.title === undefined || line.rule.title === '' ? '' : `: ${line.rule.title}`;
  return [
    [heading, line.text],
    ['  from', `${span === undefined ? `default of ${parameter}` : `${spanText(span)} (${parameter})`}${title}`],
  ];
}

/** The same as data. */
export function answersJson(answers: readonly Answer[], hosts: Hosts): unknown {
  return answers.map(({ member, asked, proxy, tls, decision }) => ({
    cluster: member.instance.cluster.name,
    member: member.instance.name,
    host: member.instance.host.name,
    via: asked,
    ...(proxy === undefined ? {} : { proxy }),
    tls,
    ...decisionJson(decision, hosts.get(member.instance.host.name)),
  }));
}

function decisionJson(
  { verdict, reason, text, line, method, notes, server }: Decision,
  host: InventoryHost | undefined,
): Readonly<Record<string, unknown>> {
  return {
    verdict,
    reason,
    text,
    method: method ?? null,
    rule: line === undefined ? null : ruleJson(line, host),
    notes,
    ...(server === undefined ? {} : { server: decisionJson(server, host) }),
  };
}

function ruleJson(line: RuleLine, host: InventoryHost | undefined): unknown {
  const { parameter, span } = originOf(line, host);
  return {
    line: line.text,
    parameter,
    at: span === undefined ? null : spanText(span),
    title: line.rule.title ?? null,
    order: line.rule.order ?? null,
  };
}
