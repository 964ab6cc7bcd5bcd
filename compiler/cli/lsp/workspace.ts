import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { PublishDiagnosticsParams } from 'vscode-languageserver/node';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { Host } from '../../host/host.ts';
import { SourceFile, type Node } from '../../source/node.ts';
import { applyFixes } from '../../edit/fix.ts';
import { overlay } from '../../review/diff/overlay-host.ts';
import { Analysis } from './analysis.ts';
import { published } from './diagnostics.ts';
import { uriOf } from './ranges.ts';
import type { Renaming } from './rename.ts';
import type { Settings } from './settings.ts';
import { treeOf } from './tolerant-tree.ts';

/** Milliseconds between the last keystroke and the check; a check that takes longer waits as long as it takes, up to a second. */
const SHORTEST_PAUSE = 30;
const LONGEST_PAUSE = 1000;

/** Files that are one inventory, at least one of them open. */
interface Unit {
  readonly files: readonly string[];
  analysis: Analysis | undefined;
  /** The files have changed since the analysis. */
  stale: boolean;
  timer: NodeJS.Timeout | undefined;
  pause: number;
  /** URIs that show findings. */
  published: ReadonlySet<string>;
}

/** What the workspace needs from the editor's side. */
export interface Client {
  publish(params: PublishDiagnosticsParams): void;
  /** An exception, which is a bug in pigstyc. */
  failed(error: unknown): void;
}

/** Open documents and the inventories they belong to. The editor's texts stand in for those on disk; nothing is ever written. */
export class Workspace {
  readonly #documents = new Map<string, TextDocument>();
  /** Documents on their own that were an inventory at some time since they were opened: what is being typed may look like nothing. */
  readonly #inventories = new Set<string>();
  /** By the files, joined. */
  readonly #units = new Map<string, Unit>();

  readonly #host: Host;
  readonly #client: Client;
  #settings: Settings;

  constructor(host: Host, client: Client, settings: Settings) {
    this.#host = host;
    this.#client = client;
    this.#settings = settings;
  }

  configure(settings: Settings): void {
    this.#settings = settings;
    this.refresh();
  }

