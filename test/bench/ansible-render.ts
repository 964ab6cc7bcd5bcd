/**
 * The time Ansible needs to render the configuration of an inventory, beside the time of a cold build of the same inventory.
 * From a checkout of the upstream distribution (it is read, never copied into the project) only what renders is kept of its
 * roles: `template`, `set_fact`, the facts of the node and the files that these are in. Templates go to a scratch directory on
 * this machine (connection `local`, forks as upstream sets them): nothing is installed, copied or started, no host is contacted.
 *
 * usage: PIGSTY_CHECKOUT=DIRECTORY npx tsx test/bench/ansible-render.ts [INVENTORY]     needs ansible-playbook and python3-jmespath
 */
import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parse, stringify } from 'yaml';

type Task = Record<string, unknown>;

const CHECKOUT = process.env['PIGSTY_CHECKOUT'];
const INVENTORY = process.argv[2] ?? 'test/lab/inventories/full.yml';
const IDENTITY = ['node_id', 'pg_id'];
/** Role and the variable that says which hosts it is for. */
const ROLES = [
  ['node'],
  ['haproxy'],
  ['infra', 'infra_seq'],
  ['node_monitor'],
  ['etcd', 'etcd_seq'],
  ['minio', 'minio_seq'],
  ['pgsql', 'pg_seq'],
  ['pg_monitor', 'pg_seq'],
  ['redis', 'redis_node'],
] as const;
/** Of a task's own words, what decides whether and how often it runs. */
const KEPT = ['name', 'when', 'loop', 'loop_control', 'with_items', 'with_dict', 'vars', 'connection'];
const FILTER = `import jmespath

class FilterModule(object):
    def filters(self):
        return {'json_query': lambda data, query: jmespath.search(query, data)}
`;

if (CHECKOUT === undefined) {
  console.log('skip: PIGSTY_CHECKOUT names no checkout of the upstream distribution');
  process.exit(0);
}

