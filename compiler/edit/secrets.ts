import type { Checked } from '../phases/5-check/checked.ts';
import type { Host } from '../host/host.ts';
import { parseSource } from '../phases/1-parse/parse.ts';
import { CheckContext } from '../phases/5-check/context.ts';
import { publishedSecrets } from '../phases/5-check/rules/inventory/default-secrets.ts';
import { addDefaults, Passwords, replacePublished, type PasswordForm, type Replacement } from '../secrets/generate.ts';

export interface GeneratedSecrets {
  readonly replacements: readonly Replacement[];
  /** The new passwords, by what each stands for. */
  readonly passwords: ReadonlyMap<string, string>;
  /** Published passwords that are in use because this part of an inventory does not set them. */
  readonly elsewhere: readonly string[];
}

/** New secrets for everything that a valid inventory leaves published; `keepFixed` leaves what data are encrypted with. */
export function generateSecrets(
  { resolved, platform, sources }: Checked,
  host: Pick<Host, 'randomBytes'>,
  form?: PasswordForm,
  keepFixed = false,
): GeneratedSecrets {
  const context = new CheckContext(resolved!, { platform });
  const trees = sources.map((source) => parseSource(source)[0]);
  const passwords = new Passwords((length) => host.randomBytes(length), form, keepFixed);
  const replacements = replacePublished(trees, passwords);
  const unset = publishedSecrets(context).flatMap(({ name, written }) =>
    written || passwords.keeps(name) ? [] : [name],
  );
  // What a fragment does not set is set in another file.
  if (context.fragment) return { replacements, passwords: passwords.all, elsewhere: unset };
  const missing = unset.map((name) => [name, context.default(name)] as const);
  const added = missing.length === 0 ? [] : [addDefaults(trees, missing, passwords)];
  return { replacements: [...replacements, ...added], passwords: passwords.all, elsewhere: [] };
}
