/** Whether a change leaves the settings of a file as they are, as apply.sh decides it on the host (form.sh). */
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

/** True when nothing differs but the form: order, blanks, quotes, comments, and what a running service does not notice. */
export function sameForm(path: string, before: string, after: string): boolean {
  if (!hasForm(path)) return false;
  const words = path.startsWith('/etc/systemd/system/') ? UNIT_WORDS : /^\s*([#;].*|---)?$/;
  const settings = (text: string): string =>
    text
      .split('\n')
      .filter((line) => !words.test(line))
      .map(setting)
      .sort()
      .join('\n');
  return settings(before) === settings(after);
}

function setting(line: string): string {
  const [, name, value] = /^\s*([\w.-]+)\s*(?:=|:\s+|:$)\s*(.*?)\s*$/.exec(line) ?? ['', '', line.trim()];
  return `${name}=${unquoted(value!)}`;
}