const scratch = mkdtempSync(join(tmpdir(), 'pigstyc-ansible-'));
try {
  copyFileSync(INVENTORY, join(scratch, 'pigsty.yml')); // a build leaves keys beside it
  for (const role of [...IDENTITY, ...ROLES.map(([name]) => name)]) stripRole(role);
  mkdirSync(join(scratch, 'filter_plugins'));
  writeFileSync(join(scratch, 'filter_plugins/query.py'), FILTER);
  writeFileSync(
    join(scratch, 'ansible.cfg'),
    '[defaults]\nforks = 10\nhost_key_checking = False\nretry_files_enabled = False\n' +
      'force_valid_group_names = ignore\nlocalhost_warning = False\n',
  );
  writeFileSync(
    join(scratch, 'render.yml'),
    stringify([
      {
        hosts: 'all',
        connection: 'local',
        gather_facts: false,
        vars: { render_root: join(scratch, 'rendered') },
        pre_tasks: [{ file: { path: '{{ render_root }}/{{ inventory_hostname }}', state: 'directory' } }],
        roles: [
          { role: 'node_id' },
          { role: 'pg_id', when: 'pg_cluster is defined' },
          ...ROLES.map(([role, identity]) => ({
            role,
            ...(identity === undefined ? {} : { when: `${identity} is defined` }),
          })),
        ],
      },
    ]),
  );
  const rendered = timed(['ansible-playbook', '-i', 'pigsty.yml', 'render.yml'], scratch);
  const recap = rendered.output.split('\n').filter((line) => /ok=\d+/.test(line));
  if (process.env['VERBOSE'] === '1') console.log(rendered.output);
  const files = existsSync(join(scratch, 'rendered'))
    ? readdirSync(join(scratch, 'rendered'), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
        .length
    : 0;
  console.log(`${recap.join('\n')}\nansible: ${files} files rendered, ${rendered.wall} s, ${rendered.cpu} s of CPU`);
  const built = timed(
    [
      process.execPath,
      resolve('dist/pigstyc.cjs'),
      'build',
      'pigsty.yml',
      '-o',
      'out',
      '--platform',
      'debian-12',
      '--quiet',
      '--demo',
    ],
    scratch,
  );
  console.log(
    'pigstyc: ' +
      `${readdirSync(join(scratch, 'out'), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).length} ` +
      `files built, ${built.wall} s, ${built.cpu} s of CPU`,
  );
} finally {
  if (process.env['KEEP'] !== '1') rmSync(scratch, { recursive: true, force: true });
  else console.log(`kept: ${scratch}`);
}

/** Defaults, templates and variables of a role as they are; of its tasks only those that render. */
function stripRole(role: string): void {
  const from = join(CHECKOUT!, 'roles', role);
  const into = join(scratch, 'roles', role);
  for (const part of ['defaults', 'templates', 'vars'])
    if (existsSync(join(from, part))) cpSync(join(from, part), join(into, part), { recursive: true });
  mkdirSync(join(into, 'tasks'), { recursive: true });
  for (const file of readdirSync(join(from, 'tasks'))) {
    const tasks = parse(readFileSync(join(from, 'tasks', file), 'utf8')) as readonly Task[] | null;
    writeFileSync(
      join(into, 'tasks', file),
      stringify(IDENTITY.includes(role) ? tasks?.flatMap(local) : (tasks ?? []).flatMap(strip)),
    );
  }
}

/** Facts are taken of this machine. */
function local(task: Task): readonly Task[] {
  const { become: _, tags: __, ...rest } = task;
  return [Array.isArray(task['block']) ? { ...rest, block: (task['block'] as readonly Task[]).flatMap(local) } : rest];
}

function strip(task: Task): readonly Task[] {
  const own = Object.fromEntries(Object.entries(task).filter(([key]) => KEPT.includes(key)));
  if (Array.isArray(task['block'])) {
    const block = (task['block'] as readonly Task[]).flatMap(strip);
    return block.length === 0 ? [] : [{ ...own, block }];
  }
  for (const verb of ['include_tasks', 'import_tasks', 'set_fact'])
    if (verb in task) return [{ ...own, [verb]: task[verb], ignore_errors: true }];
  if (!('template' in task)) return [];
  const words =
    typeof task['template'] === 'string' ? keyValues(task['template']) : (task['template'] as Record<string, string>);
  return [
    {
      ...own,
      ignore_errors: true,
      vars: { ...(task['vars'] as object | undefined), rendered_to: words['dest'] },
      template: {
        src: words['src'],
        dest: "{{ render_root }}/{{ inventory_hostname }}/{{ rendered_to | replace('/', '!') }}",
      },
    },
  ];
}

/** `src=… dest="…"`: blanks inside quotes and braces belong to the value. */
function keyValues(text: string): Record<string, string> {
  return Object.fromEntries(
    [...text.matchAll(/(\w+)=("(?:[^"])*"|'(?:[^'])*'|(?:\{\{.*?\}\}|\{%.*?%\}|\S)+)/g)].map(([, key, value]) => [
      key!,
      /^["']/.test(value!) ? value!.slice(1, -1) : value!,
    ]),
  );
}

function timed(
  command: readonly string[],
  cwd: string,
): { readonly output: string; readonly wall: string; readonly cpu: string } {
  const started = performance.now();
  const done = spawnSync('bash', ['-c', 'TIMEFORMAT="cpu %U %S"; time "$@"', 'bash', ...command], {
    cwd,
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
    env: { ...process.env, LC_ALL: 'C.UTF-8' },
  });
  const [, user, system] = /cpu ([\d.]+) ([\d.]+)\s*$/.exec(done.stderr)!;
  return {
    output: done.stdout + done.stderr,
    wall: ((performance.now() - started) / 1000).toFixed(1),
    cpu: (Number(user) + Number(system)).toFixed(1),
  };
}
