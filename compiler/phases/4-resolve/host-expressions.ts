import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { report } from '../../diagnostics/report.ts';
import { didYouMean } from '../../words/suggest.ts';
import { parameter } from '../../schema/table.ts';
import type { Node, ScalarNode } from '../../source/node.ts';
import { spanWithin } from '../../source/span-within.ts';
import type { Traced } from '../../source/traced.ts';
import { secrecyOf } from '../../schema/secrecy.ts';
import type { Inventory, InventoryHost } from '../2-merge/inventory.ts';
import { evaluateTemplate, loneVariable } from './jinja/evaluate.ts';
import { JinjaProblem } from './jinja/parse.ts';
import { LazyMap } from './jinja/values.ts';
import { SecretCopies, toNode, valueOf, valueOfDefault } from './values-of-nodes.ts';

/** Variables that upstream's roles set while they run: nothing outside a run of Ansible has their values. */
const RUN_TIME = new Set([
  'repo_packages_default',
  'repo_extra_packages_default',
  'repo_upstream_default',
  'node_packages_default',
  'infra_packages_default',
  'package_map',
  'pg_home_map',
  'os_package',
  'os_version',
  'os_vendor',
  'os_codename',
  'os_arch',
  'node_cpu',
  'node_mem_mb',
  'node_mem_gb',
  'node_mem_bytes',
  'node_pages',
  'node_user',
  'node_hostname',
  'playbook_dir',
  'inventory_dir',
  'inventory_file',
  'play_hosts',
  'role_path',
]);

function isRunTime(name: string): boolean {
  return RUN_TIME.has(name) || name.startsWith('ansible_');
}

/** What expressions need from the rest of the phase. */
export interface Surroundings {
  readonly expand: (host: InventoryHost, traced: Traced) => Node | undefined;
  readonly report: (diagnostic: Diagnostic) => void;
  /** An expression reads a variable. */
  readonly reads: (name: string) => void;
}

/** Evaluates `{{ … }}` in the surroundings of a host: its variables, `inventory_hostname`, `group_names`, `groups`, `hostvars`. */
export class HostExpressions {
  readonly #around: Surroundings;
  readonly #copies = new SecretCopies();
  readonly #hosts: ReadonlyMap<string, InventoryHost>;
  readonly #groups: LazyMap;
  readonly #hostvars: LazyMap;

  constructor(inventory: Inventory, around: Surroundings) {
    this.#around = around;
    this.#hosts = new Map(inventory.hosts.map((host) => [host.name, host]));
    this.#groups = new LazyMap((name) => {
      if (name !== 'all' && !inventory.groups.has(name)) return undefined;
      return inventory.hosts.filter((host) => name === 'all' || host.groups.includes(name)).map((host) => host.name);
    });
    this.#hostvars = new LazyMap((name) => {
      const host = this.#hosts.get(name);
      return host === undefined ? undefined : new LazyMap((variable) => this.#name(host, variable));
    });
  }

  /** The value of a text with expressions, the node itself after an error, undefined when it exists only at run time. */
  evaluate(node: ScalarNode, host: InventoryHost, name: string): Node | undefined {
    const text = node.value as string;
    try {
      const alone = loneVariable(text);
      const traced = alone === undefined ? undefined : host.vars.get(alone);
      // The value itself, so that what is wrong with it is shown where it is written.
      if (traced !== undefined) {
        this.#around.reads(traced.name);
        const value = this.#around.expand(host, traced);
        return value && this.#copies.of(value, secrecyOf(traced.name));
      }
      return toNode(
        evaluateTemplate(text, (variable) => this.#name(host, variable)),
        node,
      );
    } catch (error) {
      if (!(error instanceof JinjaProblem)) throw error;
      return this.#explain(error, node, host, name);
    }
  }

  #name(host: InventoryHost, name: string): unknown {
    const traced = host.vars.get(name);
    if (traced !== undefined) {
      this.#around.reads(name);
      const node = this.#around.expand(host, traced);
      return node === undefined ? undefined : valueOf(node, secrecyOf(name));
    }
    switch (name) {
      case 'inventory_hostname':
        return host.name;
      case 'inventory_hostname_short':
        return host.name.split('.')[0];
      case 'group_names':
        return [...host.groups].sort();
      case 'groups':
        return this.#groups;
      case 'hostvars':
        return this.#hostvars;
    }
    const fallback = parameter(name)?.default;
    return fallback === undefined ? undefined : valueOfDefault(fallback, secrecyOf(name));
  }

  #explain(problem: JinjaProblem, node: ScalarNode, host: InventoryHost, name: string): Node | undefined {
    const span = spanWithin(node, problem.start, problem.end);
    const { slug, what } = problem;
    switch (slug) {
      case 'jinja-undefined':
        if (isRunTime(what)) {
          this.#around.report(report('jinja-run-time', span, { variable: what, name }));
          return undefined;
        }
        this.#around.report(
          report(
            slug,
            span,
            { name: what, host: host.name },
            { help: didYouMean(what, [...host.vars.keys(), 'inventory_hostname', 'hostvars', 'groups']) },
          ),
        );
        return node;
      case 'jinja-syntax':
      case 'jinja-unsupported':
      case 'jinja-failed':
      case 'expression-too-large':
        this.#around.report(report(slug, span, { what }));
        return node;
    }
  }
}
