/** Objects of the model as text: another text for whatever an emitter could tell apart. It holds secrets, and is only ever hashed. */
import { Secret } from '../model/secret.ts';
import type { Host, Site } from '../model/site.ts';

/** An object whose content cannot be seen, so that nothing can be said about what depends on it. */
export class OpaqueValue extends Error {}

export class ModelText {
  readonly #hosts: ReadonlySet<unknown>;
  /** Many hosts share the values of parameters. */
  readonly #values = new WeakMap<object, string>();

  constructor(site: Site) {
    this.#hosts = new Set(site.hosts);
  }

  /** Hosts that see each other whole, but for their parameters. Others that they lead to are names. */
  of(hosts: readonly Host[]): string {
    const seen = new Map<object, number>();
    return hosts.map((host) => this.#fields(host, seen)).join('\n');
  }

  /** What each parameter is on these hosts, where it is set. Of defaults the program and the platform decide. */
  params(hosts: readonly Host[]): ReadonlyMap<string, string> {
    const texts = new Map<string, string>();
    hosts.forEach(({ params }, at) => {
      for (const [name, value] of Object.entries(params))
        texts.set(name, `${texts.get(name) ?? ''}${at}=${this.#value(value)}\n`);
    });
    return texts;
  }

  /** What there is besides the hosts, and their order. */
  ofSite({ platform, ...rest }: Site): string {
    return `${platform.name} ${this.#fields(rest, new Map())}`;
  }

  #text(value: unknown, seen: Map<object, number>): string {
    if (typeof value === 'function') throw new OpaqueValue();
    if (typeof value !== 'object' || value === null)
      return typeof value === 'string' ? JSON.stringify(value) : `${typeof value} ${String(value)}`;
    if (this.#hosts.has(value)) return `@${JSON.stringify((value as Host).name)}`;
    if (value instanceof Secret) return `secret ${JSON.stringify([value.name, value.generated, value.expose()])}`;
    const known = seen.get(value);
    if (known !== undefined) return `#${known}`;
    seen.set(value, seen.size);
    return this.#fields(value, seen);
  }

  #fields(value: object, seen: Map<object, number>): string {
    const list = (items: Iterable<unknown>): string => [...items].map((item) => this.#text(item, seen)).join();
    if (Array.isArray(value)) return `[${list(value)}]`;
    if (value instanceof Set) return `Set(${list(value)})`;
    if (value instanceof Map)
      return `Map(${[...value].map(([key, one]) => `${this.#text(key, seen)}:${this.#text(one, seen)}`).join()})`;
    const isHost = this.#hosts.has(value);
    if (!isHost && Object.getPrototypeOf(value) !== Object.prototype) throw new OpaqueValue();
    const fields = Object.entries(value)
      .filter(([name]) => !isHost || name !== 'params')
      .map(([name, one]) => `${JSON.stringify(name)}:${this.#text(one, seen)}`);
    return `{${fields.join()}}`;
  }

  #value(value: unknown): string {
    if (typeof value !== 'object' || value === null) return this.#text(value, new Map());
    let text = this.#values.get(value);
    if (text === undefined) this.#values.set(value, (text = this.#text(value, new Map())));
    return text;
  }
}
