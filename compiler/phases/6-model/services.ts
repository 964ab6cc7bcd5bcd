import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { PgService, PgServiceMember } from '../../model/site.ts';
import type { Params, ServiceSpec } from '../../model/params.gen.ts';
import type { Result } from '../../diagnostics/result.ts';
import type { Node, ScalarNode } from '../../source/node.ts';
import type { InventoryHost } from '../2-merge/inventory.ts';
import { selectMembers } from '../4-resolve/selector.ts';
import type { PgMember } from './pgsql.ts';

const NOWHERE = { file: undefined as never, start: 0, end: 0 };

/**
 * pg_default_services then pg_services of a cluster with their members resolved. Selectors see the members' inventory
 * variables only, never defaults; ports and weights are each member's own.
 */
export function buildServices(
  cluster: string,
  params: Params,
  members: readonly PgMember[],
): Result<readonly PgService[]> {
  const diagnostics: Diagnostic[] = [];
  const written = serviceNodes(members, params);
  const services = [...params.pgDefaultServices, ...params.pgServices].map((spec, i): PgService => {
    const select = (selector: string | undefined, field: string): readonly PgMember[] => {
      if (selector === undefined || selector === '') return [];
      const [selected, problems] = selectMembers(
        selectorNode(selector, written[i], field),
        members.map((member) => member.source),
      );
      diagnostics.push(...problems);
      return pick(members, selected);
    };
    const selected = select(spec.selector, 'selector');
    const backups = select(spec.backup, 'backup');
    const all = [...selected, ...backups.filter((member) => !selected.includes(member))];
    return {
      name: spec.name,
      fullName: `${cluster}-${spec.name}`,
      port: spec.port,
      ip: spec.ip,
      check: spec.check,
      maxconn: spec.maxconn,
      balance: spec.balance,
      options: spec.options,
      members: all.map((member) => serviceMember(member, spec, params, backups.includes(member))),
      selector: spec.selector,
      backupSelector: spec.backup,
    };
  });
  return [services, diagnostics];
}

/** `dest`: default → pg_default_service_dest; postgres or pgbouncer → that port of the member; a number → itself. */
function serviceMember(member: PgMember, spec: ServiceSpec, cluster: Params, backup: boolean): PgServiceMember {
  const params = member.host.params;
  const dest = spec.dest === 'default' ? cluster.pgDefaultServiceDest : spec.dest;
  const port = dest === 'postgres' ? params.pgPort : dest === 'pgbouncer' ? params.pgbouncerPort : Number(dest);
  return {
    instance: member.instance,
    port: Number.isInteger(port) ? port : params.pgPort,
    checkPort: params.patroniPort,
    checkSsl: params.patroniSslEnabled,
    weight: params.pgWeight,
    backup,
  };
}

function pick(members: readonly PgMember[], selected: readonly InventoryHost[]): readonly PgMember[] {
  return members.filter((member) => selected.includes(member.source));
}

/** The written service maps in the order of the specs, where they were written at all. */
function serviceNodes(members: readonly PgMember[], params: Params): readonly (Node | undefined)[] {
  const vars = (members.find((member) => member.instance.role === 'primary') ?? members[0]!).source.vars;
  const items = (name: string, count: number): readonly (Node | undefined)[] => {
    const node = vars.get(name)?.node;
    return node?.kind === 'seq' ? node.items : Array.from({ length: count }, () => undefined);
  };
  return [
    ...items('pg_default_services', params.pgDefaultServices.length),
    ...items('pg_services', params.pgServices.length),
  ];
}

function selectorNode(text: string, written: Node | undefined, field: string): ScalarNode {
  const node = written?.kind === 'map' ? written.entries.find((e) => e.key.text === field)?.value : undefined;
  if (node?.kind === 'scalar') return node;
  return { kind: 'scalar', value: text, text, style: 'double', span: NOWHERE };
}
