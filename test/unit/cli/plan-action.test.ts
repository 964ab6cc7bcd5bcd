/**
 * The plan on a pull request: the scripts of the actions and of the GitLab template run against a real repository with two branches, and
 * a stand-in on loopback keeps the comments.
 */
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { parse } from 'yaml';

interface Step {
  readonly run: string;
  readonly env: Readonly<Record<string, string>>;
}
interface Action {
  readonly inputs: Readonly<Record<string, { readonly description: string; readonly default: string }>>;
  readonly runs: { readonly steps: readonly [Step] };
}
interface Note {
  readonly id: number;
  readonly user: { readonly login: string };
  readonly author: { readonly id: number };
  body: string;
}

const ROOT = resolve('.');
const ACTIONS = ['plan', 'comment'] as const;
const read = (name: string): Action => parse(readFileSync(join(ROOT, `actions/${name}/action.yml`), 'utf8')) as Action;
const OLD = `all:
  children:
    etcd: { hosts: { 10.0.0.1: { etcd_seq: 1 } }, vars: { etcd_cluster: etcd } }
    redis-a: { hosts: { 10.0.0.2: { redis_node: 1, redis_instances: { 6379: {} } } }, vars: { redis_cluster: redis-a } }
  vars: { admin_ip: 10.0.0.1, node_timezone: UTC }
`;
const NEW = OLD.replace('UTC', 'Asia/Tokyo');
const MARK = '<!-- pigstyc plan -->\n';

const test = suite('plan on a pull request');
let dir = '';
let server: Server;
let notes: Note[] = [];
let asked: string[] = [];
/** Open pull requests, as the stand-in lists them. */
let pulls: { readonly number: number; readonly head: { readonly sha: string } }[] = [];

/** The part of the interfaces of GitHub and GitLab that is used: lists in pages, new and changed comments. */
function answer(method: string, url: URL, body: string): unknown {
  const page = Number(url.searchParams.get('page') ?? 1) - 1;
  if (url.pathname === '/user') return { id: 7 };
  if (url.pathname.endsWith('/pulls')) return pulls;
  const id = /\/(?:comments|notes)\/(\d+)$/.exec(url.pathname)?.[1];
  if (method === 'GET') return notes.slice(page * 100, page * 100 + 100);
  const text = (JSON.parse(body) as { body: string }).body;
  if (id === undefined) notes.push({ ...made(notes.length + 1, 'github-actions[bot]', 7), body: text });
  else notes.find((note) => note.id === Number(id))!.body = text;
  return {};
}

const made = (id: number, login: string, author: number): Omit<Note, 'body'> => ({
  id,
  user: { login },
  author: { id: author },
});

test.before(async () => {
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += String(chunk)));
    request.on('end', () => {
      const url = new URL(request.url!, 'http://localhost');
      const { authorization, 'private-token': token } = request.headers;
      asked.push(`${request.method} ${url.pathname}`);
      const allowed = authorization === 'Bearer let-me-in' || token === 'let-me-in';
      response.writeHead(allowed ? 200 : 403, { 'content-type': 'application/json' });
      response.end(JSON.stringify(allowed ? answer(request.method!, url, body) : {}));
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
});
test.after(() => void server.close());
test.before.each(() => {
  dir = mkdtempSync(join(tmpdir(), 'pigstyc-pull-'));
  [notes, asked, pulls] = [[], [], []];
  git('init', '-q', '-b', 'main', '.');
  commit(OLD, 'old');
  git('checkout', '-q', '-b', 'topic');
  commit(NEW, 'new');
  git('checkout', '-q', 'main');
  commit(OLD, 'more', 'readme');
  // What is checked out for a pull request.
  git('checkout', '-q', '--detach', 'main');
  git('merge', '-q', '--no-ff', '-m', 'merged', 'topic');
});
test.after.each(() => rmSync(dir, { recursive: true }));

function git(...args: readonly string[]): string {
  const identity = ['-c', 'user.name=a', '-c', 'user.email=a@example.com', '-c', 'commit.gpgsign=false'];
  const { status, stdout, stderr } = spawnSync('git', [...identity, ...args], { cwd: dir, encoding: 'utf8' });
  assert.is(status, 0, stderr);
  return stdout.trim();
}

