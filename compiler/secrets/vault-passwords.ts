import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { report } from '../diagnostics/report.ts';
import { IoError, type Host } from '../host/host.ts';
import type { Result } from '../diagnostics/result.ts';

/** Where passwords of vaults come from, as on the command line. */
export interface VaultSources {
  readonly vaultPasswordFile?: string | undefined;
  /** `label@source` or `source`. */
  readonly vaultIds?: readonly string[] | undefined;
}

interface VaultSource {
  readonly label: string;
  /** A file, a program, `-` for standard input, `prompt` for the terminal. */
  readonly source: string;
}

/**
 * Passwords for `!vault` values, in the order they are tried: those of the command line, else those of Ansible's variables. Labels only say
 * which one is asked for: every value is tried with each.
 */
export function readVaultPasswords(host: Host, request: VaultSources): Result<readonly string[]> {
  const passwords: string[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const source of sourcesOf(host, request)) {
    try {
      passwords.push(passwordOf(host, source));
    } catch (error) {
      if (!(error instanceof IoError)) throw error;
      diagnostics.push(report('unreadable-file', undefined, { path: source.source, reason: error.reason }));
    }
  }
  return [passwords, diagnostics];
}

function sourcesOf(host: Host, { vaultPasswordFile, vaultIds = [] }: VaultSources): readonly VaultSource[] {
  const given = [...vaultIds, ...(vaultPasswordFile === undefined ? [] : [vaultPasswordFile])];
  const list = (host.env['ANSIBLE_VAULT_IDENTITY_LIST'] ?? '').split(',');
  const fromEnvironment = [...list, host.env['ANSIBLE_VAULT_PASSWORD_FILE'] ?? ''].map((one) => one.trim());
  return (given.length > 0 ? given : fromEnvironment.filter((one) => one !== '')).map((text) => {
    const at = text === vaultPasswordFile ? -1 : text.indexOf('@');
    return { label: at > 0 ? text.slice(0, at) : 'default', source: text.slice(at + 1) };
  });
}

function passwordOf(host: Host, { label, source }: VaultSource): string {
  const question = `Vault password (${label}): `;
  if (source === '-' || source === 'prompt') return firstLine(host.askSecret(source === '-' ? undefined : question));
  const path = source.replace(/^~(?=\/)/, () => host.env['HOME'] ?? '~');
  const stat = host.stat(path);
  if (stat?.kind !== 'file' || (stat.mode & 0o111) === 0)
    return firstLine(Buffer.from(host.readFile(path)).toString('utf8'));
  // A client looks passwords up by label, another program knows one.
  const isClient = /-client(\.\w+)?$/.test(path);
  return firstLine(host.runProgram(path, isClient ? ['--vault-id', label] : []));
}

function firstLine(text: string): string {
  return text.split(/\r?\n/)[0]!.trim();
}
