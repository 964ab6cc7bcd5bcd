/**
 * Grammars of text, by the name that `x-grammar` in schemas/ gives. A value goes into file names, host names, and files with grammars of
 * their own; what one of them cannot hold is refused where it was written.
 */

export interface Grammar {
  /** For a regular expression with the flag `u`. */
  readonly pattern: string;
  /** What the text is, for messages. */
  readonly is: string;
}

/** Nothing that ends a line or moves a cursor, and no half of a surrogate pair, which no file can hold. */
const PRINTABLE = '[^\\u0000-\\u0008\\u000a-\\u001f\\u007f-\\u009f\\ud800-\\udfff]';
const LINE = `^${PRINTABLE}*$`;
const ONE_LINE = 'one line without control characters';
const OCTET = '(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])';
const IPV4 = `${OCTET}(?:[.]${OCTET}){3}`;
const IPV6 = '(?=[^/]*:)[0-9A-Fa-f:.]{2,45}';
const PORT = '(?:6553[0-5]|655[0-2][0-9]|65[0-4][0-9]{2}|6[0-4][0-9]{3}|[1-5][0-9]{4}|[1-9][0-9]{0,3})';

export const GRAMMARS = {
  /** Every string without another grammar. */
  line: { pattern: LINE, is: ONE_LINE },
  'filled-line': { pattern: `^(?=.*\\S)${PRINTABLE}+$`, is: 'one line with text in it' },
  text: {
    pattern: '^[^\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\u007f-\\u009f\\ud800-\\udfff]*$',
    is: 'text without control characters',
  },
  /** What PostgreSQL takes in double quotes; {@link byteLimit} has the length of other alphabets. */
  identifier: {
    pattern: `^(?!\\s)(?!.*\\s$)${PRINTABLE}{1,63}$`,
    is: 'a name of 1 to 63 bytes on one line, without blanks at the ends',
  },
  /** A role that can be made: PostgreSQL keeps some names to itself. */
  role: {
    pattern: '^(?!pg_|public$|none$)[a-z_][a-z0-9_@.-]{0,62}$',
    is: 'a name of lower-case letters, digits, `_`, `@`, `.` and `-` that begins with a letter or `_`, but not with `pg_`',
  },
  schema: {
    pattern: `^(?!pg_)(?!\\s)(?!.*\\s$)${PRINTABLE}{1,63}$`,
    is: 'a name of 1 to 63 bytes on one line, without blanks at the ends, that does not begin with `pg_`',
  },
  'no-quotes': {
    pattern: `^(?:(?![\\s"'])${PRINTABLE})*$`,
    is: 'one word without blanks and quotes',
  },
  'no-blanks': { pattern: `^(?:(?!\\s)${PRINTABLE})*$`, is: 'one word without blanks' },
  /** Absolute and normal: it means the same wherever it is put behind another path. Not the root, which is no service's. */
  path: {
    pattern: '^(?:/(?![.]{1,2}(?:/|$))[^/\\u0000-\\u001f\\u007f-\\u009f\\ud800-\\udfff]+)+/?$',
    is: 'an absolute path below `/` without `.`, `..` and `//`',
  },
  'path-or-empty': {
    pattern: '^/?$|^(?:/(?![.]{1,2}(?:/|$))[^/\\u0000-\\u001f\\u007f-\\u009f\\ud800-\\udfff]+)+/?$',
    is: 'an absolute path without `.`, `..` and `//`',
  },
  'path-for-nginx': {
    pattern: '^(?:/(?![.]{1,2}(?:/|$))[^/$\\u0000-\\u001f\\u007f-\\u009f\\ud800-\\udfff]+)+/?$',
    is: 'an absolute path below `/` without `.`, `..`, `//` and `$`, which nginx cannot quote',
  },
  'url-path': { pattern: `^(?:/${PRINTABLE}*)?$`, is: 'a path that begins with `/`' },
  'url-or-empty': {
    pattern: `^(?:[a-z][a-z0-9+.-]*://(?:(?!\\s)${PRINTABLE})*)?$`,
    is: 'a URL with its scheme, such as `https://host`',
  },
  url: {
    pattern: `^[a-z][a-z0-9+.-]*://(?:(?!\\s)${PRINTABLE})+$`,
    is: 'a URL with its scheme, such as `https://host`',
  },
  'file-name': {
    pattern: '^[A-Za-z0-9_][A-Za-z0-9_.+~:%@-]{0,254}$',
    is: 'the name of a file, of letters, digits and `_.+~:%@-`',
  },
  'file-url': {
    pattern: `^[a-z][a-z0-9+.-]*://(?:(?![\\s?#])${PRINTABLE})+/[A-Za-z0-9_][A-Za-z0-9_.+~:%@-]{0,254}(?:[?#](?:(?!\\s)${PRINTABLE})*)?$`,
    is: 'a URL that ends with the name of a file',
  },
  /** Part of file names, units and host names. */
  name: {
    pattern: '^[A-Za-z0-9_][A-Za-z0-9_.-]{0,62}$',
    is: 'a name of at most 63 letters, digits, `_`, `.` and `-` that begins with a letter, a digit or `_`',
  },
  'name-or-empty': {
    pattern: '^(?:[A-Za-z0-9_][A-Za-z0-9_.-]{0,62})?$',
    is: 'a name of at most 63 letters, digits, `_`, `.` and `-` that begins with a letter, a digit or `_`',
  },
  'host-name': {
    pattern: '^(?!.*[.]{2})[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?$',
    is: 'a host name of at most 63 letters, digits, `-` and `.`, with a letter or digit at both ends',
  },
  domain: {
    pattern: '^(?!.*[.]{2})[A-Za-z0-9_*][A-Za-z0-9_.*-]{0,252}$',
    is: 'a domain of letters, digits, `-` and `.`',
  },
  'minio-node': {
    pattern: '^(?:[A-Za-z0-9_.-]|[$][{<](?:minio_cluster|minio_seq)[}>])+$',
    is: 'a host name with `${minio_cluster}` and `${minio_seq}`',
  },
  'domain-suffix': {
    pattern: '^(?!.*[.]{2})[A-Za-z0-9_.-]{0,190}$',
    is: 'the end of a domain, such as `.example.com`',
  },
  interface: { pattern: '^[A-Za-z0-9_.:@-]{1,15}$', is: 'the name of one network interface' },
  login: {
    pattern: '^[A-Za-z_][A-Za-z0-9_.-]{0,30}[$]?$',
    is: 'the name of an account: at most 31 letters, digits, `_`, `.` and `-`, beginning with a letter or `_`',
  },
  'cache-times': { pattern: '^ *[0-9]+(?: *, *[0-9]+){3} *$', is: 'four numbers of seconds with commas between them' },
  modules: { pattern: '^[A-Za-z0-9_., -]*$', is: 'names of modules with commas between them' },
  network: {
    pattern: `^${IPV4}(?:/(?:3[0-2]|[12]?[0-9]))?$|^${IPV6}(?:/[0-9]{1,3})?$`,
    is: 'a network such as `10.0.0.0/8`',
  },
  alias: { pattern: '^[A-Za-z0-9_.!@:%+,-]+$', is: 'a word without special characters' },
  'web-user': { pattern: `^(?:(?![\\s:])${PRINTABLE})+$`, is: 'a user name without blanks and colons' },
  keepalived: {
    pattern: `^(?![{}]$)(?:(?!["]|[$][A-Za-z_{])${PRINTABLE})*$`,
    is: 'text that keepalived can hold: without `"`, and without `$` before a letter',
  },
  grafana: {
    pattern: `^(?!\\s)(?!.*(?:\\s$|[$]\\{|[$]__|%\\())${PRINTABLE}*$`,
    is: 'text that grafana.ini can hold: without blanks at the ends, `${`, `$__` and `%(`',
  },
  /** https://docs.haproxy.org, `balance` */
  balance: {
    pattern:
      '^(?:roundrobin|static-rr|leastconn|first|source|random(?:[(][1-9][0-9]*[)])?|uri(?: .+)?|url_param ' +
      '.+|hdr[(].+[)](?: .+)?|hash .+|rdp-cookie(?:[(].+[)])?)$',
    is: 'an algorithm of HAProxy, such as `roundrobin`, `leastconn`, `source` or `first`',
  },
  listen: {
    pattern: '^(?:[*]|[A-Za-z0-9_.:-]+)$',
    is: 'an address without a prefix length, a host name, or `*` for all addresses',
  },
  /** https://redis.io/docs/latest/operate/oss_and_stack/management/config, `bind` */
  addresses: {
    pattern: `^(?: *-?(?:[*]|::[*]|${IPV4}|${IPV6}|[$][{<][a-z_]+[}>]|[A-Za-z_][A-Za-z0-9_.-]*)(?: |$))*$`,
    is: 'addresses with blanks between them',
  },
  /** https://redis.io/docs/latest/operate/oss_and_stack/management/config, `save` */
  'redis-save': {
    pattern: '^[1-9][0-9]* [0-9]+(?: [1-9][0-9]* [0-9]+)*$',
    is: 'seconds and changes, such as `900 1`',
  },
  'redis-source': { pattern: '^\\S+ +[0-9]{1,5}$', is: '`<ip> <port>`, with a blank between them' },
  /** https://nginx.org/en/docs/http/ngx_http_upstream_module.html, `server` */
  upstream: {
    pattern:
      '^(?:unix:/(?:(?!\\s)' +
      `${PRINTABLE})+|(?:${IPV4}|(?![0-9.]+(?::|$))[A-Za-z0-9_.-]+|\\[[0-9A-Fa-f:.]+\\]|[$][{<][a-z_]+[}>])(?::${PORT})?)$`,
    is: 'a server as `host:port`, without a scheme and a path',
  },
  endpoint: {
    pattern: `^(?:${IPV4}|(?![0-9.]+:)[A-Za-z0-9_.-]+|\\[[0-9A-Fa-f:.]+\\]|[$][{<][a-z_]+[}>]):${PORT}$`,
    is: 'a server as `host:port`, without a scheme and a path',
  },
  mail: {
    pattern: `^(?:(?![\\s@<>",])${PRINTABLE})+@[A-Za-z0-9_.-]+$`,
    is: 'a mail address, such as `dba@example.com`',
  },
  'mail-list': {
    pattern: `^(?:(?![\\s@<>",])${PRINTABLE})+@[A-Za-z0-9_.-]+(?:, *(?:(?![\\s@<>",])${PRINTABLE})+@[A-Za-z0-9_.-]+)*$`,
    is: 'mail addresses with commas between them',
  },
  /** https://prometheus.io/docs/alerting/latest/configuration/#matcher */
  matcher: {
    pattern: '^[A-Za-z_:][A-Za-z0-9_:]* *(?:=~|!~|!=|=) *(?:"(?:[^"\\\\]|\\\\.)*"|[^\\s"{},=!~\'`\\\\]+)$',
    is: 'a matcher such as `cls="pg-test"` or `alertname=~"Redis.*"`',
  },
  'web-url': {
    pattern: `^https?://(?:(?!\\s)${PRINTABLE})+$`,
    is: 'a URL that begins with `http://` or `https://`',
  },
  /** A line of /etc/hosts, which dnsmasq reads as well. */
  hosts: {
    pattern:
      `^\\s*(?:(?:${IPV4}|${IPV6}|[$][{<][a-z_]+[}>])` +
      `(?:\\s+[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_])?[.]?)+\\s*)?(?:#${PRINTABLE}*)?$`,
    is: 'a line of a hosts file: an address and names with blanks between them',
  },
  /** Names of variables as systemd takes them from a file; it ignores other lines. */
  environment: {
    pattern: `^(?:[ \\t]*(?:[#;]${PRINTABLE}*|[A-Za-z_][A-Za-z0-9_]*=${PRINTABLE}*)?(?:\\r?\\n|$))*$`,
    is: 'lines of `NAME=value`',
  },
  /** Lines that compiler/programs/ judges: a pattern tells only that each is one. */
  'haproxy-server': { pattern: LINE, is: ONE_LINE },
  'haproxy-line': { pattern: LINE, is: ONE_LINE },
  chrony: { pattern: `^(?=.*\\S)${PRINTABLE}+$`, is: 'one line with text in it' },
  encoding: { pattern: LINE, is: ONE_LINE },
  timestamp: { pattern: LINE, is: ONE_LINE },
  date: {
    pattern: '^(?:[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])(?:[ T].*)?|-?infinity)$',
    is: 'a date (YYYY-MM-DD) or `infinity`',
  },
  /** A line `nameserver` of resolv.conf: the resolver skips names. */
  'name-server': {
    pattern: `^(?:${IPV4}|${IPV6}(?:%[A-Za-z0-9_.-]+)?|[$][{<][a-z_]+[}>])$`,
    is: 'the address of a name server',
  },
  nginx: { pattern: `^(?:(?![$])${PRINTABLE})*$`, is: 'one line without `$`, which begins a variable of nginx' },
} as const satisfies Readonly<Record<string, Grammar>>;

const byPattern = new Map<string, string>(Object.values(GRAMMARS).map(({ pattern, is }) => [pattern, is]));

/** What a text is that has to match a pattern of {@link GRAMMARS}. */
export function inWords(pattern: string): string | undefined {
  return byPattern.get(pattern);
}

/** The pattern of that name. */
export function patternOf(name: string): string {
  if (!Object.hasOwn(GRAMMARS, name)) throw new Error(`schemas/ use the grammar ${name}, which does not exist`);
  return GRAMMARS[name as keyof typeof GRAMMARS].pattern;
}

/** Longest text of a grammar in bytes of UTF-8, where characters are not what is counted. */
export function byteLimit(grammar: string | undefined): number {
  return grammar === 'identifier' || grammar === 'schema' ? 63 : Infinity;
}