function commit(inventory: string, message: string, other?: string): void {
  writeFileSync(join(dir, 'pigsty.yml'), inventory);
  if (other !== undefined) writeFileSync(join(dir, other), message);
  git('add', 'pigsty.yml', ...(other === undefined ? [] : [other]));
  git('commit', '-q', '-m', message);
}

/** A script with nothing in its environment but what it is given. */
async function bash(script: string, env: Readonly<Record<string, string>>) {
  const PATH = [join(dir, 'bin'), process.env['PATH']].join(delimiter);
  const child = spawn('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', script], {
    cwd: dir,
    env: { PATH, HOME: dir, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk) => (stdout += String(chunk)));
  child.stderr.on('data', (chunk) => (stderr += String(chunk)));
  const status = await new Promise<number | null>((done) => child.on('close', done));
  return { status, stdout, stderr };
}

const api = (): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

/** The step of an action as a runner would start it. */
function act(name: (typeof ACTIONS)[number], event: unknown, inputs: Readonly<Record<string, string>> = {}) {
  const action = read(name);
  const [step] = action.runs.steps;
  const given = Object.entries(step.env).map(([variable, value]) => {
    const input = /^\$\{\{ inputs\.([a-z-]+) \}\}$/.exec(value)![1]!;
    return [variable, inputs[input] ?? action.inputs[input]!.default];
  });
  writeFileSync(join(dir, '.event.json'), JSON.stringify(event));
  return bash(step.run, {
    ...Object.fromEntries(given),
    ...(name === 'comment' ? { GITHUB_TOKEN: inputs['token'] ?? 'let-me-in' } : {}),
    GITHUB_ACTION_PATH: join(ROOT, 'actions', name),
    GITHUB_API_URL: api(),
    GITHUB_REPOSITORY: 'me/site',
    GITHUB_BASE_REF: 'main',
    GITHUB_EVENT_PATH: join(dir, '.event.json'),
    GITHUB_OUTPUT: join(dir, '.output'),
    GITHUB_STEP_SUMMARY: join(dir, '.summary'),
    RUNNER_TEMP: join(dir, 'temp'),
  });
}

const EVENT = { pull_request: { number: 12 } };

