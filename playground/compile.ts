/** The compiler in a page: one text as the only file of a machine that has nothing else. */
import { styleFor } from '../compiler/cli/style.ts';
import { pretty } from '../compiler/cli/report/pretty.ts';
import { compileFiles, type Compilation } from '../compiler/compile.ts';
import { hasErrors } from '../compiler/diagnostics/diagnostic.ts';
import type { Diagnostic } from '../compiler/diagnostics/diagnostic.ts';
import { arrange } from '../compiler/diagnostics/sort.ts';
import { drawingOf } from '../compiler/graph/draw.ts';
import { topologyOf } from '../compiler/graph/topology.ts';
import type { PkiEntry } from '../compiler/pki/certificates.ts';
import { certificateRequests } from '../compiler/pki/requests.ts';
import type { Site } from '../compiler/model/site.ts';
import { secretSpans } from '../compiler/secrets/spans.ts';
import { TwinSink } from '../compiler/secrets/sinks.ts';
import { FILE, machineWith } from './machine.ts';
import { planSince } from './plan.ts';

export interface RenderedFile {
  readonly path: string;
  readonly text: string;
  /** `postgres:postgres 0640` */
  readonly owner: string;
}

export interface Compiled {
  /** What `check` prints. */
  readonly findings: string;
  /** Whether files and a drawing can be made. */
  readonly isRight: boolean;
  readonly hosts: readonly string[];
  /** The files of a host as reviewers see them: secrets are marks. */
  filesOf(host: string): Promise<readonly RenderedFile[]>;
  drawing(): Promise<string>;
  /** What `diff` prints of the way from another text to this one; '' where this one is not right. */
  planSince(text: string): Promise<string>;
}

/** Findings of one code that are shown. */
const MOST_PER_CODE = 20;

/** Everything about an inventory. Nothing is read but the text, and nothing is written. */
export async function compile(text: string): Promise<Compiled> {
  const host = machineWith(text);
  const compilation = compileFiles(host, { files: [FILE], noSecrets: true });
  const checked = compilation.checked();
  const modelled = await compilation.modelled();
  const diagnostics = [...checked.diagnostics, ...(modelled?.diagnostics ?? [])];
  const isRight = modelled !== undefined && !hasErrors(diagnostics);
  const report = {
    ...arrange(diagnostics, [FILE], MOST_PER_CODE),
    files: [FILE],
    allowed: checked.allowed.length,
    secrets: [...secretSpans(checked.resolved), ...checked.unclear],
    summary: isRight ? `${modelled.hosts.length} hosts` : '',
    strict: false,
  };
  return {
    findings: pretty(report, styleFor(host, 'stdout', 'never')),
    isRight,
    hosts: isRight ? modelled.hosts.map(({ name }) => name) : [],
    filesOf: async (name) => (isRight ? filesOf(compilation, modelled.site, name) : []),
    drawing: async () => (isRight ? drawingOf(topologyOf(modelled.site)).svg() : ''),
    planSince: async (before) => (isRight ? planSince(before, host, compilation) : ''),
  };
}

/** Keys of certificates belong to a site's state, which a page has none of: only marks of them are shown. */
async function filesOf(compilation: Compilation, site: Site, name: string): Promise<readonly RenderedFile[]> {
  const sink = new TwinSink(undefined);
  const entries = certificateRequests(site).map((request): readonly [string, PkiEntry] => [
    request.id,
    { request, key: '', certificate: '' },
  ]);
  const materials = { sinks: { sealed: sink, twin: sink }, pki: { authority: '', entries: new Map(entries) } };
  const found: Diagnostic[] = [];
  const rendered = await compilation.rendered(materials, found, (host) => host.name === name);
  return [...rendered]
    .flatMap(({ files }) => files)
    .map(({ path, twin, owner, group, mode }) => ({
      path,
      text: twin,
      owner: `${owner}:${group} ${mode.toString(8).padStart(4, '0')}`,
    }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}
