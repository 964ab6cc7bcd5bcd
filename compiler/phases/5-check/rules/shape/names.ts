import { isDeepStrictEqual } from 'node:util';
import { report } from '../../../../diagnostics/report.ts';
import type { Diagnostic } from '../../../../diagnostics/diagnostic.ts';
import { isMisspelling, suggest } from '../../../../words/suggest.ts';
import { parameterRenames } from '../../../../schema/renames.ts';
import { objectOf, parameter, parameters, type FieldInfo } from '../../../../schema/table.ts';
import { validateParameter } from '../../../../schema/validators.gen.js';
import type { Node, ScalarNode, Span } from '../../../../source/node.ts';
import type { CheckContext, Use } from '../../context.ts';
import { valueOf } from '../../nodes.ts';
import type { Rule } from '../../rule.ts';
import { restsOfValues } from './commas.ts';

/** Variables of Ansible itself, and those whose prefix says that they are somebody's own. */
const OWN = /^(ansible_|x_|_)/;

/** What sizing and platform selection read when there is no facts file; parameters of no module. */
const FACTS = new Set(['node_cpu', 'node_mem_mb', 'node_mem_gb', 'os_vendor', 'os_version', 'os_arch']);

/** One variable as it was written: key, value, and how far it reaches. */
export interface Written {
  readonly key: ScalarNode;
  readonly value: Node;
  readonly scope: 'all' | 'group' | 'host';
  /** How many hosts get it. */
  readonly hosts: number;
}

/** Every variable written anywhere, each place once, in order of groups, then hosts. */
export function writtenVariables(context: CheckContext): readonly Written[] {
  return context.once(writtenVariables, () => {
    const found = new Map<ScalarNode, Written>();
    for (const group of context.groups.values()) {
      const scope = group.name === 'all' ? 'all' : 'group';
      for (const { key, value } of group.vars)
        found.set(key, {
          key,
          value,
          scope,
          hosts: scope === 'all' ? context.hosts.length : context.members(group.name).length,
        });
    }
    return [...found.values()];
  });
}

export const unknownNames: Rule = {
  codes: ['custom-variable', 'unknown-parameter', 'near-parameter'],
  about:
    "Names that no parameter has: a typing error, a name close to a parameter's that nothing reads, " +
    "or somebody's own variable.",
  *check(context) {
    const seen = new Set<string>();
    const rests = restsOfValues(context);
    const own = new Set<string>();
    const check = function* (name: string, span: Span | undefined, value: Node): Iterable<Diagnostic> {
      if (span === undefined || own.has(name)) return;
      const place = `${span.file.path}:${span.start}`;
      if (seen.has(place) || rests.has(place)) return;
      seen.add(place);
      const found = unknownName(name, span, value);
      // That a variable is somebody's own is said once.
      if (found.slug === 'custom-variable') own.add(name);
      yield found;
    };
    for (const [name, span, value] of namedVariables(context))
      if (!isKnown(context, name)) yield* check(name, span, value);
  },
};

function isKnown({ used }: CheckContext, name: string): boolean {
  return parameter(name) !== undefined || used.has(name) || OWN.test(name) || FACTS.has(name);
}

function* namedVariables(context: CheckContext): Iterable<readonly [string, Span | undefined, Node]> {
  for (const { key, value } of writtenVariables(context)) yield [key.text, key.span, value];
  for (const [name, { origin, node }] of context.globals) yield [name, origin.key, node];
  for (const [name, uses] of context.variables)
    if (!isKnown(context, name)) for (const { traced, node } of uses) yield [name, traced.origin.key, node];
}

/** Between names equally near, the one that can have the value is meant: a list is `minio_users`, a word `minio_user`. */
function unknownName(name: string, span: Span, value: Node): Diagnostic {
  const [, key, rest] = /^(\w+):(.+)$/.exec(name) ?? [];
  if (key !== undefined && parameter(key) !== undefined)
    return report('unknown-parameter', span, { name }, { help: `write a blank behind the colon: \`${key}: ${rest}\`` });
  const fits = (candidate: string): boolean => validateParameter(candidate)?.(valueOf(value)) !== false;
  const near = suggest(name, [...parameters().keys(), ...parameterRenames.map((rename) => rename.old)], fits);
  if (near === undefined) return report('custom-variable', span, { name });
  const extra = { help: `did you mean \`${near}\`?`, fix: { span, text: near, guess: true } } as const;
  const slug = isMisspelling(name, near, vocabulary()) ? 'unknown-parameter' : 'near-parameter';
  return report(slug, span, { name }, extra);
}

let wordsOfParameters: ReadonlySet<string> | undefined;

/** Words that names of parameters consist of. */
function vocabulary(): ReadonlySet<string> {
  return (wordsOfParameters ??= new Set([...parameters().keys()].flatMap((name) => name.split('_'))));
}

/** Cluster identities that would make one cluster of all hosts. */
const CLUSTER_IDENTITIES = new Set(['pg_cluster', 'redis_cluster', 'kafka_cluster', 'mysql_cluster']);

export const levels: Rule = {
  codes: ['wrong-level'],
  about: 'An identity of one instance given to many hosts, or of one cluster given to all.',
  *check(context) {
    for (const { key, scope, hosts } of writtenVariables(context)) {
      const info = parameter(key.text);
      if (info === undefined || !info.identity || info.default !== undefined || hosts < 2) continue;
      if (info.levels.length === 1 && info.levels[0] === 'I')
        yield report('wrong-level', key.span, { name: key.text, wanted: 'each host' });
      else if (scope === 'all' && CLUSTER_IDENTITIES.has(key.text))
        yield report('wrong-level', key.span, { name: key.text, wanted: "the cluster's group" });
    }
  },
};

export const silentModules: Rule = {
  codes: ['module-not-compiled'],
  about: 'Modules that are accepted and checked but produce no file: said once, at the first parameter.',
  *check(context) {
    const said = new Set<string>();
    const say = function* (name: string, span: Span | undefined): Iterable<Diagnostic> {
      const info = parameter(name);
      if (info === undefined || info.emits || said.has(info.module) || span === undefined) return;
      said.add(info.module);
      yield report('module-not-compiled', span, { module: info.module, name });
    };
    for (const { key } of writtenVariables(context)) yield* say(key.text, key.span);
    for (const [name, { origin }] of context.globals) yield* say(name, origin.key);
    for (const [name, [use]] of context.variables) yield* say(name, use?.traced.origin.key);
  },
};

export const withoutEffect: Rule = {
  codes: ['no-effect'],
  about: 'Parameters that say something else than their default, and fields, from which nothing is made: said once.',
  *check(context) {
    for (const { name, noEffect, object } of parameters().values()) {
      if (noEffect !== undefined && !context.used.has(name)) {
        const isOther = ({ node }: Use): boolean => !isDeepStrictEqual(valueOf(node), context.default(name));
        const use = context.uses(name).find(isOther);
        if (use !== undefined)
          yield report('no-effect', use.traced.origin.key ?? use.node.span, { name }, { help: noEffect });
      }
      const fields = object?.container === 'object' ? fieldsWithoutEffect(object.name) : [];
      for (const field of fields) {
        const written = context.uses(name).flatMap(({ node }) => (node.kind === 'map' ? node.entries : []));
        const entry = written.find(({ key }) => key.text === field.name);
        if (entry !== undefined)
          yield report('no-effect', entry.key.span, { name: field.name }, { help: field.noEffect! });
      }
    }
  },
};

function fieldsWithoutEffect(object: string): readonly FieldInfo[] {
  return objectOf(object)?.fields.filter(({ noEffect }) => noEffect !== undefined) ?? [];
}
