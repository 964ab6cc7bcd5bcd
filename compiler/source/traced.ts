import type { Node, Span } from './node.ts';

/** Where a variable was set. Defaults have no span: they come from `schemas/` or the platform profile. */
export interface Origin {
  readonly scope: 'default' | 'platform' | 'all' | 'group' | 'host';
  /** Group or host name, schema module or profile name. */
  readonly name: string;
  /** Span of the key in the inventory. */
  readonly key?: Span | undefined;
}

/** One inventory variable of one host after merging: the value that won, where it was set and what it shadowed. */
export interface Traced {
  readonly name: string;
  readonly node: Node;
  readonly origin: Origin;
  readonly shadows?: Traced | undefined;
}
