import type { CompletionItemKind } from 'vscode-languageserver/node';

/** One word that may stand at the cursor. */
export interface Candidate {
  readonly label: string;
  readonly kind: CompletionItemKind;
  readonly detail?: string | undefined;
  readonly documentation?: string | undefined;
  /** Lower comes first. */
  readonly rank?: number;
  /** A key gets a colon. */
  readonly key?: true;
}
