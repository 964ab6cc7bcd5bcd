/** Whether a change leaves the settings of a file as they are, as apply.sh decides it on the host (form.sh). */
import { idleNames, type FileSettings } from '../../../emitters/settings.ts';
import { unquoted } from './file-settings.ts';

/** Lines of a unit file that a running service does not notice. */
const UNIT_WORDS = new RegExp(
  String.raw`^\s*([#;].*|(Description|Documentation|After|Before|Wants|WantedBy|ExecReload|ExecStop|ExecStopPost|` +
    'Restart|RestartSec|StartLimitIntervalSec|StartLimitBurst|TimeoutSec|TimeoutStartSec|TimeoutStopSec|' +
    String.raw`KillMode|KillSignal|SuccessExitStatus)\s*=.*|Type\s*=\s*simple)?$`,
);

const SETTINGS_FILE =
  /^(?:\/etc\/systemd\/system\/|\/etc\/default\/|\/etc\/etcd\/etcd\.conf$|\/etc\/pgbouncer\/pgbouncer\.ini$)/;

/** Whether the host looks at the settings of a file rather than at its bytes. */
export function hasForm(path: string): boolean {
  return SETTINGS_FILE.test(path);
}

const NO_WORDS = /^\s*([#;].*|---)?$/;

/**
 * True when nothing differs but the form (order, blanks, quotes, comments), what a running service does not notice, and
 * settings that are read while there are no data.
 */
export function sameForm(path: string, before: string, after: string, settings?: FileSettings): boolean {
  const words = path.startsWith('/etc/systemd/system/') ? UNIT_WORDS : NO_WORDS;
  if (hasForm(path) && formOf(before, words) === formOf(after, words)) return true;
  const names = settings === undefined ? undefined : idleNames(settings);
  if (names === undefined) return false;
  const idle = new RegExp(names);
  return formOf(before, NO_WORDS, idle) === formOf(after, NO_WORDS, idle);
}

/**
 * The settings, one a line and sorted, each with its section and the names above it; of a name that is there several
 * times the order counts.
 */
function formOf(text: string, words: RegExp, idle?: RegExp): string {
  const times = new Map<string, number>();
  const lines: string[] = [];
  let section = '';
  let above: readonly { readonly depth: number; readonly name: string }[] = [];
  for (const line of text.replace(/\\\n/g, ' ').split('\n')) {
    if (words.test(line) || NO_WORDS.test(line)) continue;
    if (/^\[.*\]$/.test(line)) {
      section = line;
      continue;
    }
    const [, indent = '', name, rest = ''] = /^(\s*)([\w.-]+)\s*(?:=|:\s+|:$)\s*(.*)$/.exec(line) ?? [];
    if (name !== undefined)
      above = [...above.filter(({ depth }) => depth < indent.length), { depth: indent.length, name }];
    const names = above.map((one) => one.name).join(' ');
    if (idle?.test(names) === true) continue;
    const key = `${section} ${names} ${name ?? '-'}`;
    const time = (times.get(key) ?? 0) + 1;
    times.set(key, time);
    const value = unquoted((name === undefined ? line : rest).trim());
    if (value !== '') lines.push(`${key} ${time}=${value}`);
  }
  return lines.sort().join('\n');
}
