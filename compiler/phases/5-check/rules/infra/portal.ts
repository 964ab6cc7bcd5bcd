import { report } from '../../../../diagnostics/report.ts';
import type { Diagnostic } from '../../../../diagnostics/diagnostic.ts';
import type { MapEntry, Span } from '../../../../source/node.ts';
import { entries, field, has, items, text, textField } from '../../nodes.ts';
import type { Rule } from '../../rule.ts';

export const portal: Rule = {
  codes: ['portal-no-home', 'portal-skipped', 'portal-domain', 'certbot', 'portal-source', 'portal-certificate'],
  about: 'Web sites of the portal: each has a domain and one source.',
  *check(context) {
    for (const use of context.uses('infra_portal')) {
      const sites = entries(use.node);
      if (sites.length > 0 && !sites.some((site) => site.key.text === 'home'))
        yield report('portal-no-home', use.traced.origin.key ?? use.node.span, {});
      const domains = new Map<string, Span>();
      for (const site of sites) {
        const domain = textField(site.value, 'domain');
        if (domain === undefined) {
          yield report('portal-skipped', site.key.span, { name: site.key.text });
          continue;
        }
        for (const node of [field(site.value, 'domain')!, ...items(field(site.value, 'domains'))]) {
          const name = text(node) ?? '';
          const first = domains.get(name);
          if (first === undefined) domains.set(name, node.span);
          else
            yield report(
              'portal-domain',
              node.span,
              { domain: name },
              { related: [{ span: first, message: 'first used here' }] },
            );
        }
        yield* checkSite(site);
      }
      const host = use.hosts.find((h) => context.of(h).certbotSign.value);
      if (host === undefined) continue;
      if (!sites.some((site) => has(site.value, 'certbot')))
        yield report('certbot', context.of(host).certbotSign.span, {
          problem: 'no-site',
        });
      if (/^(your@email\.com|)$/.test(context.of(host).certbotEmail.value))
        yield report('certbot', context.of(host).certbotSign.span, { problem: 'no-email' });
    }
  },
};

function* checkSite({ key, value }: MapEntry): Iterable<Diagnostic> {
  const sources = ['endpoint', 'path', 'conf', 'config'].filter((name) => has(value, name));
  if (key.text !== 'home' && sources.length === 0)
    yield report('portal-source', key.span, { name: key.text, problem: 'none' });
  if (has(value, 'endpoint') && has(value, 'path'))
    yield report('portal-source', field(value, 'path')!.span, {
      name: key.text,
      problem: 'two',
    });
  const [cert, other] = has(value, 'cert') ? ['cert', 'key'] : ['key', 'cert'];
  if (has(value, cert) && !has(value, other))
    yield report('portal-certificate', field(value, cert)!.span, { name: key.text, have: cert, missing: other });
}
