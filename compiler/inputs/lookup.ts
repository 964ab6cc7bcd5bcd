/** What an inventory may take from the environment and from files. */
import { isAbsolute, join } from 'node:path';
import type { Host } from '../host/host.ts';
import type { Lookup } from '../phases/4-resolve/reference.ts';
import { confinesOf, refusal } from './confines.ts';
import { directoryOf } from './directories.ts';
import type { Request } from './request.ts';
import { readSmall } from './text.ts';

/**
 * What `${env:NAME}` and `${file:PATH}` may see: files that the inventory may name, and those that whoever runs pigstyc
 * calls public. Paths are relative to the first inventory file. Files are read once.
 */
export function externalLookup(host: Host, request: Pick<Request, 'files' | 'publicReferences' | 'allowFile'>): Lookup {
  const first = request.files[0] ?? '';
  const allowed = new Set(request.publicReferences);
  const texts = new Map<string, string | undefined>();
  const locate = (path: string): string => (isAbsolute(path) ? path : join(directoryOf(first), path));
  const refused = (path: string): string | undefined =>
    allowed.has(`file:${path}`) || host.stat(locate(path)) === undefined
      ? undefined
      : refusal(host, locate(path), confinesOf(first, request.allowFile));
  return {
    env: (name) => (Object.hasOwn(host.env, name) ? host.env[name] : undefined),
    file: (path) => {
      if (!texts.has(path)) texts.set(path, refused(path) === undefined ? readSmall(host, locate(path))[0] : undefined);
      return texts.get(path);
    },
    refusal: refused,
    isPublic: (reference) => allowed.has(reference),
  };
}
