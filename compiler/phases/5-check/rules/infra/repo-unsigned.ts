import type { Diagnostic } from '../../../../diagnostics/diagnostic.ts';
import { report } from '../../../../diagnostics/report.ts';
import type { MapNode } from '../../../../source/node.ts';
import type { CheckContext } from '../../context.ts';
import { entries, field, has, items, maps, text, textField } from '../../nodes.ts';
import type { Rule } from '../../rule.ts';

export const repoUnsigned: Rule = {
  codes: ['repo-unsigned'],
  about:
    'What is installed comes over TLS, or is checked with a key. One finding for a list, at its first ' + 'such entry.',
  *check(context) {
    yield* openRepositories(context);
    yield* openFiles(context);
  },
};

function* openRepositories(context: CheckContext): Generator<Diagnostic> {
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
}

/** Files of `repo_url_packages` are put into the site's repository as they come. */
function* openFiles(context: CheckContext): Generator<Diagnostic> {
  for (const use of context.uses('repo_url_packages')) {
    const urls = items(use.node).map((item) => field(item, 'url') ?? item);
    const url = urls.find((one) => /^(http|ftp):/i.test(text(one) ?? ''));
    if (url === undefined) continue;
    const place = text(url)!;
    yield report('repo-unsigned', url.span, { name: place.replace(/[?#].*/, '').replace(/^.*\//, ''), url: place });
  }
}

function isSigned(repo: MapNode): boolean {
  const meta = field(repo, 'meta');
  return has(meta, 'signed_by') || /^(1|true|yes)$/i.test(textField(meta, 'gpgcheck') ?? '');
}
