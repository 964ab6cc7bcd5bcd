import { camelCase } from '../../schema/names.ts';
import type { Params } from '../../model/params.gen.ts';
import { readable } from '../../model/reads.ts';
import type { PlatformProfile } from '../../platform/profile.ts';
import { entry, isNull, type MapNode, type Node } from '../../source/node.ts';
import type { Traced } from '../../source/traced.ts';
import { convert, convertDefault } from './convert.ts';
import { schemas } from './schemas.ts';

/**
 * Builds the typed parameters of hosts. Hosts share one object of defaults as prototype and every converted value
 * by node, so that ten thousand hosts of one group cost one conversion each parameter.
 */
export class ParamsBuilder {
  readonly #defaults: Params;
  readonly #converted = new WeakMap<Node, Map<string, unknown>>();

  constructor(platform: PlatformProfile) {
    const defaults: Record<string, unknown> = {};
    for (const [name, schema] of schemas().params) {
      const value = platform.defaults[name] ?? schema.default;
      defaults[camelCase(name)] = value === undefined ? undefined : convertDefault(value, schema, name);
    }
    // Not frozen: assignment through a frozen prototype would fail on the hosts' own objects.
    this.#defaults = defaults as unknown as Params;
  }

  /** Typed parameters of a host. Variables that are no parameters are left out; null means "not set". */
  build(vars: ReadonlyMap<string, Traced>): Params {
    const params = Object.create(this.#defaults) as Record<string, unknown>;
    for (const { name, node } of vars.values()) {
      const value = this.#value(name, node);
      if (value !== undefined) params[camelCase(name)] = value;
    }
    const targets = vars.get('pg_exporters');
    if (targets?.node.kind === 'map') params['pgExporters'] = inheritFromHost(targets.node, params);
    return readable(Object.freeze(params) as unknown as Params);
  }

  /** A `redis_*` style override set on an object instead of a host: inventory name and value → camelCase name and typed value. */
  override(name: string, node: Node): readonly [string, unknown] | undefined {
    const value = this.#value(name, node);
    return value === undefined ? undefined : [camelCase(name), value];
  }

  #value(name: string, node: Node): unknown {
    const schema = schemas().params.get(name);
    if (schema === undefined) return undefined;
    let byName = this.#converted.get(node);
    if (byName === undefined) this.#converted.set(node, (byName = new Map()));
    if (!byName.has(name)) byName.set(name, isNull(node) ? undefined : convert(node, schema, name));
    return byName.get(name);
  }
}

/** A remote target takes what it does not say itself (monitor user, exporter options) from the host that watches it. */
function inheritFromHost(written: MapNode, params: Readonly<Record<string, unknown>>): ReadonlyMap<string, unknown> {
  const targets = params['pgExporters'] as ReadonlyMap<string, Readonly<Record<string, unknown>>>;
  const inheritable = Object.entries(schemas().defs.get('pg-exporter-target')?.properties ?? {})
    .filter(([, schema]) => schema['x-inherits'])
    .map(([name]) => name);
  return new Map(
    [...targets].map(([port, target]) => {
      const own = entry(written, port)?.value;
      const unsaid = inheritable.filter((name) => own?.kind !== 'map' || entry(own, name) === undefined);
      return [
        port,
        Object.freeze({
          ...target,
          ...Object.fromEntries(unsaid.map((name) => [camelCase(name), params[camelCase(name)]])),
        }),
      ];
    }),
  );
}
