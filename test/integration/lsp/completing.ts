/** An inventory that is being typed, and what is offered there. */
import * as assert from 'uvu/assert';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { nodeHost } from '../../../compiler/host/host.ts';
import { overlay } from '../../../compiler/review/diff/overlay-host.ts';
import { Analysis } from '../../../compiler/cli/lsp/analysis.ts';
import { completionsAt } from '../../../compiler/cli/lsp/completion.ts';

export const PATH = '/somewhere/pigsty.yml';
export const INVENTORY = `all:
  children:
    etcd: { hosts: { 10.10.10.11: { etcd_seq: 1 } } }
    pg-meta:
      hosts: { 10.10.10.10: { pg_seq: 1, pg_role: primary } }
      vars: { pg_cluster: pg-meta, pg_users: [ { name: meta_owner } ], pg_databases: [ { name: meta } ] }
    pg-test:
      hosts:
        10.10.10.11: { pg_seq: 1, pg_role: primary }
        10.10.10.12: { pg_seq: 2, pg_role: replica }
      vars:
        pg_cluster: pg-test
        pg_users: [ { name: test, password: x, roles: [dbrole_readwrite] } ]
        pg_databases:
          - { name: test, owner: test }
          - name: other
            owner: test
        pg_hba_rules: [ { title: all, user: test, db: test, addr: intra, auth: pwd } ]
  vars:
    admin_ip: 10.10.10.11
    version: v4.5.0
`;

export function analyse(text: string): Analysis {
  const { host } = overlay(nodeHost());
  host.writeFile(PATH, text, 0o600);
  return new Analysis(host, { files: [PATH] });
}

/** The inventory as it was before something is typed. */
export const known = analyse(INVENTORY);

/** Labels offered at `|` of the inventory after `written` became `text`, best first, and the document with one of them taken. */
export function offered(
  written: string,
  text: string,
  analysis = known,
): { readonly labels: readonly string[]; take(label: string): string } {
  assert.is(INVENTORY.split(written).length, 2, `not once: ${written}`);
  const typed = INVENTORY.replace(written, () => text);
  const offset = typed.indexOf('|');
  const document = TextDocument.create(PATH, 'yaml', 1, typed.replace('|', ''));
  const items = [...completionsAt(analysis, PATH, document, offset)].sort((a, b) =>
    a.sortText! < b.sortText! ? -1 : 1,
  );
  return {
    labels: items.map(({ label }) => label),
    take: (label) => {
      const found = items.find((item) => item.label === label);
      assert.ok(
        found,
        `${label} is not offered, but ${items
          .map((item) => item.label)
          .slice(0, 20)
          .join(' ')}`,
      );
      return TextDocument.applyEdits(document, [found.textEdit as never]);
    },
  };
}

/** True when all of these are offered. */
export const has = (labels: readonly string[], ...wanted: readonly string[]): boolean =>
  wanted.every((label) => labels.includes(label));
