/**
 * Random expressions over secrets, in places that may hold them and in places that may not: no command tells one, and
 * of what a build writes only sealed files hold one. CANARIES says how many inventories are tried.
 */
import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { emptyHost, overlay } from '../../../compiler/review/diff/overlay-host.ts';
import { run as main } from '../../../compiler/cli/program.ts';
import { nodeHost } from '../../../compiler/host/host.ts';
import '../../package-text.ts';

const test = suite('expressions over secrets');
const CASES = Number(process.env['CANARIES'] ?? 4);

/** Nothing else has such letters in a row, whatever an expression does to their case, order and neighbours. */
const WORD = 'Qxzjvkqwxj';
const SOURCES = [
  'pg_admin_password',
  'own_password',
  'from_outside',
  'mixed.secret_key',
  "hostvars['10.0.0.2'].pg_users[0].password",
  "hostvars[groups['pg-b'][0]]['pg_users'][0]['password']",
];
const FILTERS = [
  'upper',
  'lower',
  'reverse',
  'string',
  'trim',
  'list',
  "join('-')",
  "replace('Q', 'q')",
  "default('x')",
  'to_json',
  'b64encode',
  "split('k') | join('k')",
  'first',
  'length',
];

const leaf = fc.constantFrom(...SOURCES);
const { expression } = fc.letrec<{ expression: string }>((tie) => ({
  expression: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    leaf,
    fc.tuple(tie('expression'), fc.constantFrom(...FILTERS)).map(([a, filter]) => `(${a}) | ${filter}`),
    fc.tuple(tie('expression'), tie('expression')).map(([a, b]) => `(${a}) ~ (${b})`),
    tie('expression').map((a) => `('x' ~ (${a}) ~ 'y')`),
    tie('expression').map((a) => `{'k': (${a})}['k']`),
    tie('expression').map((a) => `[(${a}), 'z'] | join('+')`),
    fc.tuple(tie('expression'), tie('expression')).map(([a, b]) => `(${a}) if (${b}) else 'no'`),
  ),
}));

/** Places for any value, and for secrets alone. */
const PUBLIC = [
  (text: string) => `pg_users: [ { name: app, password: Known.1, comment: ${text} } ]`,
  (text: string) => `pg_databases: [ { name: shop, comment: ${text}, parameters: { application_name: ${text} } } ]`,
  (text: string) => `pg_hba_rules: [ { title: ${text}, user: all, db: all, addr: intra, auth: pwd } ]`,
  (text: string) => `node_etc_hosts: [ ${text} ]`,
  (text: string) => `pg_conf: ${text}`,
  (text: string) => `pg_parameters: { work_mem: ${text} }`,
  (text: string) => `pg_services: [ { name: x, port: 5439, selector: ${text} } ]`,
  (text: string) => `own_text: ${text}\n        node_timezone: '{{ own_text }}'`,
];
const SECRET = [
  (text: string) => `pg_users: [ { name: app, password: ${text} } ]`,
  (text: string) => `patroni_password: ${text}`,
  (text: string) => `haproxy_admin_password: ${text}`,
];

const inventory = (vars: readonly string[]): string => `all:
  vars:
    admin_ip: 10.0.0.1
    version: v4.5.0
    pg_admin_password: ${WORD}
    own_password: 'a-${WORD}'
    from_outside: '\${env:CANARY}'
    mixed: { secret_key: ${WORD} }
  children:
    infra: { hosts: { 10.0.0.1: { infra_seq: 1 } } }
    etcd: { hosts: { 10.0.0.1: { etcd_seq: 1 } }, vars: { etcd_cluster: etcd } }
    pg-a:
      hosts: { 10.0.0.1: { pg_seq: 1, pg_role: primary } }
      vars:
        pg_cluster: pg-a
        ${vars.join('\n        ')}
    pg-b:
      hosts: { 10.0.0.2: { pg_seq: 1, pg_role: primary } }
      vars: { pg_cluster: pg-b, pg_users: [ { name: other, password: 'b-${WORD}' } ] }
`;

