import { report } from '../../../../diagnostics/report.ts';
import { releaseOf } from '../../../../schema/former-defaults.ts';
import { isNull } from '../../../../source/node.ts';
import { leftDefaults } from '../../left-defaults.ts';
import { text } from '../../nodes.ts';
import type { Rule } from '../../rule.ts';

const SHOWN = 6;

export const writtenFor: Rule = {
  codes: ['version-differs'],
  about:
    '`version` says for which release an inventory was written: what it does not write may be another ' + 'value now.',
  *check(context) {
    const node = context.globals.get('version')?.node;
    if (node === undefined || isNull(node)) return;
    const written = text(node) ?? '';
    const present = String(context.default('version'));
    const release = releaseOf(written);
    if (release === undefined) {
      yield report('version-differs', node.span, { problem: 'none', written, present });
      return;
    }
    const now = releaseOf(present)!;
    const at = release.findIndex((part, i) => part !== now[i]);
    if (at < 0) return;
    if (release[at]! > now[at]!) {
      yield report('version-differs', node.span, { problem: 'newer', written, present });
      return;
    }
    const changed = leftDefaults(context, release).filter(({ kind }) => kind === 'changed');
    if (changed.length === 0) return;
    const names = changed.map(({ parameter }) => parameter);
    const more = names.length > SHOWN ? ' …' : '';
    yield report(
      'version-differs',
      node.span,
      { problem: 'changed', written, count: names.length },
      { help: `${names.slice(0, SHOWN).join(', ')}${more}; \`pigstyc defaults\` lists them with both values` },
    );
  },
};
