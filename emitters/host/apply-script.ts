/** Generated per host: apply.sh, a flat list of runtime calls in the order of the plan. Everything it does is defined in lib.sh. */
import type { ExpectStep, FileStep, IdentityStep, Step } from '../api.ts';
import { STAGES } from '../modules.ts';
import { wordsOf } from '../runtime-calls.ts';
import { idleNames, linesOf } from '../settings.ts';
import { bashWord } from '../toolkit/quote/bash.ts';
import type { HostPlan } from './bundle-types.ts';
import { blockName, effectText, unitsOf } from './manifest.ts';

/** First lines of a script beside lib.sh, with one sentence about it. */
export function scriptHead(purpose: string): readonly string[] {
  return [
    '#!/usr/bin/env bash',
    `# ${purpose} See apply.sh --help.`,
    '# Quoted words are meant literally, and lib.sh reads the lists.',
    '# shellcheck disable=SC2016,SC2034',
    'set -uo pipefail',
    'if ((BASH_VERSINFO[0] * 100 + BASH_VERSINFO[1] < 404)); then',
    '  echo "apply: REFUSED: bash 4.4 or later is needed, this is ${BASH_VERSION}" >&2',
    '  exit 3',
    'fi',
    'BUNDLE=${BASH_SOURCE[0]%/*}',
    'if [[ ! -d ${BUNDLE} ]]; then BUNDLE=.; fi',
    'BUNDLE=$(cd -- "${BUNDLE}" && pwd) || exit 3',
    'if [[ ! -r ${BUNDLE}/lib.sh ]]; then',
    "  echo 'apply: REFUSED: lib.sh is missing: this copy has only the reviewable files; copy the directory from where it was built' >&2",
    '  exit 3',
    'fi',
    '# shellcheck source=lib.sh',
    '. "${BUNDLE}/lib.sh" || exit 3',
    '',
  ];
}

/** The script of one host. Depends on the plan alone, so it is as deterministic as the plan. */
export function applyScript(plan: HostPlan): string {
  const { host, steps } = plan;
  const stages = STAGES.filter((stage) => steps.some((step) => step.stage === stage && !looks(step)));
  const lines = [
    ...scriptHead(
      `Brings ${host.name} (${host.nodename}) to the state its inventory declares; the second run changes nothing.`,
    ),
    `begin ${bashWord(host.name)} "$@"`,
    ...expectations(plan),
    array('UNITS', unitsOf(steps)),
    array(
      'PACKAGES',
      steps.flatMap((step) => (step.kind === 'package' ? step.names : [])),
    ),
    `BUNDLE_STAGES=${bashWord(stages.join(' '))}`,
    'take_lock',
    array(
      'PATHS',
      steps.flatMap((step) => (step.kind === 'dir' || step.kind === 'link' ? [step.path] : [])),
    ),
    'load_bundle',
    'scan_units',
    'if [[ ${ROLLBACK} == 1 ]]; then rollback; fi',
    ...steps.filter(looks).map(lookCall),
    'expectations_met',
  ];
  for (const stage of stages) {
    lines.push('', `if stage ${stage}; then`);
    for (const step of steps) if (step.stage === stage && !looks(step)) lines.push(indent(stepCall(step)));
    lines.push('  stage_end', 'fi');
  }
  lines.push('', 'finish');
  return `${lines.join('\n')}\n`;
}

/** Names of packages and addresses of repositories are those of one release of one system. */
function dependsOnRelease(steps: readonly Step[]): boolean {
  return steps.some((step) => step.kind === 'package' || (step.kind === 'file' && step.source === 'node/repositories'));
}

function expectations({ host, steps, interfaces = [] }: HostPlan): string[] {
  const { facts } = host;
  const lines = [
    wrapped('expect_host', [host.address, host.nodename]),
    wrapped('expect_os', [
      facts.osFamily,
      facts.osVendor,
      facts.osVersion,
      facts.source === 'facts-file' || dependsOnRelease(steps) ? 'strict' : 'lenient',
    ]),
  ];
  // Only PostgreSQL's settings grow with the memory of the host.
  if (host.pg !== undefined) lines.push(wrapped('expect_memory', [String(facts.memoryMib), String(facts.cpu)]));
  for (const [parameter, name] of interfaces) lines.push(wrapped('expect_interface', [parameter, name]));
  return lines;
}

