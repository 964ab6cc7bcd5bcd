import { report } from '../../../../diagnostics/report.ts';
import type { MapNode } from '../../../../source/node.ts';
import { entries, field, has, maps, text, textField } from '../../nodes.ts';
import type { Rule } from '../../rule.ts';

/** A repository is read over TLS, or its packages are checked with a key. One finding for a list, at its first such repository. */
export const repoUnsigned: Rule = function* (context) {
  // A URL with a host's own address in it is as many values as there are hosts, and written once.
  const seen = new Set<string>();
  for (const use of context.uses('repo_upstream')) {
    for (const repo of maps(use.node)) {
      const url = entries(field(repo, 'baseurl')).find(({ value }) => /^http:/i.test(text(value) ?? ''));
      if (url === undefined || isSigned(repo)) continue;
      const place = `${url.value.span.file.path}:${url.value.span.start}`;
      if (seen.has(place)) break;
      seen.add(place);
      yield report('repo-unsigned', url.value.span, {
        name: textField(repo, 'name') ?? '',
        url: text(url.value)!.split(/\s/)[0]!,
      });
      break;
    }
  }
};

function isSigned(repo: MapNode): boolean {
  const meta = field(repo, 'meta');
  return has(meta, 'signed_by') || /^(1|true|yes)$/i.test(textField(meta, 'gpgcheck') ?? '');
}
