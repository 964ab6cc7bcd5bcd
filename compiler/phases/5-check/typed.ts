/** Values of parameters and of the fields of objects, as rules read them: typed by schemas/, with the place they were written. */
import type { Params } from '../../model/params.gen.ts';
import type { Secret } from '../../model/secret.ts';
import { objectOf, parameters, type FieldInfo } from '../../schema/table.ts';
import type { Node, Span } from '../../source/node.ts';
import type { Traced } from '../../source/traced.ts';
import type { InventoryHost } from '../2-merge/inventory.ts';
import { field, items, toBoolean, toInteger, valueOf } from './nodes.ts';

/** A value and where it is written. What is written wrongly is reported by the checks of shape; here it is not there. */
export interface Typed<T> {
  /** Name in the inventory. */
  readonly name: string;
  /** What is in force: as written, else the default. A wrong one is empty, false or undefined. */
  readonly value: T;
  /** The same as text, whatever its type; empty when there is none, or it is a list or map. */
  readonly text: string;
  /** The same as YAML has it. */
  readonly plain: unknown;
  /** What is written; undefined when nothing is, or null. */
  readonly node: Node | undefined;
}

/** A parameter of a host. */
export interface Parameter<T> extends Typed<T> {
  /** The variable with its origin, also when it is null. */
  readonly traced: Traced | undefined;
  /** Where it is written, or else the host it is missing at. */
  readonly span: Span;
}

/** An entry of a list of objects. Where the schema also allows a lone name, `text` is that name. */
export interface Item<T> {
  /** Undefined in a default. */
  readonly node: Node | undefined;
  readonly plain: unknown;
  readonly text: string;
  readonly fields: Fields<T>;
}

/** Every field of an object. */
export type Fields<T> = { readonly [Name in keyof T]-?: Typed<Lenient<T[Name]>> };

/** Every parameter of a host. */
export type HostParams = { readonly [Name in keyof Params]-?: Parameter<Lenient<Params[Name]>> };

/** What is left of a type when the input may be wrong. */
export type Lenient<T> = [NonNullable<T>] extends [boolean]
  ? boolean
  : [NonNullable<T>] extends [number]
    ? number | undefined
    : [NonNullable<T>] extends [string | number | Secret]
      ? string
      : [NonNullable<T>] extends [readonly (infer Entry)[]]
        ? readonly ListEntry<Entry>[]
        : unknown;

type ListEntry<T> = [Extract<T, object>] extends [never] ? unknown : Item<Exclude<T, string | number>>;

/** How a kind of value is read. */
type Kind = 'flag' | 'integer' | 'number' | 'text' | 'list' | 'objects' | 'tree';

const KINDS: Readonly<Record<string, Kind>> = {
  bool: 'flag',
  int: 'integer',
  port: 'integer',
  float: 'number',
  object: 'tree',
};

/** How values of a parameter or field are read. */
export function kindOf({ type, object }: FieldInfo): Kind {
  if (object !== undefined) return object.container === 'list' ? 'objects' : 'tree';
  return KINDS[type] ?? (type.endsWith('[]') ? 'list' : type.endsWith('{}') ? 'tree' : 'text');
}

/** A parameter or field as its schema describes it, with what is asked for on every read. */
interface Slot {
  readonly info: FieldInfo;
  readonly kind: Kind;
}

/** The value in force of a field. Plain properties: a check makes very many of these. */
class Reading implements Typed<unknown> {
  readonly slot: Slot;
  readonly written: Node | undefined;
  readonly fallback: unknown;

  constructor(slot: Slot, written: Node | undefined, fallback: unknown) {
    this.slot = slot;
    this.written = written;
    this.fallback = fallback;
  }

  get name(): string {
    return this.slot.info.name;
  }

  get node(): Node | undefined {
    const { written } = this;
    return written?.kind === 'scalar' && written.value === null ? undefined : written;
  }

  get plain(): unknown {
    const { written } = this;
    if (written === undefined) return this.fallback;
    return written.kind === 'scalar' ? (written.value ?? this.fallback) : valueOf(written);
  }

  get text(): string {
    return textOf(this.plain);
  }

