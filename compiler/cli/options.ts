import type { Options } from 'yargs';
import { FORMATS } from './report/report.ts';

/** Every option of every command, declared once. */
export const OPTIONS = {
  out: { alias: 'o', type: 'string', default: 'out', requiresArg: true, describe: 'Directory of the bundle' },
  limit: {
    alias: 'l',
    type: 'string',
    requiresArg: true,
    describe: 'Only these hosts, groups or clusters: list with commas, * and ?, !name excludes',
  },
  platform: {
    type: 'string',
    requiresArg: true,
    describe: 'Where software comes from: pigsty-4.5 (default), debian-13 or debian-12',
  },
  state: {
    type: 'string',
    requiresArg: true,
    describe: 'Directory of the key, the authority and the facts; default beside the inventory',
  },
  'new-authority': {
    type: 'boolean',
    default: false,
    describe: 'Another authority or key than the one the bundle was built with is meant',
  },
  'new-keys': { type: 'boolean', default: false, describe: 'Renewed certificates get new private keys, too' },
  facts: { type: 'string', requiresArg: true, describe: 'Directory with <host>.json, the facts of each host' },
  strict: { type: 'boolean', default: false, describe: 'Warnings fail the run' },
  demo: {
    type: 'boolean',
    default: false,
    describe: 'The site is a demonstration: published passwords are meant',
  },
  format: {
    type: 'string',
    choices: FORMATS,
    default: 'pretty',
    requiresArg: true,
    describe: 'How findings are reported',
  },
  quiet: { alias: 'q', type: 'boolean', default: false, describe: 'No summary, no progress, no hints' },
  'allow-file': {
    type: 'string',
    array: true,
    requiresArg: true,
    describe: 'Directory besides that of the inventory whose files it may name (repeatable)',
  },
  'vault-password-file': {
    type: 'string',
    requiresArg: true,
    describe: 'File with the password of !vault values, or a program that prints it',
  },
  'vault-id': {
    type: 'string',
    array: true,
    requiresArg: true,
    describe: 'One of several passwords (repeatable): label@FILE, label@PROGRAM, label@prompt, - for standard input',
  },
  public: {
    type: 'string',
    array: true,
    requiresArg: true,
    describe: '`env:NAME` or `file:PATH` that holds no secret (repeatable): may stand anywhere, and is shown',
  },
  secrets: {
    type: 'boolean',
    default: true,
    describe: '--no-secrets: what ${env:}, ${file:} and !vault name may be absent, and is not checked',
  },
  color: {
    type: 'string',
    choices: ['auto', 'always', 'never'],
    default: 'auto',
    requiresArg: true,
    describe: 'Colors; NO_COLOR is respected',
  },
  inventory: {
    alias: 'i',
    type: 'string',
    array: true,
    requiresArg: true,
    describe: 'Inventory file (repeatable), default pigsty.yml',
  },
  phase: {
    type: 'number',
    choices: [1, 2, 3, 4, 5, 6, 7],
    default: 6,
    requiresArg: true,
    describe: '1 parse, 2 merge, 3 normalize, 4 resolve, 5 check, 6 model, 7 plan',
  },
  fix: {
    type: 'boolean',
    default: false,
    describe: 'Apply the mechanical fixes (old names and values, quotes) to the files first',
  },
  graph: {
    type: 'boolean',
    default: false,
    describe: 'Also draw the topology: topology.svg and topology.html in the bundle',
  },
  'show-allowed': {
    type: 'boolean',
    default: false,
    describe: 'List findings that comments in the inventory allow, too',
  },
  as: {
    type: 'string',
    choices: ['svg', 'html', 'dot', 'mermaid'],
    default: 'svg',
    requiresArg: true,
    describe: 'What the drawing is written as',
  },
  user: { type: 'string', requiresArg: true, describe: 'Who connects' },
  db: { type: 'string', requiresArg: true, describe: 'To which database; `replication` for streaming' },
  from: {
    type: 'string',
    requiresArg: true,
    describe: 'From where: an address, a host of the inventory, localhost, or local for the Unix socket',
  },
  tls: { type: 'boolean', describe: 'With TLS, or without it (--no-tls); both when left out' },
  via: {
    type: 'string',
    requiresArg: true,
    describe: 'Through what: postgres (default), pgbouncer, or a service of the cluster',
  },
  cluster: { type: 'string', requiresArg: true, describe: 'Only this cluster' },
  matrix: { type: 'boolean', default: false, describe: 'Print who can reach what instead of answering one question' },
  stdio: { type: 'boolean', default: false, describe: 'Speak over standard input and output, which is the only way' },
  zone: {
    type: 'string',
    requiresArg: true,
    describe: 'Variable whose value says which hosts are lost together; default each host alone',
  },
  vault: { type: 'boolean', default: false, describe: 'New passwords are written as !vault values' },
  'env-file': {
    type: 'string',
    requiresArg: true,
    describe: 'New passwords go into this file; the inventory refers to them by ${env:…}',
  },
  running: {
    type: 'boolean',
    default: false,
    describe: 'The site runs already: passphrases and keys that data are encrypted with stay',
  },
  ip: {
    type: 'string',
    array: true,
    requiresArg: true,
    describe: 'Addresses of the machines, with commas (repeatable); the first one also monitors',
  },
  vip: { type: 'string', requiresArg: true, describe: 'Virtual address that follows the primary, like 10.10.10.2/24' },
  region: {
    type: 'string',
    choices: ['default', 'china', 'europe'],
    default: 'default',
    requiresArg: true,
    describe: 'Where packages are fetched',
  },
  yes: { alias: 'y', type: 'boolean', default: false, describe: 'Ask nothing, which is always so' },
  'dry-run': { type: 'boolean', default: false, describe: 'Say what would be done, write nothing' },
  json: { type: 'boolean', default: false, describe: 'Print JSON' },
  base: {
    type: 'string',
    requiresArg: true,
    describe: 'Compare with this instead of the bundle: a revision of git, an inventory file, a directory',
  },
  full: { type: 'boolean', default: false, describe: 'Every hunk, also where many are the same' },
  stat: { type: 'boolean', default: false, describe: 'Only which files differ, and by how many lines' },
  impact: { type: 'boolean', default: false, describe: 'Only what happens on the hosts' },
  hosts: { type: 'boolean', default: false, describe: 'Only the names of the hosts that differ, one a line' },
  unified: { alias: 'U', type: 'number', default: 3, requiresArg: true, describe: 'Lines of context' },
  'exit-code': { type: 'boolean', default: false, describe: 'Exit with 3 when something differs' },
} as const satisfies Readonly<Record<string, Options>>;

export type OptionName = keyof typeof OPTIONS;

/** Options of every command that reads an inventory. */
export const INPUT_OPTIONS: readonly OptionName[] = [
  'platform',
  'facts',
  'state',
  'strict',
  'format',
  'show-allowed',
  'quiet',
  'vault-password-file',
  'allow-file',
  'vault-id',
  'public',
  'secrets',
  'color',
];
