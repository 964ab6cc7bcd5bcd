/** nginx with the files of a host, below a scratch directory and on ports nobody needs. */
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Writes what nginx reads; the path of its main file. */
export function placeNginx(
  files: ReadonlyMap<string, string>,
  links: readonly (readonly [path: string, target: string])[],
  scratch: string,
  replace: (text: string) => string,
): string {
  for (const dir of ['etc/nginx/conf.d/cert', 'var/log/nginx', 'run', 'www/acme'])
    mkdirSync(join(scratch, dir), { recursive: true });
  for (const [path, target] of links)
    if (path.startsWith('/etc/nginx/')) symlinkSync(join(scratch, target), join(scratch, path));
  for (const [path, text] of files) {
    if (!path.startsWith('/etc/nginx/') && !path.startsWith('/www/')) continue;
    mkdirSync(dirname(join(scratch, path)), { recursive: true });
    writeFileSync(join(scratch, path), path.endsWith('.conf') ? replace(moved(text, scratch)) : text);
  }
  return join(scratch, 'etc/nginx/nginx.conf');
}

/** The account of another platform does not exist here, and nginx looks it up. */
function moved(text: string, scratch: string): string {
  return text
    .replace(/^user .*/, 'user root;')
    .replaceAll(/ (\/etc\/nginx\/(conf|\.ht))/g, ` ${scratch}$1`)
    .replaceAll(/ \/(var|run|www)\b/g, ` ${scratch}/$1`);
}
