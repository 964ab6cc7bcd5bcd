/** The language of HAProxy's configuration, as far as an inventory writes it: https://docs.haproxy.org */
import { didYouMean } from '../words/suggest.ts';
import { each, optionsProblem, unknownWord, wordsOf, type Options, type Problem } from './options.ts';

/** Options of `server` and `default-server`, up to version 3.3. */
const SERVER: Options = {
  ...each(
    'none',
    'agent-check allow-0rtt backup check check-reuse-pool check-send-proxy check-ssl check-via-socks4 ' +
      'disabled enabled force-sslv3 force-tlsv10 force-tlsv11 force-tlsv12 force-tlsv13 no-agent-check ' +
      'no-backup no-check no-check-reuse-pool no-check-send-proxy no-check-ssl no-send-proxy ' +
      'no-send-proxy-v2 no-send-proxy-v2-ssl no-send-proxy-v2-ssl-cn no-ssl no-ssl-reuse no-sslv3 ' +
      'no-renegotiate no-strict-maxconn no-tfo no-tls-tickets no-tlsv10 no-tlsv11 no-tlsv12 no-tlsv13 ' +
      'no-verifyhost non-stick renegotiate send-proxy send-proxy-v2 send-proxy-v2-ssl send-proxy-v2-ssl-cn ' +
      'ssl ssl-reuse stick strict-maxconn tfo tls-tickets',
  ),
  ...each(
    'text',
    'addr agent-addr agent-port agent-send alpn ca-file check-alpn check-pool-conn-name check-proto check-sni ciphers ciphersuites ' +
      'client-sigalgs cookie crl-file crt curves guid hash-key idle-ping init-addr log-bufsize log-proto max-reuse namespace npn ' +
      'pool-conn-name pool-low-conn pool-max-conn port proto proxy-v2-options quic-cc-algo redir resolve-net resolve-opts resolvers ' +
      'set-proxy-v2-tlv-fmt shard sigalgs sni sni-auto socks4 tcp-md5sig track verifyhost maxconn minconn maxqueue cc',
  ),
  ...each('time', 'agent-inter downinter fastinter inter slowstart tcp-ut'),
  'pool-purge-delay': 'text',
  ...each('count', 'error-limit fall rise id'),
  weight: { least: 0, most: 256 },
  ...each('rest', 'source usesrc'),
  'hash-preserve-affinity': ['always', 'maxconn', 'maxqueue'],
  'init-state': ['fully-up', 'up', 'down', 'fully-down'],
  observe: ['none', 'layer4', 'layer7'],
  'on-error': ['fastinter', 'fail-check', 'sudden-death', 'mark-down'],
  'on-marked-down': ['shutdown-sessions'],
  'on-marked-up': ['shutdown-backup-sessions'],
  'resolve-prefer': ['ipv4', 'ipv6'],
  'ssl-max-ver': ['SSLv3', 'TLSv1.0', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'],
  'ssl-min-ver': ['SSLv3', 'TLSv1.0', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'],
  verify: ['none', 'required'],
  ws: ['auto', 'h1', 'h2'],
};

/** First words of lines in a `listen` section. */
const LINES =
  'acl backlog balance bind capture clitcpka-cnt clitcpka-idle clitcpka-intvl compression cookie declare ' +
  'default-server default_backend description disabled dispatch email-alert enabled errorfile errorfiles ' +
  'errorloc errorloc302 errorloc303 error-log-format external-check filter force-be-switch force-persist ' +
  'fullconn guid hash-balance-factor hash-preserve-affinity hash-type http-after-response http-check ' +
  'http-error http-request http-response http-reuse http-send-name-header id ignore-persist ' +
  'load-server-state-from-file log log-format log-format-sd log-steps log-tag max-keep-alive-queue ' +
  'max-session-srv-conns maxconn mode monitor monitor-uri no option persist quic-initial rate-limit ' +
  'redirect retries retry-on server server-state-file-name server-template source srvtcpka-cnt ' +
  'srvtcpka-idle srvtcpka-intvl stats stick stick-table tcp-check tcp-request tcp-response timeout ' +
  'transparent unique-id-format unique-id-header use-server use_backend use-small-buffers';

const OPTIONS =
  'abortonclose accept-invalid-http-request accept-invalid-http-response ' +
  'accept-unsafe-violations-in-http-request accept-unsafe-violations-in-http-response allbackups ' +
  'checkcache clitcpka contstats disable-h2-upgrade dontlog-normal dontlognull external-check forceclose ' +
  'forwardfor forwarded h1-case-adjust-bogus-client h1-case-adjust-bogus-server http-buffer-request ' +
  'http-drop-request-trailers http-drop-response-trailers http-ignore-probes http-keep-alive http-no-delay ' +
  'http-pretend-keepalive http-restrict-req-hdr-names http-server-close http-tunnel http-use-htx ' +
  'http-use-proxy-header httpchk httpclose httplog httpslog idle-close-on-response independent-streams ' +
  'ldap-check log-health-checks log-separate-errors logasap mysql-check nolinger originalto persist ' +
  'pgsql-check prefer-last-server redispatch redis-check smtpchk socket-stats splice-auto splice-request ' +
  'splice-response spop-check srvtcpka ssl-hello-chk tcp-check tcp-smart-accept tcp-smart-connect tcpka ' +
  'tcplog transparent use-small-buffers';

const TIMEOUTS =
  'check client client-fin client-hs connect http-keep-alive http-request queue server server-fin tarpit tunnel ' +
  'clitimeout contimeout srvtimeout';

/** What HAProxy has against options of a server. */
export function serverOptionsProblem(text: string): Problem | undefined {
  return optionsProblem(wordsOf(text), SERVER);
}

/** What HAProxy has against a line of a `listen` section. */
export function listenLineProblem(text: string): Problem | undefined {
  const [first, second, third, ...more] = wordsOf(text);
  if (first === undefined) return undefined;
  const known = LINES.split(' ');
  if (!known.includes(first)) return unknownWord(first, known, 'no-keyword');
  if (first === 'option') return knownName('option', second, OPTIONS);
  if (first === 'default-server') return optionsProblem(wordsOf(text).slice(1), SERVER);
  if (first !== 'timeout') return undefined;
  const problem = knownName('timeout', second, TIMEOUTS);
  if (problem !== undefined) return problem;
  const timeout = second!;
  if (third === undefined) return { found: { problem: 'no-time', timeout } };
  if (!/^\d+(?:us|ms|s|m|h|d)?$/.test(third)) return { found: { problem: 'not-a-time', timeout, value: third } };
  const [word] = more;
  return word === undefined ? undefined : { found: { problem: 'behind-time', word, timeout, time: third } };
}

function knownName(what: 'option' | 'timeout', name: string | undefined, known: string): Problem | undefined {
  if (name === undefined) return { found: { problem: 'needs-name', word: what } };
  const names = known.split(' ');
  if (names.includes(name)) return undefined;
  return { found: { problem: `no-${what}`, word: name }, help: didYouMean(name, names) };
}
