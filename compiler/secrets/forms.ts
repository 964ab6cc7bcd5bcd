/** Ways to write new passwords that leave none in plain in the inventory. */
import { quoted, type PasswordForm } from './generate.ts';
import { sealVault } from './seal-vault.ts';

/** `!vault` values. A text with placeholders or expressions stays as it is: Ansible and pigstyc take the content of a vault literally. */
export function inVault(password: string, random: (length: number) => Uint8Array): PasswordForm {
  return {
    word: (_former, word) => word,
    scalar: (text) =>
      /\$\{|\{\{/.test(text)
        ? undefined
        : `!vault "${sealVault(text, password, random).trimEnd().replaceAll('\n', '\\n')}"`,
  };
}

/** References to the environment. */
export const IN_ENVIRONMENT: PasswordForm = {
  word: (former) => `\${env:${variableOf(former)}}`,
  // Braces in a plain scalar would end it inside a flow map.
  scalar: (text, style) => (style === 'plain' ? quoted(text) : undefined),
};

/** Lines of a file that a shell reads: the new passwords are letters and digits. */
export function environmentLines(passwords: ReadonlyMap<string, string>): string {
  return [...passwords].map(([former, word]) => `${variableOf(former)}=${word}\n`).join('');
}

/** `DBUSER_META` for `DBUser.Meta`, `PG_ADMIN_PASSWORD` for a parameter. */
export function variableOf(former: string): string {
  return former.replace(/\W+/g, '_').toUpperCase();
}
