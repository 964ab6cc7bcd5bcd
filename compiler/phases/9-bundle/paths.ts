/** The gate for every path that a plan or a bundle names: names come from the inventory, and a name must never choose a directory. */
import { report } from '../../diagnostics/report.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { MadeHost } from '../../../emitters/host/bundle-types.ts';
import type { Step } from '../../../emitters/api.ts';
import { wordsOf } from '../../../emitters/runtime-calls.ts';

const LONGEST_PART = 255;
const LONGEST_PATH = 4095;
/** What nearly all paths are: parts of plain characters, none of dots alone. */
const ORDINARY = /^\.?[\w@:+=,-][\w@:+=,.-]*(?:\/\.?[\w@:+=,-][\w@:+=,.-]*)*$/;

/** Why a path on a host cannot be written; undefined when it can. */
export function hostPathFault(path: string): string | undefined {
  return path.startsWith('/') ? bundlePathFault(path.slice(1)) : 'it is not absolute';
}

/** The same for a path relative to the output directory. */
export function bundlePathFault(path: string): string | undefined {
  if (path.length <= LONGEST_PART && ORDINARY.test(path)) return undefined;
  if (/[\u0000-\u001f\u007f-\u009f]/.test(path)) return 'it has a control character';
  if (Buffer.byteLength(path) > LONGEST_PATH) return `it is longer than ${LONGEST_PATH} bytes`;
  for (const part of path.split('/')) {
    if (part === '') return 'a part of it is empty';
    if (part === '.' || part === '..') return `it has the part \`${part}\``;
    if (Buffer.byteLength(part) > LONGEST_PART) return `a part of it is longer than ${LONGEST_PART} bytes`;
  }
  return undefined;
}

/** Every path of a host's plan that must not be written, and the host's name when it is no name of a directory. */
export function pathFaults({ plan, files }: MadeHost): readonly Diagnostic[] {
  const { name } = plan.host;
  const nameFault = name.includes('/') ? 'it has a `/`' : bundlePathFault(name);
  if (nameFault !== undefined)
    return [report('unsafe-path', undefined, { host: name, path: name, reason: nameFault, origin: 'the host name' })];
  const found = [
    ...files.map(({ path, source }) => ({ path, origin: source })),
    ...plan.steps.flatMap((step) =>
      pathsOf(step).map((path) => ({ path, origin: `a ${step.kind} of the stage ${step.stage}` })),
    ),
  ];
  return found.flatMap(({ path, origin }) => {
    const reason = hostPathFault(path);
    return reason === undefined ? [] : [report('unsafe-path', undefined, { host: name, path, reason, origin })];
  });
}

/** Paths of a step that has no file in the bundle; a relative target of a link is below the link's own directory. */
function pathsOf(step: Step): readonly string[] {
  switch (step.kind) {
    case 'dir':
    case 'absent':
      return [step.path];
    case 'link':
      return [step.path, step.target.startsWith('/') ? step.target : `${parentOf(step.path)}/${step.target}`];
    case 'user':
      return step.home === undefined ? [] : [step.home];
    case 'call':
      // Not each is a path, but what looks like one must be plain; keys of etcd end in `/`.
      return wordsOf(step.args)
        .filter((word) => /^\/[^\s/]/.test(word))
        .map((word) => word.replace(/\/$/, ''));
    default:
      return [];
  }
}

/** The directory a path lies in; empty for one without. */
export function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}
