/** The last script of a host that leaves the site: it declares nothing, so all that earlier ones have put there goes. */
import type { Module } from '../module.ts';
import { MODULES } from '../modules.ts';
import { bashWord } from '../toolkit/quote/bash.ts';
import { array, scriptHead } from './apply-script.ts';

/** A host as its former script knows it. */
export interface LeavingHost {
  readonly name: string;
  /** The call that makes sure of the host. */
  readonly expectation: string;
  /** Directories with its data. */
  readonly data: readonly string[];
  /** When it goes, among others that leave. */
  readonly turn: number;
  /** Clusters that it is a member of and that end with their last one. */
  readonly clusters: readonly string[];
  /** Whether its instance of PostgreSQL is declared as the primary. */
  readonly isPrimary: boolean;
}

/**
 * What a former apply.sh says about its host; undefined for a text that is none.
 *
 * @param text files of the host in the former bundle, empty where there is none
 */
export function leavingHost(
  name: string,
  script: string,
  data: readonly string[],
  text: (file: string) => string = () => '',
): LeavingHost | undefined {
  const expectation = /^expect_host (?:.*\\\n)*.*$/m.exec(script)?.[0];
  if (expectation === undefined) return undefined;
  const clusters = MODULES.flatMap(({ lasting }: Module) =>
    lasting === undefined ? [] : [...text(lasting.file).matchAll(lasting.line)].map(([, cluster]) => cluster!),
  );
  const isPrimary = /^PG_ROLE=primary$/m.test(text('etc/pigstyc/instance.env'));
  return { name, expectation, data, turn: turnAmong(script, isPrimary), clusters: [...new Set(clusters)], isPrimary };
}

/** Who serves others goes after them; a primary after its replicas. */
function turnAmong(script: string, isPrimary: boolean): number {
  const stages = /^BUNDLE_STAGES=(.*)$/m.exec(script)?.[1] ?? '';
  const own = new Set(stages.match(/\w+/g));
  const turns = MODULES.map((module) => (module.stages.some((stage) => own.has(stage)) ? (module.leaves ?? 1) : 1));
  return Math.max(isPrimary ? 2 : 1, ...turns);
}

/** When the host of a last bundle goes. */
export function turnIn(script: string): number {
  return Number(/^TURN=(\d+)$/m.exec(script)?.[1] ?? 1);
}

/** What the host of a last bundle is a member of; none in one that is older. */
export function clustersIn(script: string): readonly string[] {
  return /^CLUSTERS='(.*)'$/m.exec(script)?.[1]?.match(/\S+/g) ?? [];
}

export function isPrimaryIn(script: string): boolean {
  return /^PRIMARY=1$/m.test(script);
}

/** The address of the machine that an apply.sh is for. */
export function addressIn(script: string): string | undefined {
  return /^expect_host (\S+)/m.exec(script)?.[1];
}

/** apply.sh of the last bundle. */
export function retiredScript({ name, expectation, data, turn, clusters, isPrimary }: LeavingHost): string {
  const lines = [
    ...scriptHead(`${name} leaves the site: stops, disables and removes what was deployed there. Data stay.`),
    `begin ${bashWord(name)} "$@"`,
    expectation,
    'RETIRES=1',
    'UNITS=()',
    "BUNDLE_STAGES=''",
    '# When it goes: who serves nobody (1), primaries (2), etcd and object stores (3), infra nodes (4).',
    `TURN=${turn}`,
    '# What it is a member of.',
    `CLUSTERS='${clusters.join(' ')}'`,
    `PRIMARY=${isPrimary ? 1 : 0}`,
    'take_lock',
    'PATHS=()',
    '# What --purge removes.',
    array('DATA', data),
    'load_bundle',
    'scan_units',
    'if [[ ${ROLLBACK} == 1 ]]; then rollback; fi',
    'may_leave',
    'expectations_met',
    'confirm_purge',
    '',
    'finish',
  ];
  return `${lines.join('\n')}\n`;
}
