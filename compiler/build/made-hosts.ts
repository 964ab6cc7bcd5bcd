/** The hosts of a bundle as they get done: left alone, rendered here, or rendered and staged by another thread. */
import type { MadeHost, PatchedHost } from '../../emitters/host/bundle-types.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Host as System } from '../host/host.ts';
import type { Readings } from '../host/replay.ts';
import type { Request } from '../inputs/request.ts';
import type { Host } from '../model/site.ts';
import { programFile } from '../package/package-files.ts';
import type { KeptFiles } from '../phases/8-emit/emit.ts';
import type { ManifestHost } from '../phases/9-bundle/bundle-files.ts';
import type { StagedHost } from '../phases/9-bundle/write-bundle.ts';
import type { Own, SiteMaterials } from '../state/materials.ts';
import type { Modelled } from './model.ts';
import type { Changed, Rebuild } from './rebuild.ts';
import { hostRenderer, type Renderer } from './render-host.ts';
import type { SideTask } from './side-task.ts';
import { launcherOf, processors, SideThreads, sideThreads } from './side-threads.ts';

/** What other threads need to make the same model. */
export interface Parallel {
  readonly request: Request;
  /** What the inputs were read with. */
  readonly readings: Readings;
  readonly tables: System['tables'];
  readonly limit: string | undefined;
  /** How many threads render; undefined: as many as there are processors. */
  readonly threads: number | undefined;
  /** Of the bundle. */
  readonly directory: string;
}

type Made = MadeHost | PatchedHost | StagedHost | ManifestHost;

export class MadeHosts implements Iterable<Made> {
  readonly #modelled: Modelled;
  readonly #materials: SiteMaterials;
  readonly #problems: Diagnostic[];
  readonly #rebuild: Rebuild | undefined;
  readonly #renderer: Renderer;
  readonly #unchanged: readonly ManifestHost[];
  /** Hosts of which some files are rendered. */
  readonly #changed: readonly (readonly [Host, Changed])[];
  /** Hosts to render: members of a cluster together, because they share verifiers, which take long to compute. */
  readonly #todo: readonly (readonly Host[])[];
  readonly #task: SideTask | undefined;
  readonly #threads: number;

  /** @param problems what is found is added to them */
  constructor(
    modelled: Modelled,
    materials: SiteMaterials,
    problems: Diagnostic[],
    rebuild: Rebuild | undefined,
    parallel: Parallel | undefined,
  ) {
    this.#modelled = modelled;
    this.#materials = materials;
    this.#problems = problems;
    this.#rebuild = rebuild;
    this.#renderer = hostRenderer(modelled, materials);
    const left = modelled.hosts.map((host) => [host, rebuild?.left(host)] as const);
    this.#unchanged = left.flatMap(([, known]) => (known !== undefined && 'name' in known ? known : []));
    const changed = left.flatMap(([host, known]) =>
      known !== undefined && 'kept' in known ? [[host, known] as const] : [],
    );
    const todo = left.flatMap(([host, known]) => (known === undefined ? [host] : []));
    const threads = parallel === undefined ? 0 : sideThreads(todo.length, parallel.threads ?? processors());
    this.#changed = infraLast(changed, ([host]) => host);
    this.#todo = byCluster(threads === 0 ? infraLast(todo, (host) => host) : todo);
    this.#task = threads === 0 ? undefined : this.#taskOf(parallel!, materials.own);
    this.#threads = threads;
  }

  /** Whether other threads stage hosts, too. */
  get shared(): boolean {
    return this.#task !== undefined;
  }

  *[Symbol.iterator](): Generator<Made> {
    yield* this.#unchanged;
    if (this.#task === undefined) {
      yield* this.#others();
      for (const host of this.#todo.flat()) yield* this.#made(host);
    } else yield* this.#together(this.#task);
  }

  *#others(): Generator<MadeHost | PatchedHost> {
    for (const [host, changed] of this.#changed) {
      const patched = this.#patched(host, changed);
      if (patched === undefined) yield* this.#made(host, changed.kept);
      else yield patched;
    }
  }

  /** Undefined where more than the text of some files may differ. */
  #patched(host: Host, changed: Changed): PatchedHost | undefined {
    if (changed.places === undefined) return undefined;
    const made = this.#rebuild!.making(host, changed.kept);
    const rendered = this.#renderer.renderParts(host, changed.kept, changed.places);
    const from = rendered && this.#rebuild!.patched(host, changed, rendered);
    if (from === undefined) return undefined;
    made(from);
    return rendered!.host;
  }

  *#together(task: SideTask): Generator<Made> {
    const begun = new Map(this.#todo.flat().map((host) => [host.name, this.#rebuild?.making(host)]));
    const left = new Map(this.#todo.flat().map((host) => [host.name, host]));
    const side = new SideThreads(task, this.#threads);
    try {
      const take = function* (words: ReturnType<SideThreads['said']>): Generator<StagedHost> {
        for (const word of words) {
          if ('left' in word) continue;
          left.delete(word.manifest.name);
          begun.get(word.manifest.name)?.(word);
          yield word;
        }
      };
      yield* this.#others();
      for (let at = side.claim(); at !== undefined; at = side.claim()) {
        for (const host of this.#todo[at]!) {
          left.delete(host.name);
          yield* this.#made(host);
          yield* take(side.said());
        }
      }
      yield* take(side.rest());
      for (const host of left.values()) yield* this.#made(host);
    } finally {
      side.close();
    }
  }

  *#made(host: Host, kept?: KeptFiles): Generator<MadeHost> {
    const made = this.#rebuild?.making(host, kept);
    const [rendered, found] = this.#renderer.render(host, kept);
    this.#problems.push(...found);
    if (rendered === undefined) return;
    if (found.length === 0) made?.(rendered);
    yield rendered.host;
  }

  /** Undefined where no other thread can do it. */
  #taskOf(parallel: Parallel, own: Own | undefined): SideTask | undefined {
    const program = programFile();
    const launcher = program === undefined ? undefined : launcherOf(program);
    if (program === undefined || launcher === undefined || own === undefined) return undefined;
    const { request, readings, tables, limit, directory } = parallel;
    const { authority, entries } = this.#materials.pki;
    return {
      launcher,
      program,
      request,
      limit,
      readings,
      tables,
      topology: this.#modelled.site.topology,
      groups: this.#todo.map((hosts) => hosts.map(({ name }) => name)),
      key: { path: `${own.directory}/key`, id: own.key.id },
      salts: own.salts,
      pki: { authority, entries },
      directory,
    };
  }
}

/** A host that fetches packages for all takes those of the plans that were made. For threads a long one is not the last. */
function infraLast<T>(all: readonly T[], hostOf: (one: T) => Host): readonly T[] {
  const isInfra = (one: T): boolean => hostOf(one).infra !== undefined;
  return [...all.filter((one) => !isInfra(one)), ...all.filter(isInfra)];
}

function byCluster(hosts: readonly Host[]): readonly (readonly Host[])[] {
  const groups = new Map<unknown, Host[]>();
  for (const host of hosts)
    groups.set(host.pg?.cluster ?? host, [...(groups.get(host.pg?.cluster ?? host) ?? []), host]);
  return [...groups.values()];
}
