import { requireLine, requireText, requireTrimmedLine, UnrepresentableError } from './unrepresentable.ts';

const ESCAPES: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '"': '\\"', '\\': '\\\\' };

function cQuoted(value: string): string {
  const body = value.replace(
    /["\\\u0001-\u001f\u007f]/g,
    (c) => ESCAPES[c] ?? `\\x${c.charCodeAt(0).toString(16).padStart(2, '0')}`,
  );
  return `"${body}"`;
}

/** Rejects the 66 code points that Unicode reserves: systemd does not count them as UTF-8 and ignores the assignment. */
function requireClean(grammar: string, value: string): string {
  requireText(grammar, value);
  if (/\p{Noncharacter_Code_Point}/u.test(value)) throw new UnrepresentableError(grammar, 'a noncharacter', value);
  return value;
}

/** {@link requireClean}, and no control character except tab and line break: older releases (EL 8 has 239) drop a variable that has one. */
function requireVariable(grammar: string, value: string): string {
  requireClean(grammar, value);
  if (/[\u0001-\u0008\u000b-\u001f\u007f]/.test(value))
    throw new UnrepresentableError(grammar, 'a control character', value);
  return value;
}

/** One argument of ExecStart= and friends: `%` (specifiers) and `$` (variables) doubled, C quoting where needed. */
export function systemdWord(value: string): string {
  const literal = requireClean('systemd unit', value).replaceAll('%', '%%').replaceAll('$', '$$$$');
  return /^[A-Za-z0-9_./:@%+,=${}()-]+$/.test(literal) ? literal : cQuoted(literal);
}

/** The text of a setting that is not split into words (Description=, WorkingDirectory=): `%` doubled, the rest of the line as it is. */
export function systemdValue(value: string): string {
  requireTrimmedLine('systemd unit', requireClean('systemd unit', value));
  if (value.endsWith('\\')) throw new UnrepresentableError('systemd unit', 'a backslash at the end of a line', value);
  return value.replaceAll('%', '%%');
}

/** `NAME=value` for Environment=. */
export function systemdEnvironment(name: string, value: string): string {
  return cQuoted(`${name}=${requireVariable('systemd unit', value).replaceAll('%', '%%')}`);
}

/** The value in an EnvironmentFile, also valid when a POSIX shell sources the file. */
export function environmentFileValue(value: string): string {
  requireVariable('environment file', requireLine('environment file', value));
  return /^[A-Za-z0-9_./:@%+,=-]+$/.test(value) ? value : `"${value.replace(/["\\$`]/g, '\\$&')}"`;
}
