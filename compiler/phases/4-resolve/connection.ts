/** How a host is reached for a deployment: what Ansible reads, in ssh's own words. */
import type { Connection } from '../../model/site.ts';
import { shellWords } from '../../words/shell-words.ts';
import type { ScalarNode } from '../../source/node.ts';
import type { Traced } from '../../source/traced.ts';

/** A variable that does not reach the deployment, and why. */
export interface LeftOut {
  readonly name: string;
  readonly node: ScalarNode;
  /** True for a password: it would be in a file that others read. */
  readonly password: boolean;
  readonly reason: string;
}

type Vars = ReadonlyMap<string, Traced>;

const HOST = ['ansible_host', 'ansible_ssh_host'];
const PORT = ['ansible_port', 'ansible_ssh_port'];
const USER = ['ansible_user', 'ansible_ssh_user'];
const KEY = ['ansible_ssh_private_key_file', 'ansible_private_key_file'];
/** Variables with arguments of ssh. */
export const SSH_ARGUMENTS = ['ansible_ssh_common_args', 'ansible_ssh_extra_args'];
const PASSWORDS = [
  'ansible_password',
  'ansible_ssh_pass',
  'ansible_ssh_password',
  'ansible_become_password',
  'ansible_become_pass',
  'ansible_sudo_pass',
];

/** Values of these variables that need nothing from the deployment. */
const AS_ALWAYS: Readonly<Record<string, readonly string[]>> = {
  ansible_connection: ['ssh', 'smart', 'paramiko', 'paramiko_ssh', 'ansible.builtin.ssh'],
  ansible_become_user: ['root'],
  ansible_become_method: ['sudo', 'doas', 'ansible.builtin.sudo', 'community.general.doas'],
  ansible_become_flags: ['-H -S -n', '-n', '-H', '-H -n', ''],
};

const NAMES: ReadonlySet<string> = new Set([
  ...[...HOST, ...PORT, ...USER, ...KEY, ...SSH_ARGUMENTS, ...PASSWORDS],
  ...['ansible_become', 'ansible_become_exe', ...Object.keys(AS_ALWAYS)],
]);

/** True for a variable that says how a host is reached. */
export function isOfConnection(name: string): boolean {
  return NAMES.has(name);
}

