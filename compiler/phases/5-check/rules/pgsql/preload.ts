import { report } from '../../../../diagnostics/report.ts';
import { suggestTypo } from '../../../../words/suggest.ts';
import { isLibrary, libraryNames } from '../../../../postgresql/extensions.ts';
import type { Node } from '../../../../source/node.ts';
import type { CheckContext, Use } from '../../context.ts';
import { entries, text } from '../../nodes.ts';
import type { Rule } from '../../rule.ts';
import { names } from './libraries.ts';

export const preloadNames: Rule = {
  codes: ['library-unknown'],
  about: 'Libraries to load that nearly have the name of one: the server does not start without them.',
  *check(context) {
    for (const [node, use] of lists(context)) {
      // What forks bring has not been listed.
      if (!use.hosts.some((host) => ['pgsql', 'citus'].includes(context.of(host).pgMode.value))) continue;
      for (const name of names(text(node) ?? '')) {
        // `timescaledb-2.17.2` is one version of a library.
        if (name === '' || isLibrary(name) || isLibrary(name.replace(/-\d.*$/, ''))) continue;
        if (/\s/.test(name)) {
          yield report('library-unknown', node.span, { name }, { help: 'separate the names of libraries by commas' });
          continue;
        }
        const meant = suggestTypo(name, libraryNames());
        if (meant !== undefined)
          yield report('library-unknown', node.span, { name }, { help: `did you mean \`${meant}\`?` });
      }
    }
  },
};

function lists(context: CheckContext): readonly (readonly [Node, Use])[] {
  const settings = context.uses('pg_parameters').flatMap((use) =>
    entries(use.node)
      .filter(({ key }) => /^(shared|session|local)_preload_libraries$/i.test(key.text))
      .map(({ value }) => [value, use] as const),
  );
  return [...context.uses('pg_libs').map((use) => [use.node, use] as const), ...settings];
}