test('the plan of the pull request is one comment, which the next run updates', async () => {
  const plan = await act('plan', EVENT);
  assert.is(plan.status, 0, plan.stderr);
  const text = readFileSync(join(dir, 'pigstyc-plan.md'), 'utf8');
  assert.match(text, /^### Plan: \d+ files on 2 hosts\n/);
  assert.match(text, /^\+.*Asia\/Tokyo/m);
  assert.not.match(text, /readme/);
  assert.equal(
    [readFileSync(join(dir, '.output'), 'utf8'), readFileSync(join(dir, '.summary'), 'utf8')],
    ['changes=true\n', text],
  );
  assert.match((await act('comment', EVENT)).stdout, /new comment on #12/);
  assert.equal(
    notes.map(({ body }) => body),
    [MARK + text],
  );
  writeFileSync(join(dir, 'pigsty.yml'), OLD);
  assert.is((await act('plan', EVENT)).status, 0);
  assert.match((await act('comment', EVENT)).stdout, /comment updated on #12/);
  assert.equal(notes.length, 1);
  assert.match(notes[0]!.body, /### Plan: nothing changes\n/);
  assert.ok(
    asked.includes('PATCH /repos/me/site/issues/comments/1') &&
      asked.includes('POST /repos/me/site/issues/12/comments'),
    asked.join('\n'),
  );
});

test('only comments of the own login are updated, also behind a page of others; other names have other comments', async () => {
  await act('plan', EVENT);
  notes = [
    { ...made(1, 'stranger', 1), body: `${MARK}mine` },
    ...Array.from({ length: 120 }, (_, at) => ({ ...made(at + 2, 'somebody', 2), body: 'talk' })),
    { ...made(122, 'github-actions[bot]', 7), body: `${MARK}former` },
  ];
  await act('comment', EVENT);
  await act('comment', EVENT, { name: 'staging' });
  assert.is(notes[0]!.body, `${MARK}mine`);
  assert.match(notes[121]!.body, /^<!-- pigstyc plan -->\n### Plan: \d+/);
  assert.match(notes[122]!.body, /^<!-- pigstyc staging -->\n### Plan: \d+/);
  assert.is(notes.length, 123);
});

test('an inventory with errors fails the check, and no earlier plan stays', async () => {
  writeFileSync(join(dir, 'pigsty.yml'), OLD.replace('etcd_seq', 'etcd_sq'));
  const { status, stderr } = await act('plan', EVENT);
  assert.is(status, 1);
  assert.match(stderr, /PIG1203/);
  await act('comment', EVENT);
  assert.match(notes[0]!.body, /### Plan: none\n\nThere are errors:\n\n {4}pigsty\.yml:\d/);
});

test('without a merge commit, the branch is compared with where it left its base', async () => {
  git('checkout', '-q', 'main');
  commit(OLD.replace('UTC', 'Europe/Rome'), 'later');
  git('checkout', '-q', 'topic');
  git('update-ref', 'refs/remotes/origin/main', 'main');
  git('commit', '-q', '--allow-empty', '-m', 'nothing');
  assert.is((await act('plan', EVENT, { base: '' })).status, 0);
  const text = readFileSync(join(dir, 'pigstyc-plan.md'), 'utf8');
  assert.match(text, /^\+.*Asia\/Tokyo/m);
  assert.not.match(text, /Europe\/Rome/);
  assert.is((await act('plan', EVENT, { base: 'main' })).status, 0);
  assert.match(readFileSync(join(dir, 'pigstyc-plan.md'), 'utf8'), /^-.*Europe\/Rome/m);
});

test('a shallow checkout fetches what it lacks', async () => {
  const clone = join(dir, 'clone');
  git('branch', 'merged');
  git('clone', '-q', '--depth=1', '--branch', 'merged', `file://${dir}`, clone);
  const outer = dir;
  dir = clone;
  try {
    const { status, stderr } = await act('plan', EVENT);
    assert.is(status, 0, stderr);
    assert.match(readFileSync(join(dir, 'pigstyc-plan.md'), 'utf8'), /^\+.*Asia\/Tokyo/m);
  } finally {
    dir = outer;
  }
});

test('of a fork: the pull request is the open one with the commit that was planned', async () => {
  await act('plan', EVENT);
  const run = { head_sha: 'abc', head_branch: 'topic', head_repository: { owner: { login: 'stranger' } } };
  pulls = [{ number: 3, head: { sha: 'other' } }];
  assert.match((await act('comment', { workflow_run: run })).stdout, /no open pull request has this commit/);
  assert.equal(notes, []);
  pulls.push({ number: 4, head: { sha: 'abc' } });
  assert.match((await act('comment', { workflow_run: run })).stdout, /new comment on #4/);
});

test('what cannot be commented is said in a line: a link, no permission, no pull request, another name', async () => {
  await act('plan', EVENT);
  const says = async (pattern: RegExp, event: unknown, inputs: Readonly<Record<string, string>>): Promise<void> => {
    const { status, stderr } = await act('comment', event, inputs);
    assert.is(status, 1);
    assert.match(stderr, pattern);
    assert.is(stderr.trim().split('\n').length, 1, stderr);
  };
  symlinkSync('/proc/self/environ', join(dir, 'link.md'));
  await says(/link\.md is no regular file/, EVENT, { file: 'link.md' });
  await says(/403/, EVENT, { token: 'wrong' });
  await says(/about no pull request/, {}, {});
  await says(/NAME takes/, EVENT, { name: '--> <b>' });
  assert.equal(notes, []);
});

test('inputs are no code, all are described and in docs/ci.md', async () => {
  const page = readFileSync(join(ROOT, 'docs/ci.md'), 'utf8');
  for (const name of ACTIONS) {
    const { inputs, runs } = read(name);
    assert.not.match(runs.steps[0].run, /\$\{\{/);
    assert.is(runs.steps.length, 1);
    const used = Object.values(runs.steps[0].env).map((value) => /^\$\{\{ inputs\.([a-z-]+) \}\}$/.exec(value)?.[1]);
    assert.equal(used.toSorted(), Object.keys(inputs).sort());
    const section = page.split(/^### /m).find((text) => text.includes(`OWNER/pigstyc/actions/${name}@`))!;
    for (const [input, { description }] of Object.entries(inputs)) {
      assert.ok(description !== '');
      assert.ok(section.includes(`| \`${input}\` |`), `${name}: ${input}`);
      const { stderr } = await act(name, EVENT, { [input]: '$(touch pwned); `touch pwned`; "; touch pwned; #' });
      assert.not.ok(spawnSync('ls', { cwd: dir, encoding: 'utf8' }).stdout.includes('pwned\n'), `${input}: ${stderr}`);
    }
  }
});

test('GitLab: an artifact without a token, with one a note that is updated', async () => {
  const job = parse(readFileSync(join(ROOT, 'actions/gitlab.yml'), 'utf8'))['pigstyc-plan'] as {
    readonly script: readonly [string];
    readonly variables: Readonly<Record<string, string>>;
  };
  mkdirSync(join(dir, 'bin'));
  const programs = `case $1 in pigstyc) shift; exec "${process.execPath}" "${ROOT}/dist/pigstyc.cjs" "$@";; *) shift; exec "${process.execPath}" "${ROOT}/actions/comment.mjs" "$@";; esac`;
  writeFileSync(join(dir, 'bin/npx'), `#!/bin/sh\nshift 3\n${programs}\n`, { mode: 0o755 });
  const env = {
    ...job.variables,
    CI_MERGE_REQUEST_DIFF_BASE_SHA: git('rev-parse', 'main'),
    CI_API_V4_URL: api(),
    CI_MERGE_REQUEST_PROJECT_ID: '5',
    CI_MERGE_REQUEST_IID: '6',
    GITLAB_CI: 'true',
  };
  const { status, stderr } = await bash(job.script[0], env);
  assert.is(status, 0, stderr);
  assert.equal([asked, notes], [[], []]);
  const text = readFileSync(join(dir, 'pigstyc-plan.md'), 'utf8');
  assert.match(text, /^\+.*Asia\/Tokyo/m);
  notes = [{ ...made(1, '', 8), body: `${MARK}not mine` }];
  for (let runs = 0; runs < 2; runs++)
    assert.is((await bash(job.script[0], { ...env, PIGSTYC_TOKEN: 'let-me-in' })).status, 0);
  assert.equal(
    notes.map(({ body }) => body),
    [`${MARK}not mine`, MARK + text],
  );
  assert.is(asked.at(-1), 'PUT /projects/5/merge_requests/6/notes/2');
  writeFileSync(join(dir, 'pigsty.yml'), 'all: [\n');
  assert.is((await bash(job.script[0], env)).status, 1);
  assert.match(readFileSync(join(dir, 'pigstyc-plan.md'), 'utf8'), /^### Plan: none/);
});

test('shellcheck has nothing to say about the scripts', () => {
  // The npm wrapper of the same name would download the program.
  const PATH = process.env['PATH']!.split(delimiter)
    .filter((entry) => !entry.includes('node_modules'))
    .join(delimiter);
  const gitlab = parse(readFileSync(join(ROOT, 'actions/gitlab.yml'), 'utf8'))['pigstyc-plan'].script[0] as string;
  const scripts = [...ACTIONS.map((name) => ['bash', read(name).runs.steps[0].run] as const), ['sh', gitlab] as const];
  for (const [shell, input] of scripts) {
    const run = spawnSync('shellcheck', [`--shell=${shell}`, '-'], {
      input,
      encoding: 'utf8',
      env: { ...process.env, PATH },
    });
    if (run.error !== undefined) return console.log('skip: shellcheck');
    assert.is(run.stdout, '');
  }
});

test.run();