/** True when a text holds half of the word, in any case, order, with anything between its letters, or encoded. */
function tells(text: string): boolean {
  const letters = text.toLowerCase().replaceAll(/[^a-z\n]/g, '');
  const part = WORD.toLowerCase().slice(2, 9);
  return (
    letters.includes(part) ||
    letters.includes([...part].reverse().join('')) ||
    [0, 1, 2].some((shift) =>
      text.includes(
        Buffer.from(WORD.slice(shift, shift + 9))
          .toString('base64')
          .slice(0, 10),
      ),
    )
  );
}

const FILE = '/site/pigsty.yml';
const OUT = ['-o', '/site/out'];
const COMMANDS = [
  ...['pretty', 'compact', 'json', 'sarif', 'github', 'junit'].map((format) => ['check', FILE, '--format', format]),
  ...['1', '2', '3', '4', '5', '6', '7'].map((phase) => ['dump', FILE, '--phase', phase]),
  ...['pg_users', 'patroni_password', 'own_password', 'node_timezone', 'pg_parameters'].flatMap((name) => [
    ['explain', '10.0.0.1', name, '-i', FILE],
    ['explain', '10.0.0.1', name, '-i', FILE, '--json'],
  ]),
  ['list', 'hosts', FILE, '--json'],
  ['services', FILE],
  ['ports', FILE],
  ['graph', FILE, '--as', 'mermaid'],
  ['diff', FILE, ...OUT],
  ['diff', FILE, '--json', ...OUT],
  ['secrets', 'gen', FILE, '--dry-run'],
];

/** Tries every command on an inventory; returns the files of a build. */
async function tryAll(text: string): Promise<ReadonlyMap<string, Uint8Array>> {
  const { host, written } = overlay(emptyHost(nodeHost()));
  host.writeFile(FILE, text, 0o600);
  const run = async (args: readonly string[]): Promise<number> => {
    let said = '';
    const say = (more: string): void => void (said += more);
    const code = await main(args, { ...host, env: { NO_COLOR: '1', CANARY: `c-${WORD}` }, stdout: say, stderr: say });
    assert.ok(code <= 2, `${args.join(' ')}: ${code}\n${said}\n${text}`);
    assert.not.ok(tells(said), `${args.join(' ')}\n${said.split('\n').filter(tells).join('\n')}\n${text}`);
    return code;
  };
  for (const command of COMMANDS) await run(command);
  if ((await run(['build', FILE, '--demo', ...OUT])) !== 0) return new Map();
  return new Map([...written].filter(([path]) => path.startsWith('/site/out/')));
}

const places = fc.record({
  open: fc.array(fc.tuple(fc.constantFrom(...PUBLIC), expression), { maxLength: 2 }),
  sealed: fc.array(fc.tuple(fc.constantFrom(...SECRET), expression), { minLength: 1, maxLength: 3 }),
});

test('no command tells one, and of what is written only sealed files hold one', async () => {
  let built = 0;
  for (const { open, sealed } of fc.sample(places, { numRuns: CASES, seed: 14 })) {
    const lines = new Map(
      [...open, ...sealed].map(([place, value]) => [place, place(JSON.stringify(`{{ ${value} }}`))]),
    );
    // One list of users, whoever fills it.
    const vars = [...new Map([...lines.values()].map((line) => [line.split(':')[0]!, line])).values()];
    const files = await tryAll(inventory(vars));
    if (files.size > 0) built++;
    for (const [path, content] of files)
      if (!path.includes('/sealed/'))
        assert.not.ok(tells(Buffer.from(content).toString()), `${path}\n${vars.join('\n')}`);
  }
  assert.ok(CASES < 4 || built > 0, 'some are good inventories');
});

test('what is looked for is found', () => {
  for (const text of [
    WORD,
    WORD.toUpperCase(),
    [...WORD].reverse().join('-'),
    Buffer.from(`a-${WORD}`).toString('base64'),
  ])
    assert.ok(tells(`x ${text} y`), text);
});

test.run();
