#!/usr/bin/env node
/**
 * Puts a plan on a pull request of GitHub or a merge request of GitLab, as one comment that later runs update.
 *
 *   comment.mjs FILE
 *
 * Everything else comes from the variables of the pipeline. NAME tells the comments of several plans apart.
 */
import { lstatSync, readFileSync } from 'node:fs';

/** In bytes. A file of somebody else's run is read with care. */
const LARGEST = 1024 * 1024;
/** In characters; GitHub takes 65,536. */
const LONGEST = 65_000;
const PER_PAGE = 100;
const MOST_PAGES = 50;

const { env } = process;

/** @param {string} message @returns {never} */
function fail(message) {
  console.error(`pigstyc comment: ${message}`);
  process.exit(1);
}

/** @param {string} name @returns {string} */
function variable(name) {
  return env[name] || fail(`${name} is not set`);
}

/** The plan behind a mark that the comment is found by. @param {string} path @param {string} mark */
function bodyOf(path, mark) {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  // A link in an archive of somebody else's run could point to what this run knows.
  if (!stat?.isFile()) fail(`${path} is no regular file`);
  if (stat.size > LARGEST) fail(`${path} is larger than 1 MiB`);
  const text = readFileSync(path, 'utf8');
  return `${mark}\n${text.length > LONGEST ? `${text.slice(0, LONGEST)}\n` : text}`;
}

/**
 * @param {string} url @param {Record<string, string>} headers
 * @param {'GET' | 'POST' | 'PATCH' | 'PUT'} method @param {unknown} [body]
 */
async function ask(url, headers, method = 'GET', body = undefined) {
  const answer = await fetch(url, {
    method,
    headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    body: body === undefined ? undefined : JSON.stringify(body),
  }).catch((error) => fail(`${new URL(url).host}: ${error.cause?.code ?? error.message}`));
  if (!answer.ok) fail(`${method} ${new URL(url).pathname}: ${answer.status} ${answer.statusText}`);
  return answer.json();
}

/** All entries of a list that comes in pages. @param {string} url @param {Record<string, string>} headers */
async function everyPage(url, headers) {
  const all = [];
  for (let page = 1; page <= MOST_PAGES; page++) {
    const found = await ask(`${url}${url.includes('?') ? '&' : '?'}per_page=${PER_PAGE}&page=${page}`, headers);
    all.push(...found);
    if (found.length < PER_PAGE) break;
  }
  return all;
}

/** The pull request of the event. After a run of another workflow it is the open one with the commit of that run. */
async function pullRequest(/** @type {string} */ repository, /** @type {Record<string, string>} */ headers) {
  const event = JSON.parse(readFileSync(variable('GITHUB_EVENT_PATH'), 'utf8'));
  if (event.pull_request !== undefined) return event.pull_request.number;
  const run = event.workflow_run;
  if (run === undefined) fail('this event is about no pull request');
  const head = encodeURIComponent(`${run.head_repository.owner.login}:${run.head_branch}`);
  const open = await everyPage(`${repository}/pulls?state=open&head=${head}`, headers);
  return open.find((pull) => pull.head.sha === run.head_sha)?.number;
}

/** @param {string} path @param {string} mark */
async function onGithub(path, mark) {
  const headers = {
    accept: 'application/vnd.github+json',
    authorization: `Bearer ${variable('GITHUB_TOKEN')}`,
    'user-agent': 'pigstyc',
  };
  const repository = `${variable('GITHUB_API_URL')}/repos/${variable('GITHUB_REPOSITORY')}`;
  const number = await pullRequest(repository, headers);
  if (number === undefined) return 'no open pull request has this commit';
  const comments = await everyPage(`${repository}/issues/${number}/comments`, headers);
  const author = env.AUTHOR || 'github-actions[bot]';
  const own = comments.find(({ user, body }) => user?.login === author && body.startsWith(mark));
  const body = bodyOf(path, mark);
  if (own === undefined) await ask(`${repository}/issues/${number}/comments`, headers, 'POST', { body });
  else await ask(`${repository}/issues/comments/${own.id}`, headers, 'PATCH', { body });
  return `${own === undefined ? 'new comment' : 'comment updated'} on #${number}`;
}

/** @param {string} path @param {string} mark */
async function onGitlab(path, mark) {
  const headers = { 'private-token': variable('PIGSTYC_TOKEN') };
  const api = variable('CI_API_V4_URL');
  const project = `${api}/projects/${variable('CI_MERGE_REQUEST_PROJECT_ID')}`;
  const notes = `${project}/merge_requests/${variable('CI_MERGE_REQUEST_IID')}/notes`;
  const { id } = await ask(`${api}/user`, headers);
  const own = (await everyPage(notes, headers)).find(({ author, body }) => author.id === id && body.startsWith(mark));
  const body = bodyOf(path, mark);
  if (own === undefined) await ask(notes, headers, 'POST', { body });
  else await ask(`${notes}/${own.id}`, headers, 'PUT', { body });
  return own === undefined ? 'new note' : 'note updated';
}

const [path, ...more] = process.argv.slice(2);
if (path === undefined || more.length > 0) fail('usage: pigstyc-comment FILE');
const name = env.NAME || 'plan';
if (!/^[\w. -]+$/.test(name)) fail('NAME takes letters, digits, blanks and . _ -');
const mark = `<!-- pigstyc ${name} -->`;
console.log(await (env.GITLAB_CI === undefined ? onGithub : onGitlab)(path, mark));
