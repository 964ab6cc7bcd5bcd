import type { Checked } from '../compile.ts';
import type { Host } from '../host.ts';
import { parseSource } from '../phases/1-parse/parse.ts';
import { CheckContext } from '../phases/5-check/context.ts';
import { publishedSecrets } from '../phases/5-check/rules/inventory/default-secrets.ts';
import { addDefaults, Passwords, replacePublished, type PasswordForm, type Replacement } from './generate.ts';

export interface GeneratedSecrets {
  readonly replacements: readonly Replacement[];
  /** The new passwords, by what each stands for. */
  readonly passwords: ReadonlyMap<string, string>;
  /** Published passwords that are in use because this part of an inventory does not set them. */
  readonly elsewhere: readonly string[];
}

/** New passwords for everything that a valid inventory leaves at its published default. */
export function generateSecrets(
  { resolved, platform, sources }: Checked,
  host: Pick<Host, 'randomBytes'>,
  form?: PasswordForm,
): GeneratedSecrets {
  const context = new CheckContext(resolved!, { platform });
  const trees = sources.map((source) => parseSource(source)[0]);
  const passwords = new Passwords((length) => host.randomBytes(length), form);
  const replacements = replacePublished(trees, passwords);
  const unset = publishedSecrets(context).flatMap(({ name, written }) => (written ? [] : [name]));
  // What a fragment does not set is set in another file.
  if (context.fragment) return { replacements, passwords: passwords.all, elsewhere: unset };
  const missing = [...unset.map((name) => [name, context.default(name)] as const), ...objectStore(context, passwords)];
  const added = missing.length === 0 ? [] : [addDefaults(trees, missing, passwords)];
  return { replacements: [...replacements, ...added], passwords: passwords.all, elsewhere: [] };
}

/** Users of an object store and the backup repository on it have passwords inside lists and maps, which are written out as a whole. */
function objectStore(context: CheckContext, passwords: Passwords): readonly (readonly [string, unknown])[] {
  if (context.clusters('minio_cluster').length === 0) return [];
  const unset = (name: string): boolean => context.uses(name).length === 0;
  const backup =
    unset('pgbackrest_repo') &&
    context.clusters('pg_cluster').some(({ members }) => context.text(members[0]!, 'pgbackrest_method') === 'minio');
  const users = unset('minio_users');
  return [
    ...(users ? [['minio_users', context.default('minio_users')] as const] : []),
    // With a user of its own password the default repository is wrong anyway, and said to be.
    ...(backup && (users || passwords.knows('S3User.Backup'))
      ? [['pgbackrest_repo', context.default('pgbackrest_repo')] as const]
      : []),
  ];
}