/** Steps that come before all others, and only look. */
type LookStep = ExpectStep | IdentityStep;

function looks(step: Step): step is LookStep {
  return step.kind === 'expect' || step.kind === 'identity';
}

function lookCall(step: LookStep): string {
  if (step.kind === 'expect') return wrapped(step.fn, wordsOf(step.args));
  const values = Object.entries(step.values).map(([key, value]) => `${key}=${value}`);
  return wrapped('identity', [step.module, ...values, ...(step.places === undefined ? [] : ['--', ...step.places])]);
}

/** Settings that owe something else than the file. */
function settingWords({ settings, effects }: FileStep): readonly string[] {
  if (settings === undefined) return [];
  const [idle, restart] = [idleNames(settings), linesOf(settings, 'restart')];
  const [unit] = effects.flatMap((effect) => (effect.kind === 'reload' ? [effect.unit] : []));
  return [
    ...(idle === undefined ? [] : ['--first-start', idle]),
    ...(restart === undefined || unit === undefined ? [] : ['--restart', unit, restart]),
  ];
}

/** The runtime call of one step. */
function stepCall(step: Exclude<Step, LookStep>): string {
  switch (step.kind) {
    case 'file': {
      if (step.manage === 'block') return wrapped('block', [step.path, blockName(step.source)]);
      const check = step.validate;
      const words =
        check === undefined ? [] : [...(check.user === undefined ? [] : ['--user', check.user]), ...check.command];
      return wrapped('file', [step.path, ...settingWords(step), ...words]);
    }
    case 'certificate':
      return wrapped('file', [step.path]);
    case 'dir':
      return wrapped('dir', [step.path, step.owner, step.group, octal(step.mode)]);
    case 'link':
      return wrapped('link', [
        step.path,
        step.target,
        ...(step.owner === undefined ? [] : [step.owner, step.group ?? step.owner]),
      ]);
    case 'absent':
      return wrapped(
        'absent',
        [step.path, effectText(step.effects)].filter((word) => word !== ''),
      );
    case 'group':
      return wrapped('group_ensure', [
        step.name,
        step.gid === undefined ? '-' : String(step.gid),
        step.system === true ? 'system' : '-',
      ]);
    case 'user':
      return wrapped('user_ensure', [
        step.name,
        step.uid === undefined ? '-' : String(step.uid),
        step.group,
        step.groups === undefined || step.groups.length === 0 ? '-' : step.groups.join(','),
        step.home ?? '-',
        step.shell ?? '-',
        step.system === true ? 'system' : '-',
        step.comment ?? '-',
      ]);
    case 'package':
      return step.names.length === 0
        ? ':'
        : wrapped('package_install', [step.optional === true ? 'optional' : 'required', ...step.names]);
    case 'unit':
      return wrapped('unit', [
        step.unit,
        step.enabled === undefined ? '-' : step.enabled ? 'enabled' : 'disabled',
        step.state ?? '-',
        step.masked === true ? 'masked' : '-',
        step.guarded === true ? 'guarded' : '-',
      ]);
    case 'probe':
      return wrapped('probe', [step.name, String(step.timeoutSeconds), step.user ?? 'root', ...step.command]);
    case 'call':
      return wrapped('call', [step.name, step.fn, ...wordsOf(step.args)]);
  }
}

const WIDTH = 140;

/** A call on one line, or continued with its arguments indented when it is long. */
function wrapped(name: string, words: readonly string[]): string {
  let text = name;
  let column = name.length;
  for (const word of words.map(bashWord)) {
    if (column + 1 + word.length > WIDTH) {
      text += ` \\\n  ${word}`;
      column = 2 + word.length;
    } else {
      text += ` ${word}`;
      column += 1 + word.length;
    }
  }
  return text;
}

/** Indents a call without touching the inside of a quoted word that spans lines. */
function indent(call: string): string {
  return `  ${call.replaceAll(' \\\n  ', ' \\\n    ')}`;
}

/** An array assignment; inside the parentheses a line break separates like a blank. */
export function array(name: string, values: readonly string[]): string {
  return `${wrapped(`${name}=(`, [...new Set(values)])
    .replace('( ', '(')
    .replaceAll(' \\\n', '\n')})`;
}

function octal(mode: number): string {
  return mode.toString(8).padStart(4, '0');
}
