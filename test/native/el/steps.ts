/** What tests of packages on EL hosts share: definitions of repositories, the steps about them, what is installed. */
import type { Step } from '../../../emitters/api.ts';
import type { ElHost } from './host.ts';

/** Where repositories are defined. */
export const SOURCES = '/etc/yum.repos.d';

/** A repository as an inventory names it. */
export const source = (
  name: string,
  module: string,
  url: string,
  meta: Readonly<Record<string, unknown>>,
): unknown => ({
  name,
  description: name,
  module,
  releases: [8, 9, 10],
  arch: ['x86_64', 'aarch64'],
  baseurl: { default: url },
  meta,
});

/** Steps about repositories and packages, of the stages of the node and of PostgreSQL. */
export function chosen(step: Step): boolean {
  if (step.stage !== 'node' && step.stage !== 'pgsql') return false;
  if (step.kind === 'file') return step.path.startsWith(SOURCES);
  return step.kind === 'package' || (step.kind === 'call' && step.fn.startsWith('repo_'));
}

/** Names and versions of what is installed, but the release itself. */
export const installed = (host: ElHost): readonly string[] =>
  host
    .run(['rpm', '-qa', '--qf', '%{NAME}-%{VERSION}\n'])
    .output.split('\n')
    .filter((line) => line !== '' && !line.startsWith('rocky-release'))
    .sort();
