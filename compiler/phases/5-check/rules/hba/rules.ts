import { report } from '../../../../diagnostics/report.ts';
import { didYouMean } from '../../../../words/suggest.ts';
import type { Diagnostic } from '../../../../diagnostics/diagnostic.ts';
import type { MapNode } from '../../../../source/node.ts';
import type { Use } from '../../context.ts';
import { objects } from '../../../../schema/table.ts';
import { field, has, items, maps, textField } from '../../nodes.ts';
import { parseCidr } from '../../../../domain/ipv4.ts';
import type { Rule } from '../../rule.ts';

const LISTS = ['pg_hba_rules', 'pgb_hba_rules', 'pg_default_hba_rules', 'pgb_default_hba_rules'] as const;
const ADDRESSES = ['local', 'localhost', 'admin', 'infra', 'cluster', 'intra', 'intranet', 'world', 'all'];

export const hbaRules: Rule = {
  codes: [
    'hba-rules-win',
    'hba-no-address',
    'hba-address',
    'hba-local-ssl',
    'hba-implicit',
    'hba-pool-replication',
    'hba-pool-ident',
    'hba-order',
  ],
  about: 'Fields of access rules that the program refuses, ignores or reads otherwise than they look.',
  *check(context) {
    for (const list of LISTS) {
      const pooled = list.startsWith('pgb_');
      for (const use of context.uses(list)) {
        for (const rule of maps(use.node)) {
          if (items(field(rule, 'rules')).length > 0) yield* rawRule(rule);
          else yield* checkRule(rule);
          if (pooled) yield* pooledRule(rule);
        }
        yield* order(use);
      }
    }
  },
};

function* checkRule(rule: MapNode): Iterable<Diagnostic> {
  const address = textField(rule, 'addr');
  if (address === undefined || address === '') {
    // A rule in the words of another tool has an address; that it is called otherwise is said there.
    const named =
      objects()
        .get('hba')!
        .fields.find(({ name }) => name === 'addr')!.elsewhere ?? [];
    if (!named.some((name) => has(rule, name))) yield report('hba-no-address', rule.span, {});
    return;
  }
  const span = field(rule, 'addr')!.span;
  if (!ADDRESSES.includes(address) && parseCidr(address) === undefined) {
    const help = address.includes(':')
      ? 'write IPv6 addresses as a line of `rules`'
      : (didYouMean(address, ADDRESSES) ?? `known: ${ADDRESSES.join(', ')}, or IPv4/mask`);
    yield report('hba-address', span, { address }, { help });
  }
  const auth = textField(rule, 'auth') ?? 'pwd';
  if ((address === 'local' || address === 'localhost') && ['ssl', 'cert', 'ssl-md5', 'ssl-sha'].includes(auth))
    yield report('hba-local-ssl', field(rule, 'auth')!.span, { auth, address });
  const missing = ['user', 'db', 'auth', 'title'].filter((key) => !has(rule, key));
  if (missing.length > 0) yield report('hba-implicit', rule.span, { missing: missing.join(', ') });
}

/** Raw lines win over the fields beside them. */
function* rawRule(rule: MapNode): Iterable<Diagnostic> {
  const ignored = ['user', 'db', 'addr', 'auth'].find((key) => has(rule, key));
  if (ignored !== undefined) yield report('hba-rules-win', field(rule, ignored)!.span, { field: ignored });
}

function* pooledRule(rule: MapNode): Iterable<Diagnostic> {
  if (textField(rule, 'db') === 'replication' && !has(rule, 'rules'))
    yield report('hba-pool-replication', field(rule, 'db')!.span, {});
  const auth = textField(rule, 'auth');
  if (auth === 'os' || auth === 'ident') yield report('hba-pool-ident', field(rule, 'auth')!.span, { auth });
}

/** Rules without `order` come after all others, whatever numbers those have. */
function* order(use: Use): Iterable<Diagnostic> {
  const list = maps(use.node);
  const lastOrdered = list.findLastIndex((rule) => has(rule, 'order'));
  const unordered = list.findIndex((rule) => !has(rule, 'order'));
  if (unordered !== -1 && unordered < lastOrdered) yield report('hba-order', list[unordered]!.span, {});
}
