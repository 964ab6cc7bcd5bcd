/** Whether a change leaves the settings of a file as they are, as apply.sh decides it on the host (form.sh). */
import type { FileChange } from '../diff/bundle-diff.ts';

/** Lines of a unit file that a running service does not notice. */
const UNIT_WORDS =
  /^\s*([#;].*|(Description|Documentation|After|Before|Wants|WantedBy|ExecReload|ExecStop|ExecStopPost|Restart|RestartSec|StartLimitIntervalSec|StartLimitBurst|TimeoutSec|TimeoutStartSec|TimeoutStopSec|KillMode|KillSignal|SuccessExitStatus)\s*=.*|Type\s*=\s*simple)?$/;

const SETTINGS_FILE =
  /^(?:\/etc\/systemd\/system\/|\/etc\/default\/|\/etc\/etcd\/etcd\.conf$|\/etc\/pgbouncer\/pgbouncer\.ini$)/;

/** True when nothing differs but the form: order, blanks, quotes, comments, and what a running service does not notice. */
export function sameForm(path: string, { change, diff }: FileChange): boolean {
  if (change !== 'changed' || diff.length === 0 || !SETTINGS_FILE.test(path)) return false;
  const words = path.startsWith('/etc/systemd/system/') ? UNIT_WORDS : /^\s*([#;].*|---)?$/;
  const side = (sign: string): string =>
    diff
      .filter((line) => line.startsWith(sign) && !words.test(line.slice(1)))
      .map((line) => setting(line.slice(1)))
      .sort()
      .join('\n');
  return side('-') === side('+');
}

function setting(line: string): string {
  const [, name, value] = /^\s*([\w.-]+)\s*(?:=|:\s+|:$)\s*(.*?)\s*$/.exec(line) ?? ['', '', line.trim()];
  return `${name}=${value!.replace(/^(["'])([^"'\\$]*)\1$/, '$2')}`;
}