  /** A document was opened or changed. */
  update(document: TextDocument): void {
    const path = pathOf(document.uri);
    this.#documents.set(path, document);
    if (!this.#inventories.has(path) && isInventory(path, document.getText())) this.#inventories.add(path);
    this.#drop();
    const unit = this.#unit(path);
    if (unit !== undefined) this.#schedule(unit);
  }

  close(uri: string): void {
    this.#documents.delete(pathOf(uri));
    this.#inventories.delete(pathOf(uri));
    this.refresh();
  }

  /** Files may have changed on disk, or belong together differently. */
  refresh(): void {
    this.#drop();
    for (const path of this.#documents.keys()) {
      const unit = this.#unit(path);
      if (unit !== undefined) this.#schedule(unit);
    }
  }

  /** True for an open document that is an inventory or a file of one. */
  has(uri: string): boolean {
    return this.#files(pathOf(uri)) !== undefined;
  }

  /** The inventory of a document, checked as it is now; undefined when the document is none. */
  analysis(uri: string): Analysis | undefined {
    const unit = this.#unit(pathOf(uri));
    if (unit === undefined) return undefined;
    if (unit.stale) this.#check(unit);
    return unit.analysis;
  }

  /** An inventory as it would be with a new name. */
  tried({ request, checked }: Analysis, { edits, moved }: Omit<Renaming, 'note'>): Analysis {
    return this.#analysis(request.files, (host) => {
      for (const source of new Set(edits.map(({ span }) => span.file)))
        host.writeFile(source.path, applyFixes(source, edits).text, 0o600);
      for (const { from, to } of moved)
        for (const { path, text } of checked.sources.filter(({ path }) => path === from || path.startsWith(`${from}/`)))
          host.writeFile(to + path.slice(from.length), text, 0o600);
      for (const { from } of moved) host.remove(from);
    });
  }

  /** The same, but perhaps of a few keystrokes ago. */
  latest(uri: string): Analysis | undefined {
    return this.#unit(pathOf(uri))?.analysis ?? this.analysis(uri);
  }

  /** The editor's URI of a file. */
  readonly uri = (path: string): string => this.#documents.get(path)?.uri ?? uriOf(path);

  #unit(path: string): Unit | undefined {
    const files = this.#files(path);
    if (files === undefined) return undefined;
    const key = files.join('\0');
    let unit = this.#units.get(key);
    if (unit === undefined) {
      unit = { files, analysis: undefined, stale: true, timer: undefined, pause: SHORTEST_PAUSE, published: new Set() };
      this.#units.set(key, unit);
    }
    return unit;
  }

  #files(path: string): readonly string[] | undefined {
    if (!this.#documents.has(path)) return undefined;
    if (this.#settings.files.includes(path)) return this.#settings.files;
    return this.#inventories.has(path) ? [path] : undefined;
  }

  /** Forgets inventories without an open document and takes their findings back. */
  #drop(): void {
    const wanted = new Set([...this.#documents.keys()].map((path) => this.#files(path)?.join('\0')));
    for (const [key, unit] of this.#units) {
      if (wanted.has(key)) continue;
      clearTimeout(unit.timer);
      for (const uri of unit.published) this.#client.publish({ uri, diagnostics: [] });
      this.#units.delete(key);
    }
  }

  #schedule(unit: Unit): void {
    unit.stale = true;
    clearTimeout(unit.timer);
    unit.timer = setTimeout(() => this.#check(unit), unit.pause);
  }

  #check(unit: Unit): void {
    clearTimeout(unit.timer);
    unit.timer = undefined;
    unit.stale = false;
    const started = performance.now();
    try {
      unit.analysis = this.#analysis(unit.files);
      this.#publish(unit, unit.analysis);
    } catch (error) {
      this.#client.failed(error);
    }
    unit.pause = Math.min(Math.max(performance.now() - started, SHORTEST_PAUSE), LONGEST_PAUSE);
  }

  /** @param change what is done to the files before, in memory */
  #analysis(files: readonly string[], change: (host: Host) => void = () => undefined): Analysis {
    const { host } = overlay(this.#host);
    for (const [path, document] of this.#documents) host.writeFile(path, document.getText(), 0o600);
    change(host);
    const { platform, facts, vaultPasswordFile, publicReferences } = this.#settings;
    return new Analysis(host, { files, platform, factsDir: facts, vaultPasswordFile, publicReferences });
  }

  #publish(unit: Unit, { diagnostics }: Analysis): void {
    const byUri = new Map<string, PublishDiagnosticsParams>();
    for (const path of unit.files)
      byUri.set(this.uri(path), { uri: this.uri(path), diagnostics: [], ...this.#version(path) });
    for (const uri of unit.published) if (!byUri.has(uri)) byUri.set(uri, { uri, diagnostics: [] });
    for (const diagnostic of diagnostics) {
      const path = diagnostic.span?.file.path ?? unit.files[0]!;
      byUri.get(this.uri(path))?.diagnostics.push(published(diagnostic, this.uri));
    }
    for (const params of byUri.values()) this.#client.publish(params);
    unit.published = new Set(byUri.keys());
  }

  #version(path: string): { readonly version?: number } {
    const version = this.#documents.get(path)?.version;
    return version === undefined ? {} : { version };
  }
}

/** Path of a file's URI; documents that were never saved go by their URI. */
export function pathOf(uri: string): string {
  try {
    return uri.startsWith('file:') ? fileURLToPath(uri) : uri;
  } catch {
    return uri;
  }
}

/**
 * Editors send every YAML file. One that is on its own is an inventory when it is called so, or when one of its top-level keys
 * is `all` or holds what only a group holds.
 */
function isInventory(path: string, text: string): boolean {
  if (/^pigsty\b.*\.ya?ml$/.test(basename(path))) return true;
  const tree = treeOf(new SourceFile(path, text));
  return (
    tree.kind === 'map' &&
    tree.entries.some(({ key, value }) =>
      isGroup(value, key.text === 'all' ? /^(hosts|vars|children)$/ : /^(hosts|children)$/),
    )
  );
}

function isGroup(node: Node, sections: RegExp): boolean {
  return (
    node.kind === 'map' &&
    node.entries.some(
      ({ key, value }) =>
        sections.test(key.text) && (value.kind === 'map' || (value.kind === 'scalar' && value.value === null)),
    )
  );
}
