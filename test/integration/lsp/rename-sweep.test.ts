/**
 * Every name of whole inventories is changed, one at a time: the findings stay, up to the name. `INVENTORIES=DIRECTORY` takes all
 * files of a directory instead of those of the repository.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Analysis } from '../../../compiler/cli/lsp/analysis.ts';
import { allMentions, sameMentions, type Mention } from '../../../compiler/cli/lsp/mentions.ts';
import { renamed } from '../../../compiler/cli/lsp/rename.ts';
import type { Settings } from '../../../compiler/cli/lsp/settings.ts';
import { pathOf, Workspace } from '../../../compiler/cli/lsp/workspace.ts';
import { nodeHost } from '../../../compiler/host/host.ts';
import { TextDocument } from 'vscode-languageserver-textdocument';

const ELSEWHERE = process.env['INVENTORIES'];
const DIRECTORIES =
  ELSEWHERE === undefined ? ['fixtures/ok', 'test/lab/inventories', 'test/mutation/inventories'] : [ELSEWHERE];
const KINDS = ['group', 'user', 'database'];
const SETTINGS: Settings = {
  files: [],
  platform: undefined,
  facts: undefined,
  vaultPasswordFile: undefined,
  publicReferences: undefined,
};

const test = suite('lsp rename sweep');

function inventories(directory: string): readonly string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter(({ name }) => /\.ya?ml$/.test(name))
    .map(({ parentPath, name }) => resolve(join(parentPath, name)))
    .filter(
      (path) => !/\/(?:group|host)_vars\//.test(path) && /^\s*(?:hosts|children)\s*:/m.test(readFileSync(path, 'utf8')),
    )
    .sort();
}

/** One mention of each thing that is declared, as its files name it. */
function things(analysis: Analysis): readonly Mention[] {
  const known = new Set<string>();
  const at = ({ span }: Mention): string => `${span.file.path} ${span.start}`;
  return allMentions(analysis).filter((mention) => {
    if (!KINDS.includes(mention.kind) || !mention.declares || known.has(at(mention))) return false;
    for (const same of sameMentions(analysis, mention)) known.add(at(same));
    return true;
  });
}

/** Findings with the former name in place of the new one. */
function findings({ diagnostics }: Analysis, name: string, former: string): readonly string[] {
  return diagnostics
    .map(
      ({ code, span, message }) =>
        `${code} ${span?.file.position(span.start).line} ${message.replaceAll(name, former)}`,
    )
    .sort();
}

/** Names that no inventory chooses. */
const EXPECTED = /has this name everywhere$|^the default of /;
let changed = 0;
for (const path of DIRECTORIES.flatMap(inventories))
  test(path, () => {
    const workspace = new Workspace(
      nodeHost(),
      { publish: () => undefined, failed: (e) => assert.unreachable(String(e)) },
      SETTINGS,
    );
    const uri = `file://${path}`;
    workspace.update(TextDocument.create(uri, 'yaml', 1, readFileSync(path, 'utf8')));
    const analysis = workspace.analysis(uri);
    if (analysis === undefined) return;
    for (const mention of things(analysis)) {
      const former = mention.names[0]!;
      const name = mention.kind === 'group' ? 'zz-other' : 'zz_other';
      let after: Analysis | undefined;
      const { path: file } = mention.span.file;
      const answer = renamed(analysis, { path: pathOf(file), offset: mention.span.start + 1, name }, (changes) => {
        after = workspace.tried(analysis, changes);
        return after;
      });
      if ('refused' in answer) {
        if (ELSEWHERE !== undefined) console.log(`${path}: ${mention.kind} ${former}: ${answer.refused}`);
        else assert.match(answer.refused, EXPECTED, `${mention.kind} ${former}`);
      } else {
        changed++;
        assert.equal(findings(after!, name, former), findings(analysis, name, former), `${mention.kind} ${former}`);
      }
    }
  });

test('names were changed', () => {
  if (ELSEWHERE === undefined) assert.ok(changed >= 75, String(changed));
  else console.log(`${changed} names changed`);
});
test.run();
