import { basename, dirname } from 'node:path';
import type { Host } from '../host/host.ts';
import type { PasswordForm } from '../secrets/generate.ts';
import type { Args } from './command.ts';
import { UsageError } from '../diagnostics/usage-error.ts';
import { ignore } from '../edit/ignored.ts';
import { requestOf } from './session.ts';

/** How passwords are written: in plain, as vaults, or as references to the environment. */
export async function formOf(args: Args, host: Host): Promise<PasswordForm | undefined> {
  if (args.vault && args.envFile !== undefined) throw new UsageError('--vault or --env-file, not both');
  const { inVault, IN_ENVIRONMENT } = await import('../secrets/forms.ts');
  if (args.envFile !== undefined) return IN_ENVIRONMENT;
  if (!args.vault) return undefined;
  const { readVaultPasswords } = await import('../secrets/vault-passwords.ts');
  const [[password]] = readVaultPasswords(host, requestOf(args));
  if (password === undefined || password === '')
    throw new UsageError('--vault needs a password: --vault-password-file or --vault-id');
  return inVault(password, (length) => host.randomBytes(length));
}

/** Adds passwords to a file of variables that only its owner reads and git does not see. */
export async function keepPasswords(host: Host, path: string, passwords: ReadonlyMap<string, string>): Promise<void> {
  const { environmentLines } = await import('../secrets/forms.ts');
  ignore(host, dirname(path), [`/${basename(path)}`]);
  const known = host.stat(path)?.kind === 'file' ? Buffer.from(host.readFile(path)).toString('utf8') : '';
  host.writeFile(path, known + environmentLines(passwords), 0o600);
}
