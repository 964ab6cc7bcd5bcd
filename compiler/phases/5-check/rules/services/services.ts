import { report } from '../../../../diagnostics/report.ts';
import { didYouMean } from '../../../../words/suggest.ts';
import type { Diagnostic } from '../../../../diagnostics/diagnostic.ts';
import type { Node, Span } from '../../../../source/node.ts';
import { field, integer, maps, scalar, toInteger } from '../../nodes.ts';
import type { ServiceSpec } from '../../../../model/params.gen.ts';
import type { Item } from '../../typed.ts';
import type { Rule } from '../../rule.ts';

/** Ports that components of a PostgreSQL host use or that the default services take. */
const RESERVED = new Set([5432, 6432, 5433, 5434, 5436, 5438, 9100, 9101, 9630, 9631, 9080]);
const DESTINATIONS = ['default', 'postgres', 'pgbouncer'];

export const services: Rule = {
  codes: ['service-port-reserved', 'service-dest-quoted', 'service-dest'],
  about: 'Destinations and ports of services.',
  *check(context) {
    for (const use of context.uses('pg_default_service_dest')) yield* destination(use.node);
    for (const list of ['pg_services', 'pg_default_services'] as const) {
      for (const use of context.uses(list)) {
        // A port of a default service is reported as taken by that one.
        const defaultPorts = new Set(
          context.of(use.hosts[0]!).pgDefaultServices.value.map(({ fields }) => fields.port.value),
        );
        for (const service of maps(use.node)) {
          yield* destination(field(service, 'dest'));
          const port = integer(field(service, 'port'));
          if (list === 'pg_services' && port !== undefined && RESERVED.has(port) && !defaultPorts.has(port))
            yield report('service-port-reserved', field(service, 'port')!.span, { port });
        }
      }
    }
  },
};

function* destination(node: Node | undefined): Iterable<Diagnostic> {
  const dest = scalar(node);
  if (dest === undefined || typeof dest.value === 'number' || DESTINATIONS.includes(String(dest.value))) return;
  const written = String(dest.value);
  const number = toInteger(written);
  if (number !== undefined)
    yield report(
      'service-dest-quoted',
      dest.span,
      { port: number },
      { fix: { span: dest.span, text: String(number) } },
    );
  else
    yield report(
      'service-dest',
      dest.span,
      { dest: written },
      { help: didYouMean(written, DESTINATIONS) ?? `known: ${DESTINATIONS.join(', ')}, or a port number` },
    );
}

export const uniqueServices: Rule = {
  codes: ['service-name-duplicate', 'service-port-duplicate'],
  about: 'Names and ports must be unique over default and extra services of one cluster.',
  *check(context) {
    const checked = new Set<string>();
    for (const use of [...context.uses('pg_services'), ...context.uses('pg_default_services')]) {
      for (const host of use.hosts) {
        const lists = [context.of(host).pgDefaultServices, context.of(host).pgServices];
        const key = lists
          .map(({ node }) => (node === undefined ? '-' : `${node.span.file.path}:${node.span.start}`))
          .join(' ');
        if (checked.has(key)) continue;
        checked.add(key);
        yield* uniqueIn(lists.flatMap(({ value }) => value));
      }
    }
  },
};

function* uniqueIn(services: readonly Item<ServiceSpec>[]): Iterable<Diagnostic> {
  const names = new Map<string, Span | undefined>();
  const ports = new Map<number, Span | undefined>();
  for (const { name, port } of services.map(({ fields }) => fields)) {
    if (name.node !== undefined && names.has(name.value))
      yield report(
        'service-name-duplicate',
        name.node.span,
        { name: name.value },
        { related: first(names.get(name.value)) },
      );
    else if (name.value !== '') names.set(name.value, name.node?.span);
    if (port.value === undefined) continue;
    if (port.node !== undefined && ports.has(port.value))
      yield report(
        'service-port-duplicate',
        port.node.span,
        { port: port.value },
        { related: first(ports.get(port.value)) },
      );
    else ports.set(port.value, port.node?.span);
  }
}

function first(span: Span | undefined): readonly { readonly span: Span; readonly message: string }[] | undefined {
  return span && [{ span, message: 'first used here' }];
}
