import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { report } from '../../diagnostics/report.ts';
import type { Node, ScalarNode } from '../../source/node.ts';
import type { InventoryHost } from '../2-merge/inventory.ts';
import { fieldsOf, selectMembers } from './selector.ts';

const SERVICES = ['pg_default_services', 'pg_services'];

/** What became of one written selector on the clusters it applies to. */
interface Trial {
  readonly problems: Diagnostic[];
  /** It may choose nobody: a cluster without replicas has no backups, and needs not all default services. */
  readonly mayBeEmpty: boolean;
  chosen: number;
}

/** Tries every service selector that the inventory writes on every cluster it applies to. */
export function checkSelectors(hosts: readonly InventoryHost[]): readonly Diagnostic[] {
  const trials = new Map<ScalarNode, Trial>();
  for (const members of clusters(hosts)) {
    for (const name of SERVICES) {
      for (const services of new Set(members.map((member) => member.vars.get(name)?.node))) {
        for (const { field, selector } of selectors(services)) {
          const trial: Trial = trials.get(selector) ?? {
            problems: [],
            mayBeEmpty: field === 'backup' || name === 'pg_default_services',
            chosen: 0,
          };
          trials.set(selector, trial);
          const [chosen, problems] = selectMembers(selector, members);
          trial.chosen += chosen.length;
          // What a name means may differ between clusters; one report of each kind and place is enough.
          for (const problem of problems)
            if (!trial.problems.some((p) => p.slug === problem.slug && p.span?.start === problem.span?.start))
              trial.problems.push(problem);
        }
      }
    }
  }
  return [...trials].flatMap(([selector, { problems, mayBeEmpty, chosen }]) =>
    chosen === 0 && !mayBeEmpty && problems.length === 0
      ? [report('selector-selects-nobody', selector.span, {})]
      : problems,
  );
}

/** Variables that the selectors of all services look at. */
export function selectorFields(hosts: readonly InventoryHost[]): ReadonlySet<string> {
  const lists = new Set(hosts.flatMap((host) => SERVICES.map((name) => host.vars.get(name)?.node)));
  return new Set([...lists].flatMap(selectors).flatMap(({ selector }) => fieldsOf(selector)));
}

/** Hosts by effective pg_cluster, in order of first appearance. */
function clusters(hosts: readonly InventoryHost[]): Iterable<readonly InventoryHost[]> {
  const byName = new Map<string, InventoryHost[]>();
  for (const host of hosts) {
    const name = host.vars.get('pg_cluster')?.node;
    if (name?.kind !== 'scalar' || name.value === null) continue;
    const members = byName.get(name.text);
    if (members === undefined) byName.set(name.text, [host]);
    else members.push(host);
  }
  return byName.values();
}

function selectors(services: Node | undefined): readonly { readonly field: string; readonly selector: ScalarNode }[] {
  if (services?.kind !== 'seq') return [];
  return services.items.flatMap((item) =>
    (item.kind === 'map' ? item.entries : []).flatMap(({ key, value }) => {
      const written =
        (key.text === 'selector' || key.text === 'backup') &&
        value.kind === 'scalar' &&
        typeof value.value === 'string' &&
        value.value !== '';
      return written ? [{ field: key.text, selector: value }] : [];
    }),
  );
}
