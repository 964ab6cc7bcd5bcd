import { report } from '../../../../diagnostics/report.ts';
import { didYouMean } from '../../../../words/suggest.ts';
import { text } from '../../nodes.ts';
import type { Rule } from '../../rule.ts';

export const timeZone: Rule = {
  codes: ['time-zone'],
  about:
    "The name of a file below /usr/share/zoneinfo. Node has the same database, but not the host's " + 'edition of it.',
  *check(context) {
    for (const use of context.uses('node_timezone')) {
      const name = text(use.node) ?? '';
      if (name === '' || isKnown(name)) continue;
      const help = didYouMean(name, Intl.supportedValuesOf('timeZone'));
      yield report('time-zone', use.node.span, { name }, { help });
    }
  },
};

function isKnown(name: string): boolean {
  const zone = name.replace(/^(?:posix|right)\//, '');
  // Node takes offsets and any case; files have names.
  if (/^[+-]/.test(zone) || (zone === zone.toLowerCase() && zone.includes('/'))) return false;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }) !== undefined;
  } catch {
    return false;
  }
}
