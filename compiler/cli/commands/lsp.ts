import { resolve } from 'node:path';
import type { Command } from '../command.ts';

/** Speaks the Language Server Protocol with an editor. */
export const lsp: Command = {
  usage: 'lsp [files..]',
  summary: 'Serve an editor: findings while typing, completion, hover, go to definition',
  positionals: {
    files: { describe: 'Files that are one inventory, merged in order; without them each open document is one' },
  },
  options: ['stdio', 'platform', 'facts', 'vault-password-file', 'public'],
  examples: [
    ['lsp', 'What the settings of the editor start; see docs/editor.md'],
    ['lsp base.yml prod.yml', 'Two files are one inventory'],
  ],
  run: async ({ files = [], platform, facts, vaultPasswordFile, public: publicReferences }, host) => {
    const { serve } = await import('../lsp/server.ts');
    const path = (name: string | undefined): string | undefined =>
      name === undefined ? undefined : resolve(host.cwd(), name);
    return serve(host, {
      files: files.map((name) => resolve(host.cwd(), name)),
      platform,
      facts: path(facts),
      vaultPasswordFile: path(vaultPasswordFile),
      publicReferences,
    });
  },
};
