import type { SourceFormat } from '../../source/node.ts';

/**
 * How the text of an inventory is written. Ansible tries one reader after the other; the first line that says something
 * tells which one succeeds.
 */
export function formatOf(path: string, text: string): SourceFormat {
  const first = /^(?!\s*(?:[#;].*)?$).*$/m.exec(text.replace(/^\ufeff/, ''))?.[0].trim() ?? '';
  if (/^\[[^\]\s,'"]+\]\s*(?:#.*)?$/.test(first)) return 'ini';
  if (first.startsWith('{') && /"_meta"\s*:/.test(text)) return 'list';
  if (first === '' || /\.(?:ya?ml|json)$/i.test(path)) return 'yaml';
  return /^(?:---|[{%"'-])|^[^=:]*:(?:\s|$)/.test(first) ? 'yaml' : 'ini';
}