/** The connection that the variables of a host ask for, and what of them it cannot hold. `address` is where others reach it. */
export function connectionOf(
  vars: Vars,
  address: string,
): { readonly connection: Connection; readonly leftOut: readonly LeftOut[] } {
  const leftOut: LeftOut[] = [];
  const leave = (node: ScalarNode, name: string, reason: string): void => {
    leftOut.push({ name, node, password: false, reason });
  };
  /** The first of some names that is given and has the right form. */
  const take = (names: readonly string[], form: RegExp, problem: string): string | undefined => {
    const [name, node] = given(vars, names) ?? [];
    if (name === undefined || node === undefined) return undefined;
    const value = String(node.value);
    const reason = isSecret(node)
      ? 'it is a secret'
      : isExpression(node)
        ? EXPRESSION
        : form.test(value)
          ? undefined
          : problem;
    if (reason !== undefined) leave(node, name, reason);
    return reason === undefined ? value : undefined;
  };
  const target = take(HOST, /^\w[\w.:-]*$/, 'it is no address or name') ?? address;
  const port = take(PORT, /^[1-9][0-9]{0,4}$/, 'it is no port');
  const user = take(USER, /^[\w.][\w.@\\-]*$/, 'it is no name of a user');
  const key = take(KEY, /^[^\r\n"]+$/, 'a line of ssh_config cannot hold it');
  const options = [
    ...(port === undefined ? [] : [`Port ${port}`]),
    ...(user === undefined ? [] : [`User ${user}`]),
    ...(key === undefined ? [] : [`IdentityFile ${quoted(besideInventory(key))}`]),
  ];
  for (const name of SSH_ARGUMENTS) {
    const text = take([name], /^[^\r\n]*$/, 'a line of ssh_config cannot hold it');
    const [lines, unknown] = sshOptions(text ?? '');
    options.push(...lines);
    if (unknown !== undefined) leave(given(vars, [name])![1], name, `\`${unknown}\` has no line in ssh_config`);
  }
  for (const [name, values] of Object.entries(AS_ALWAYS)) {
    const [, node] = given(vars, [name]) ?? [];
    if (node !== undefined && isExpression(node)) leave(node, name, EXPRESSION);
    else if (node !== undefined && !values.includes(String(node.value)))
      leave(node, name, 'the deployment goes over ssh, and becomes root by sudo or doas');
  }
  for (const name of ['ansible_become', 'ansible_become_exe']) {
    const [, node] = given(vars, [name]) ?? [];
    if (node !== undefined && isExpression(node)) leave(node, name, EXPRESSION);
  }
  for (const name of PASSWORDS) {
    const [, node] = given(vars, [name]) ?? [];
    if (node !== undefined) leftOut.push({ name, node, password: true, reason: '' });
  }
  return { connection: { target, port: Number(port ?? 22), options, become: becomeOf(vars) }, leftOut };
}

function given(vars: Vars, names: readonly string[]): readonly [string, ScalarNode] | undefined {
  for (const name of names) {
    const node = vars.get(name)?.node;
    if (node?.kind === 'scalar' && node.value !== null) return [name, node];
  }
  return undefined;
}

const EXPRESSION = 'only Ansible evaluates its expression';

/** True for a text with an expression that nothing here evaluates, such as a look-up. */
function isExpression({ value }: ScalarNode): boolean {
  return typeof value === 'string' && /\{\{|\{%/.test(value);
}

function isSecret({ secret, tag }: ScalarNode): boolean {
  return secret === true || tag === 'vault';
}

/** What makes root of the login; empty for a login that is root. */
function becomeOf(vars: Vars): string {
  const value = (name: string): unknown => given(vars, [name])?.[1].value;
  if (value('ansible_become') === false) return '';
  const exe = value('ansible_become_exe');
  if (typeof exe === 'string' && /^[\w./-]+$/.test(exe)) return exe;
  return /doas$/.test(String(value('ansible_become_method'))) ? 'doas' : 'sudo';
}

/** A relative path counts from the inventory, beside which the bundle lies. */
function besideInventory(path: string): string {
  return /^[~/%$]/.test(path) ? path : `../${path}`;
}

/** A path as a word of ssh_config. */
export function quoted(text: string): string {
  return /^[\w./~:@%+,-]+$/.test(text) ? text : `"${text}"`;
}

/** Options of ssh that are lines of its configuration, by letter; without `=` they have no argument. */
const LETTERS: Readonly<Record<string, string>> = {
  o: '=',
  J: 'ProxyJump=',
  i: 'IdentityFile=',
  l: 'User=',
  p: 'Port=',
  c: 'Ciphers=',
  m: 'MACs=',
  b: 'BindAddress=',
  S: 'ControlPath=',
  A: 'ForwardAgent yes',
  a: 'ForwardAgent no',
  C: 'Compression yes',
  K: 'GSSAPIAuthentication yes',
  k: 'GSSAPIDelegateCredentials no',
  q: 'LogLevel QUIET',
  4: 'AddressFamily inet',
  6: 'AddressFamily inet6',
};

/** Arguments of ssh as lines of its configuration, and the first word that is none. */
function sshOptions(text: string): readonly [lines: readonly string[], unknown: string | undefined] {
  const lines: string[] = [];
  const words = shellWords(text).words.map((word) => word.text);
  for (let at = 0; at < words.length; at++) {
    const word = words[at]!;
    const line = LETTERS[/^-(.)/.exec(word)?.[1] ?? ''];
    if (line === undefined || (!line.endsWith('=') && word.length > 2)) return [lines, word];
    const argument = line.endsWith('=') ? (word.length > 2 ? word.slice(2) : words[++at]) : '';
    if (argument === undefined) return [lines, word];
    const value = line === 'IdentityFile=' ? quoted(besideInventory(argument)) : argument;
    const whole = line === '=' ? argument.trim() : `${line}${value}`;
    if (/^(?:host|match|include)\b/i.test(whole)) return [lines, argument];
    lines.push(whole);
  }
  return [lines, undefined];
}
