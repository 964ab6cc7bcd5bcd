/**
 * The plan on a pull request: the scripts of the actions and of the GitLab template run against a real repository with two branches, and
 * a stand-in on loopback keeps the comments.
 */
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { parse } from 'yaml';
import { Forge, note } from '../../support/forge.ts';
import { Repository } from '../../support/repository.ts';

interface Step {
  readonly run: string;
  readonly env: Readonly<Record<string, string>>;
}
interface Action {
  readonly inputs: Readonly<Record<string, { readonly description: string; readonly default: string }>>;
  readonly runs: { readonly steps: readonly [Step] };
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
let forge: Forge;
let repository: Repository;

test.before(async () => {
  forge = await Forge.open();
});
test.after(() => forge.close());
test.before.each(() => {
  forge.reset();
  repository = new Repository();
  commit(OLD);
  repository.git('checkout', '-q', '-b', 'topic');
  commit(NEW);
  repository.git('checkout', '-q', 'main');
  repository.write('readme', 'more');
  commit(OLD);
  // What is checked out for a pull request.
  repository.git('checkout', '-q', '--detach', 'main');
  repository.git('merge', '-q', '--no-ff', '-m', 'merged', 'topic');
});
test.after.each(() => repository.remove());

function commit(inventory: string): void {
  repository.write('pigsty.yml', inventory);
  repository.commit();
}

const here = (path: string): string => join(repository.directory, path);
const text = (path: string): string => readFileSync(here(path), 'utf8');

/** A script with nothing in its environment but what it is given. */
async function bash(script: string, env: Readonly<Record<string, string>>) {
  const PATH = [here('bin'), process.env['PATH']].join(delimiter);
  const child = spawn('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', script], {
    cwd: repository.directory,
    env: { PATH, HOME: repository.directory, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk) => (stdout += String(chunk)));
  child.stderr.on('data', (chunk) => (stderr += String(chunk)));
  const status = await new Promise<number | null>((done) => child.on('close', done));
  return { status, stdout, stderr };
}

/** The step of an action as a runner would start it. */
function act(name: (typeof ACTIONS)[number], event: unknown, inputs: Readonly<Record<string, string>> = {}) {
  const action = read(name);
  const [step] = action.runs.steps;
  const given = Object.entries(step.env).map(([variable, value]) => {
    const input = /^\$\{\{ inputs\.([a-z-]+) \}\}$/.exec(value)![1]!;
    return [variable, inputs[input] ?? action.inputs[input]!.default];
  });
  repository.write('.event.json', JSON.stringify(event));
  return bash(step.run, {
    ...Object.fromEntries(given),
    ...(name === 'comment' ? { GITHUB_TOKEN: inputs['token'] ?? 'let-me-in' } : {}),
    GITHUB_ACTION_PATH: join(ROOT, 'actions', name),
    GITHUB_API_URL: forge.url,
    GITHUB_REPOSITORY: 'me/site',
    GITHUB_BASE_REF: 'main',
    GITHUB_EVENT_PATH: here('.event.json'),
    GITHUB_OUTPUT: here('.output'),
    GITHUB_STEP_SUMMARY: here('.summary'),
    RUNNER_TEMP: here('temp'),
  });
}

const EVENT = { pull_request: { number: 12 } };

test('the plan of the pull request is one comment, which the next run updates', async () => {
  const plan = await act('plan', EVENT);
  assert.is(plan.status, 0, plan.stderr);
  const written = text('pigstyc-plan.md');
  assert.match(written, /^### Plan: \d+ files on 2 hosts\n/);
  assert.match(written, /^\+.*Asia\/Tokyo/m);
  assert.not.match(written, /readme/);
  assert.equal([text('.output'), text('.summary')], ['changes=true\n', written]);
  assert.match((await act('comment', EVENT)).stdout, /new comment on #12/);
  assert.equal(
    forge.notes.map(({ body }) => body),
    [MARK + written],
  );
  repository.write('pigsty.yml', OLD);
  assert.is((await act('plan', EVENT)).status, 0);
  assert.match((await act('comment', EVENT)).stdout, /comment updated on #12/);
  assert.equal(forge.notes.length, 1);
  assert.match(forge.notes[0]!.body, /### Plan: nothing changes\n/);
  assert.ok(
    forge.asked.includes('PATCH /repos/me/site/issues/comments/1') &&
      forge.asked.includes('POST /repos/me/site/issues/12/comments'),
    forge.asked.join('\n'),
  );
});

test('only comments of the own login are updated, also behind a page of others; other names have other comments', async () => {
  await act('plan', EVENT);
  forge.notes = [
    note(1, 'stranger', 1, `${MARK}mine`),
    ...Array.from({ length: 120 }, (_, at) => note(at + 2, 'somebody', 2, 'talk')),
    note(122, 'github-actions[bot]', 7, `${MARK}former`),
  ];
  await act('comment', EVENT);
  await act('comment', EVENT, { name: 'staging' });
  assert.is(forge.notes[0]!.body, `${MARK}mine`);
  assert.match(forge.notes[121]!.body, /^<!-- pigstyc plan -->\n### Plan: \d+/);
  assert.match(forge.notes[122]!.body, /^<!-- pigstyc staging -->\n### Plan: \d+/);
  assert.is(forge.notes.length, 123);
});

test('an inventory with errors fails the check, and no earlier plan stays', async () => {
  repository.write('pigsty.yml', OLD.replace('etcd_seq', 'etcd_sq'));
  const { status, stderr } = await act('plan', EVENT);
  assert.is(status, 1);
  assert.match(stderr, /PIG1203/);
  await act('comment', EVENT);
  assert.match(forge.notes[0]!.body, /### Plan: none\n\nThere are errors:\n\n {4}pigsty\.yml:\d/);
});

test('without a merge commit, the branch is compared with where it left its base', async () => {
  repository.git('checkout', '-q', 'main');
  commit(OLD.replace('UTC', 'Europe/Rome'));
  repository.git('checkout', '-q', 'topic');
  repository.git('update-ref', 'refs/remotes/origin/main', 'main');
  repository.git('commit', '-q', '--allow-empty', '-m', 'nothing');
  assert.is((await act('plan', EVENT, { base: '' })).status, 0);
  const written = text('pigstyc-plan.md');
  assert.match(written, /^\+.*Asia\/Tokyo/m);
  assert.not.match(written, /Europe\/Rome/);
  assert.is((await act('plan', EVENT, { base: 'main' })).status, 0);
  assert.match(text('pigstyc-plan.md'), /^-.*Europe\/Rome/m);
});

test('a shallow checkout fetches what it lacks', async () => {
  const clone = here('clone');
  repository.git('branch', 'merged');
  repository.git('clone', '-q', '--depth=1', '--branch', 'merged', `file://${repository.directory}`, clone);
  const outer = repository.directory;
  repository.directory = clone;
  try {
    const { status, stderr } = await act('plan', EVENT);
    assert.is(status, 0, stderr);
    assert.match(text('pigstyc-plan.md'), /^\+.*Asia\/Tokyo/m);
  } finally {
    repository.directory = outer;
  }
});

test('of a fork: the pull request is the open one with the commit that was planned', async () => {
  await act('plan', EVENT);
  const run = { head_sha: 'abc', head_branch: 'topic', head_repository: { owner: { login: 'stranger' } } };
  forge.pulls = [{ number: 3, head: { sha: 'other' } }];
  assert.match((await act('comment', { workflow_run: run })).stdout, /no open pull request has this commit/);
  assert.equal(forge.notes, []);
  forge.pulls.push({ number: 4, head: { sha: 'abc' } });
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
  symlinkSync('/proc/self/environ', here('link.md'));
  await says(/link\.md is no regular file/, EVENT, { file: 'link.md' });
  await says(/403/, EVENT, { token: 'wrong' });
  await says(/about no pull request/, {}, {});
  await says(/NAME takes/, EVENT, { name: '--> <b>' });
  assert.equal(forge.notes, []);
});

test('inputs are no code, all are described and in docs/ci.md', async () => {
  const page = readFileSync(join(ROOT, 'docs/ci.md'), 'utf8');
  for (const name of ACTIONS) {
    const { inputs, runs } = read(name);
    assert.not.match(runs.steps[0].run, /\$\{\{/);
    assert.is(runs.steps.length, 1);
    const used = Object.values(runs.steps[0].env).map((value) => /^\$\{\{ inputs\.([a-z-]+) \}\}$/.exec(value)?.[1]);
    assert.equal(used.toSorted(), Object.keys(inputs).sort());
    const section = page.split(/^### /m).find((written) => written.includes(`OWNER/pigstyc/actions/${name}@`))!;
    for (const [input, { description }] of Object.entries(inputs)) {
      assert.ok(description !== '');
      assert.ok(section.includes(`| \`${input}\` |`), `${name}: ${input}`);
      const { stderr } = await act(name, EVENT, { [input]: '$(touch pwned); `touch pwned`; "; touch pwned; #' });
      assert.not.ok(
        spawnSync('ls', { cwd: repository.directory, encoding: 'utf8' }).stdout.includes('pwned\n'),
        `${input}: ${stderr}`,
      );
    }
  }
});

test('GitLab: an artifact without a token, with one a note that is updated', async () => {
  const job = parse(readFileSync(join(ROOT, 'actions/gitlab.yml'), 'utf8'))['pigstyc-plan'] as {
    readonly script: readonly [string];
    readonly variables: Readonly<Record<string, string>>;
  };
  mkdirSync(here('bin'));
  const programs =
    `case $1 in pigstyc) shift; exec "${process.execPath}" "${ROOT}/dist/pigstyc.cjs" "$@";; *) shift; exec ` +
    `"${process.execPath}" "${ROOT}/actions/comment.mjs" "$@";; esac`;
  writeFileSync(here('bin/npx'), `#!/bin/sh\nshift 3\n${programs}\n`, { mode: 0o755 });
  const env = {
    ...job.variables,
    PIGSTYC: 'https://git.example.com/pigstyc.git',
    CI_MERGE_REQUEST_DIFF_BASE_SHA: repository.git('rev-parse', 'main'),
    CI_API_V4_URL: forge.url,
    CI_MERGE_REQUEST_PROJECT_ID: '5',
    CI_MERGE_REQUEST_IID: '6',
    GITLAB_CI: 'true',
  };
  const { status, stderr } = await bash(job.script[0], env);
  assert.is(status, 0, stderr);
  assert.equal([forge.asked, forge.notes], [[], []]);
  const written = text('pigstyc-plan.md');
  assert.match(written, /^\+.*Asia\/Tokyo/m);
  forge.notes = [note(1, '', 8, `${MARK}not mine`)];
  for (let runs = 0; runs < 2; runs++)
    assert.is((await bash(job.script[0], { ...env, PIGSTYC_TOKEN: 'let-me-in' })).status, 0);
  assert.equal(
    forge.notes.map(({ body }) => body),
    [`${MARK}not mine`, MARK + written],
  );
  assert.is(forge.asked.at(-1), 'PUT /projects/5/merge_requests/6/notes/2');
  repository.write('pigsty.yml', 'all: [\n');
  assert.is((await bash(job.script[0], env)).status, 1);
  assert.match(text('pigstyc-plan.md'), /^### Plan: none/);
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
