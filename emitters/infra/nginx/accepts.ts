/**
 * nginx reads a new file before it takes the place of the old one: a certificate that is missing or a name that nothing
 * resolves is found while the portal still has a configuration that it can start with.
 */

/** What nginx reads beside the file in question: neither another server nor an old mistake decides about this one. */
const OTHERS = 'include /etc/nginx/conf\\.d/\\*\\.conf;';

/** The command for nginx.conf, without any server. */
export const ACCEPTS_MAIN = accepts(`sed 's|${OTHERS}||' "$1" >"$d/nginx.conf"`);

/** The command for one file of conf.d, read as the only one by the main file of the host. */
export const ACCEPTS_SERVER = accepts(
  `cp -- "$1" "$d/server.conf" && sed "s|${OTHERS}|include $d/server.conf;|" /etc/nginx/nginx.conf >"$d/nginx.conf"`,
);

/** `{}` is the new file. Nothing is asked where nginx is not there yet, or outside of the host's own tree. */
function accepts(collect: string): readonly string[] {
  const script = [
    'case $1 in /etc/nginx/*) ;; *) exit 0 ;; esac',
    'command -v nginx >/dev/null || exit 0',
    'd=$(mktemp -d) || exit',
    `trap 'rm -rf "$d"' 0`,
    `${collect} && nginx -t -q -c "$d/nginx.conf"`,
  ].join('\n');
  return ['sh', '-c', script, 'sh', '{}'];
}
