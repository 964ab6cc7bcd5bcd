import { CodeActionKind, type CodeAction, type Range, type TextEdit } from 'vscode-languageserver/node';
import type { Diagnostic, Fix } from '../../diagnostics/diagnostic.ts';
import { suggest } from '../../words/suggest.ts';
import { compatibleFixes } from '../../edit/fix.ts';
import { allowing } from './allow.ts';
import type { Analysis } from './analysis.ts';
import { published } from './diagnostics.ts';
import { rangeOf } from './ranges.ts';

/** All mechanical fixes of a file at once; editors can run it on save. */
export const FIX_ALL = `${CodeActionKind.SourceFixAll}.pigstyc`;

export interface ActionRequest {
  readonly path: string;
  readonly range: Range;
  /** Kinds the editor asks for; all without it. */
  readonly only: readonly string[] | undefined;
  readonly uri: (path: string) => string;
}

/** Edits for the findings in a range. */
export function actionsFor(
  { diagnostics }: Analysis,
  { path, range, only, uri }: ActionRequest,
): readonly CodeAction[] {
  const wanted = (kind: string): boolean =>
    only === undefined || only.some((one) => kind === one || kind.startsWith(`${one}.`));
  const here = diagnostics.filter(({ span }) => span?.file.path === path);
  const quick = wanted(CodeActionKind.QuickFix) ? here.filter(({ span }) => touches(rangeOf(span!), range)) : [];
  return [
    ...quick.flatMap((diagnostic): readonly CodeAction[] => {
      const fix = fixOf(diagnostic);
      if (fix === undefined) return [];
      const title = `Replace by \`${fix.text}\``;
      return [
        {
          title,
          kind: CodeActionKind.QuickFix,
          isPreferred: true,
          diagnostics: [published(diagnostic, uri)],
          edit: { changes: { [uri(path)]: [editOf(fix)] } },
        },
      ];
    }),
    ...quick.flatMap((diagnostic) => allowing(diagnostic, uri)),
    ...(wanted(FIX_ALL) ? fixAll(here, uri(path)) : []),
  ];
}

function fixAll(diagnostics: readonly Diagnostic[], uri: string): readonly CodeAction[] {
  const file = diagnostics[0]?.span?.file;
  const fixes =
    file === undefined
      ? []
      : compatibleFixes(
          file,
          diagnostics.flatMap(({ fix }) => (fix === undefined || fix.guess === true ? [] : [fix])),
        );
  return fixes.length === 0
    ? []
    : [
        {
          title: 'Apply all mechanical fixes (pigstyc)',
          kind: FIX_ALL,
          edit: { changes: { [uri]: fixes.map(editOf) } },
        },
      ];
}

function editOf({ span, text }: Fix): TextEdit {
  return { range: rangeOf(span), newText: text };
}

function touches(a: Range, b: Range): boolean {
  const before = (x: Range['end'], y: Range['start']): boolean =>
    x.line < y.line || (x.line === y.line && x.character < y.character);
  return !before(a.end, b.start) && !before(b.end, a.start);
}

/** The mechanical edit of a finding, or the name it suggests in place of the one it is about. */
function fixOf({ span, help, fix }: Diagnostic): Fix | undefined {
  if (fix !== undefined) return fix;
  const name = /^did you mean `([^`]+)`\?$/.exec(help ?? '')?.[1];
  if (span === undefined || name === undefined) return undefined;
  const written = /^(\$\{|\$<|['"])?(.*?)([}>'"])?$/.exec(span.file.text.slice(span.start, span.end));
  if (written === null) return undefined;
  const [, before = '', word, after = ''] = written;
  // The place may be more than the word: a name that is not near what stands there belongs elsewhere.
  return suggest(word!, [name]) === undefined ? undefined : { span, text: `${before}${name}${after}` };
}
