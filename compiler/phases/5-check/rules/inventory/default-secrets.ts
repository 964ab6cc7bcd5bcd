import { report } from '../../../../diagnostics/report.ts';
import { publishedIn } from '../../../../schema/published.ts';
import { parameters, type ParameterInfo } from '../../../../schema/table.ts';
import type { InventoryHost } from '../../../2-merge/inventory.ts';
import type { CheckContext } from '../../context.ts';
import { hostsOfModule } from '../../module-hosts.ts';
import { valueOf } from '../../nodes.ts';
import type { Rule } from '../../rule.ts';

export const defaultSecrets: Rule = {
  codes: ['default-secret'],
  about:
    "Secrets that anyone can read in the distribution's documentation, or compute from names. One " +
    'finding per inventory, with all names.',
  *check(context) {
    const used = [...new Set(publishedSecrets(context).flatMap(({ paths }) => paths))].sort();
    if (used.length > 0)
      yield report(
        'default-secret',
        context.rootSpan,
        { count: used.length },
        { help: `pigstyc secrets gen, or set ${used.join(', ')}` },
      );
  },
};

/** A parameter with a published secret in its value. */
export interface PublishedSecret {
  readonly name: string;
  /** Where in the value. */
  readonly paths: readonly string[];
  /** True where the inventory says so, else nothing else is set. */
  readonly written: boolean;
}

/** Published secrets that a host uses. */
export function publishedSecrets(context: CheckContext): readonly PublishedSecret[] {
  return [...parameters().values()].flatMap((info) => {
    if (info.secret === undefined || !info.emits) return [];
    const users = hostsOfModule(context, info);
    const uses = context.uses(info.name).map(({ node, hosts }) => ({ value: valueOf(node), hosts, written: true }));
    const isSomewhere = context.variables.has(info.name);
    const isUnset = (host: InventoryHost): boolean => !(isSomewhere && host.vars.has(info.name));
    const unset = firstOrAll(info, context.hosts, (host) => users.has(host) && isUnset(host));
    return [...uses, { value: context.default(info.name), hosts: unset, written: false }].flatMap((use) => {
      const asked = firstOrAll(info, use.hosts, (host) => users.has(host));
      const parts = new Set(asked.map((host) => usedPart(context, host, info.name, use.value)));
      const paths = [...parts].flatMap((part) => publishedIn(info.name, part));
      return paths.length === 0 ? [] : [{ name: info.name, paths: [...new Set(paths)], written: use.written }];
    });
  });
}

/** Hosts that can answer whether a value is used: any one of them, where it does not depend on the host. */
function firstOrAll(
  { name }: ParameterInfo,
  hosts: readonly InventoryHost[],
  test: (host: InventoryHost) => boolean,
): readonly InventoryHost[] {
  if (name in PARTS) return hosts.filter(test);
  const first = hosts.find(test);
  return first === undefined ? [] : [first];
}

const NOTHING = {};

/** What of a value a host uses, the same object where hosts use the same: a repository that nothing is written to needs no password. */
function usedPart(context: CheckContext, host: InventoryHost, name: string, value: unknown): unknown {
  const used = PARTS[name];
  return used === undefined ? value : used(context, host, value);
}

const PARTS: Readonly<Record<string, (context: CheckContext, host: InventoryHost, value: unknown) => unknown>> = {
  pgbackrest_repo: (context, host, value) => {
    if (!context.of(host).pgbackrestEnabled.value) return NOTHING;
    const method = context.of(host).pgbackrestMethod.value;
    const known = context.once(usedPart, () => new Map<unknown, Map<string, unknown>>());
    const parts = known.get(value) ?? new Map<string, unknown>();
    known.set(value, parts);
    const repository = (value as Readonly<Record<string, unknown>> | undefined)?.[method];
    if (!parts.has(method)) parts.set(method, { [method]: repository ?? NOTHING });
    return parts.get(method);
  },
  pgsodium_key: (context, host, value) => (derivesSodiumKey(context, host) ? value : NOTHING),
  vip_auth_pass: (context, host, value) => (context.of(host).vipEnabled.value ? value : NOTHING),
};

/** True when nothing but the key decides what pgsodium encrypts with. */
function derivesSodiumKey(context: CheckContext, host: InventoryHost): boolean {
  return (
    context.of(host).pgsodiumGetkeyScript.value === '' &&
    /(^|[\s,/])pgsodium(\.so)?([\s,]|$)/.test(context.of(host).pgLibs.value)
  );
}
