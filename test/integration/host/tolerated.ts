/** Commands whose failure does not stop a run, and why that is right. Everything else must stop it. */
export interface Tolerated {
  readonly command: RegExp;
  readonly reason: string;
  /** What the run has to say about it all the same. */
  readonly noted?: RegExp;
}

const timed = (command: string): RegExp => new RegExp(`^(timeout (\\d+) )?${command}`);

export const TOLERATED: readonly Tolerated[] = [
  { command: /^rm -rf -- \/tmp\/pigstyc\.\d+\./, reason: 'the scratch directory of a run that has ended' },
  {
    command: /^rm -rf -- \S+\/generations\/\.undone$/,
    reason: 'a generation that is out of the way; the next one to go removes it',
  },
  { command: /^nproc$/, reason: 'fewer CPUs than assumed are only noted' },
  { command: /^sleep /, reason: 'a pause between two questions' },
  { command: /^cmp -s /, reason: 'what may differ is written again, with the same content' },
  { command: /^systemctl reset-failed /, reason: 'a unit that has not failed has nothing to forget' },
  {
    command: timed('(checker|curl .*/(health|leader|primary|cluster|config|members|minio/health/cluster|api/health))'),
    reason: 'a condition that is waited for: it is asked again',
  },
  {
    command: timed('(env .*)?apt-get .* install '),
    reason: 'the index may be old: it is read again, then the packages are asked for again; optional ones are noted',
  },
  {
    command: timed('(env .*)?apt-get .* update'),
    reason: 'without a new index optional packages are noted as not available',
  },
  {
    command: timed('\\S*psql .* SELECT (string_agg\\(name|name \\|\\||EXISTS)'),
    reason: 'a condition that is waited for: it is asked again',
  },
  { command: timed('redis-cli .* CLUSTER (INFO|NODES)$'), reason: 'a condition that is waited for: it is asked again' },
  {
    command: timed('redis-cli .* PING$'),
    reason: 'a cluster is completed by a run that finds all members',
    noted: /note: the cluster is completed when all members answer; not yet: /,
  },
  {
    command: timed('redis-cli .* PING$'),
    reason: 'a watched server that does not answer is for its sentinel to notice',
    noted: /redis-6379 watches main/,
  },
  {
    command: timed('redis-cli .* ROLE$'),
    reason: 'a primary that does not answer is followed by a later run',
    noted: /note: .* should follow .*, which does not answer/,
  },
  {
    command: timed('etcdctl .*(user list|endpoint health)'),
    reason: 'a condition that is waited for: it is asked again',
  },
  {
    command: /^env LC_ALL=C \S*pg_controldata /,
    reason: 'without the identity of its data a server is not asked: the question is repeated',
  },
  {
    command: timed('etcdctl .*member add'),
    reason: 'the cluster takes one member when those it has run: it is asked again',
  },
  {
    command: timed('env LC_ALL=C bash -c exec 3<>/dev/tcp/'),
    reason: 'a host that does not answer stops a member without data, or is asked again',
  },
  {
    command: timed('etcdctl .*(role get|user get)'),
    reason: 'a question: without an answer the user or role is made, which etcd refuses when it is there',
  },
  {
    command: timed('curl .* GET .*/v2/auth/(enable|roles)'),
    reason: 'a question: without an answer it is put, which changes nothing when it is there',
  },
  {
    command: timed('mcli .*(alias list|stat|version info|policy info|user info)'),
    reason: 'a question: without an answer the thing is made again as it is',
  },
  { command: /^fallocate /, reason: 'a file system that cannot allocate gets an empty file' },
  { command: timed('uv '), reason: 'a convenience for operators: a failure is noted' },
  { command: /^getsebool /, reason: 'a switch that this policy does not have' },
  { command: /^systemd-detect-virt /, reason: 'not known to be a container: what it is denied is an error' },
  { command: /^grubby --info/, reason: 'a question: without an answer the same argument is set again' },
];