  get value(): unknown {
    const { plain } = this;
    switch (this.slot.kind) {
      case 'text':
        return textOf(plain);
      case 'flag':
        return toBoolean(plain) ?? false;
      case 'integer':
        return toInteger(plain);
      case 'number':
        return typeof plain === 'number' ? plain : undefined;
      case 'list':
        return Array.isArray(plain) ? plain.filter((item) => item !== null) : [];
      case 'objects':
        return Array.isArray(plain) ? itemsOf(this.slot.info.object!.name, plain, this.node) : [];
      default:
        return plain;
    }
  }
}

/** The value in force of a parameter. */
class HostReading extends Reading implements Parameter<unknown> {
  readonly host: InventoryHost;
  readonly traced: Traced | undefined;

  constructor(slot: Slot, traced: Traced | undefined, fallback: unknown, host: InventoryHost) {
    super(slot, traced?.node, fallback);
    this.host = host;
    this.traced = traced;
  }

  get span(): Span {
    return (this.written ?? this.host.key).span;
  }
}

/** Lists are shared by the hosts that inherit them, and so are defaults. */
const lists = new WeakMap<readonly unknown[], readonly Item<unknown>[]>();

function itemsOf(object: string, plain: readonly unknown[], node: Node | undefined): readonly Item<unknown>[] {
  let list = lists.get(plain);
  if (list === undefined) {
    const nodes = items(node);
    list = plain.flatMap((item, i) => (item === null ? [] : [new ObjectItem(object, item, nodes[i])]));
    lists.set(plain, list);
  }
  return list;
}

/** Text of a scalar; empty for what is none. */
export function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  return value === null || value === undefined || typeof value === 'object' ? '' : String(value);
}

class ObjectItem implements Item<unknown> {
  readonly object: string;
  readonly plain: unknown;
  readonly node: Node | undefined;
  #fields: Fields<unknown> | undefined;

  constructor(object: string, plain: unknown, node: Node | undefined) {
    this.object = object;
    this.plain = plain;
    this.node = node;
  }

  get text(): string {
    return textOf(this.plain);
  }

  get fields(): Fields<unknown> {
    return (this.#fields ??= new Proxy(this, fieldsOf(this.object)) as unknown as Fields<unknown>);
  }
}

function readField({ plain, node }: ObjectItem, slot: Slot): Reading {
  const { name, default: fallback } = slot.info;
  const value = typeof plain === 'object' && plain !== null ? (plain as Record<string, unknown>)[name] : undefined;
  return new Reading(slot, field(node, name), value ?? fallback);
}

type HostSource = { readonly host: InventoryHost; readonly values: KnownValues };

/** What is known of all hosts together. */
export interface KnownValues {
  readonly defaults: ReadonlyMap<string, unknown>;
  /** Variables that some host has. */
  readonly written: { has(name: string): boolean };
}

/**
 * Reads what is asked for by its name in the model, or in the inventory. A class with a getter for each would cost more
 * than most checks.
 */
function reader<Source extends object>(
  infos: Iterable<FieldInfo>,
  read: (source: Source, slot: Slot) => Reading,
): ProxyHandler<Source> {
  const slots = new Map<string | symbol, Slot>();
  for (const info of infos) {
    const slot = { info, kind: kindOf(info) };
    slots.set(info.camel, slot).set(info.name, slot);
  }
  return {
    get(source, name) {
      const slot = slots.get(name);
      return slot && read(source, slot);
    },
  };
}

const objectReaders = new Map<string, ProxyHandler<ObjectItem>>();

function fieldsOf(object: string): ProxyHandler<ObjectItem> {
  let handler = objectReaders.get(object);
  if (handler === undefined) {
    handler = reader(objectOf(object)?.fields ?? [], readField);
    objectReaders.set(object, handler);
  }
  return handler;
}

let parameterReader: ProxyHandler<HostSource> | undefined;

/** All parameters of a host; each is read when it is asked for. */
export function paramsOf(host: InventoryHost, values: KnownValues): HostParams {
  parameterReader ??= reader(parameters().values(), readParameter);
  return new Proxy({ host, values }, parameterReader) as unknown as HostParams;
}

function readParameter({ host, values: { defaults, written } }: HostSource, slot: Slot): HostReading {
  const { name } = slot.info;
  return new HostReading(slot, written.has(name) ? host.vars.get(name) : undefined, defaults.get(name), host);
}
