/**
 * The compiler on one screen:
 *
 *   files ─1 parse─2 merge─3 normalize─4 resolve→ inventory ─5 check→ GATE ─6 model→ site ─7 plan→ steps ─8 emit─9 bundle→ out/
 *
 * Each phase returns its product and what it found wrong; any error stops at the gate, before a byte is written.
 */
import type { RenderedHost } from '../emitters/host/bundle-types.ts';
import type { BuildRequest, Built } from './build/build.ts';
import { checkInputs } from './build/check.ts';
import { readInputs, type Inputs } from './build/inputs.ts';
import type { Diagnostic } from './diagnostics/diagnostic.ts';
import type { Host as System } from './host/host.ts';
import { parseSources, readInventory, type ParsedFiles } from './inputs/front-end.ts';
import type { Request } from './inputs/request.ts';
import type { Host } from './model/site.ts';
import { mergeInventory } from './phases/2-merge/merge.ts';
import { normalizeNames } from './phases/3-normalize/normalize.ts';
import { resolveValues } from './phases/4-resolve/resolve.ts';
import type { Materials } from './state/materials.ts';

/** A bundle, and whether the drawing of the topology is part of it. */
export type BundleRequest = BuildRequest & { readonly graph?: boolean | undefined };

/** A run of the compiler over the files that a request names. Nothing is read before a phase is asked for. */
export function compileFiles(system: System, request: Request): Compilation {
  return new Compilation(() => readInputs(system, request));
}

/**
 * One run of the compiler. A phase runs once, when its product is first asked for, and asks for the products it needs. Code that comes
 * after the checks is loaded then.
 */
export class Compilation {
  readonly inputs: () => Inputs;
  readonly #parse: (inputs: Inputs) => ParsedFiles;

  /** @param parse in place of phase 1, for trees that were made in another way */
  constructor(
    inputs: () => Inputs,
    parse = ({ sources, options }: Inputs): ParsedFiles => parseSources(sources, options),
  ) {
    this.inputs = lazy(inputs);
    this.#parse = parse;
  }

  /** 1: trees of the files. */
  readonly parsed = lazy(() => this.#parse(this.inputs()));
  /** 2: groups, and hosts with their variables. */
  readonly merged = lazy(() => mergeInventory(this.parsed().trees));
  /** 3: the same with today's names. */
  readonly normalized = lazy(() => normalizeNames(this.merged()[0]));
  /** 4: the same with values in place of references and expressions. */
  readonly resolved = lazy(() => resolveValues(this.normalized()[0], this.inputs().options));
  /** 5: everything wrong with the inventory: the gate. */
  readonly checked = lazy(() => checkInputs(this.inputs(), () => readInventory(this)));
  /** 6: the site with the hosts that a limit selects; undefined when the inventory did not pass the gate. */
  readonly modelled = lazy(async (limit?: string) =>
    (await import('./build/model.ts')).modelInventory(this.checked(), limit),
  );
  /** 7: the steps of these hosts. */
  readonly planned = lazy(async (limit?: string) => {
    const modelled = await this.modelled(limit);
    return modelled && (await import('./build/render-host.ts')).planSite(modelled);
  });

  /** 8: the files of the hosts that are meant, one host at a time. What is found on the way is added to `found`. */
  async rendered(materials: Materials, found: Diagnostic[], isMeant: IsMeant = () => true): Promise<RenderedHosts> {
    const modelled = await this.modelled();
    if (modelled === undefined) return [];
    const hosts = modelled.hosts.filter(isMeant);
    return (await import('./build/render-host.ts')).renderHosts({ ...modelled, hosts }, materials, found);
  }

  /** 9: the bundle, written on `system`. Each host is planned and rendered then, unless it can be left alone. */
  async bundled(system: System, { graph = false, ...request }: BundleRequest): Promise<Built> {
    const { buildBundle } = await import('./build/build.ts');
    const { drawingsFor } = await import('./build/drawings.ts');
    const drawings = await drawingsFor(this.checked(), this.modelled, graph);
    return buildBundle(system, this.checked(), await this.modelled(request.limit), { ...request, ...drawings });
  }
}

type IsMeant = (host: Host) => boolean;
type RenderedHosts = Iterable<RenderedHost>;

/** A function that runs once for each argument. */
function lazy<T>(make: (argument?: string) => T): (argument?: string) => T {
  const made = new Map<string | undefined, T>();
  return (argument) => {
    if (!made.has(argument)) made.set(argument, make(argument));
    return made.get(argument)!;
  };
}
