/**
 * The functions of the runtime that a plan calls, each with its words as the comment above the bash function has them;
 * a test compares both. The types of the arguments come from the words:
 *
 * - `NAME`: a text; `PORT`, `COUNT`, `NUMBER`: a number
 * - `v3|v2`: one of these words; `FILE|absent`: a text or this word
 * - `CIDR,…`: a list, which becomes one word; `NAME…`: any number of further words
 * - `[drop]`: a word that may be missing; `[DOMAIN NAME]…`: any number of pairs
 */
export const FUNCTIONS = {
  hostname_set: 'NAME',
  timezone_set: 'ZONE',
  selinux_mode: 'enforcing|permissive|disabled',
  selinux_boolean: 'NAME',
  ca_trust: 'FILE',
  tuned_profile: 'NAME',
  ssh_key_ensure: 'USER',
  modules_load: 'MODULE…',
  sysctl_apply: 'FILE',
  hugepages_set: 'COUNT',
  firewall_apply: 'zone|off CIDR,… PORT,…',
  swap_disable: '',
  numa_disable: '',
  network_static: '',
  resolver_add: 'TEXT…',
  repo_exclusive: 'DIR NAME…',
  repo_refresh: '',
  repo_build: 'DIR SOURCES LIST',
  repo_install: 'DIR NAME…',
  uv_venv: 'DIR PACKAGE…',
  etcd_bootstrap: 'NAME PEER_URL ENDPOINT,… DATA new|existing NAME=PEER_URL,… [learner]',
  etcd_auth: 'ENDPOINT v3|v2',
  etcd_members: 'ENDPOINT NAME=PEER_URL,…',
  etcd_pg_user: 'ENDPOINT v3|v2 SCOPE PREFIX PASSWORD_FILE MEMBER…',
  file_reserve: 'PATH SIZE',
  patroni_bootstrap: 'default|pause|remove',
  patroni_dcs: 'FILE',
  pg_home: 'USER HOME FILE…',
  pg_reload_hba: '',
  pg_run_sql: 'DATABASE FILE',
  pg_provision_role: 'NAME FILE|absent',
  pg_provision_database: 'NAME FILE [drop]',
  pgbackrest_stanza: 'local|remote|none full|skip',
  redis_config: 'ACCESS SETTINGS',
  redis_password: 'ACCESS SETTINGS',
  redis_replicaof: 'ACCESS HOST PORT',
  redis_sentinel: 'ACCESS LIST',
  redis_cluster_join: 'ACCESS SEATS',
  minio_provision: 'FILE',
  minio_alias: 'FILE',
  nginx_certs: 'DIR [DOMAIN NAME]…',
  grafana_datasource: 'ACCESS FILE',
} as const;

/** Functions that look at a host before anything on it is changed. */
export const EXPECTATIONS = {
  expect_port: 'PORT PARAMETER UNIT…',
  expect_socket: 'PATH PARAMETER UNIT…',
  expect_stopped: 'UNIT',
  expect_unmoved: 'PARAMETER VALUE FILE EXPRESSION|NUMBER',
} as const;

export type RuntimeFunction = keyof typeof FUNCTIONS;

/** The arguments of a function. */
export type Arguments<F extends RuntimeFunction> = Words<(typeof FUNCTIONS)[F]>;

/** A function with its arguments. */
export type RuntimeCall = { readonly [F in RuntimeFunction]: Called<F, Arguments<F>> }[RuntimeFunction];

/** A function that looks at the host, with its arguments. */
export type Expectation = {
  readonly [F in keyof typeof EXPECTATIONS]: Called<F, Words<(typeof EXPECTATIONS)[F]>>;
}[keyof typeof EXPECTATIONS];

interface Called<F extends string, A extends Argument> {
  readonly fn: F;
  readonly args: A;
}

type Argument = readonly (string | number | readonly (string | number)[])[];

/** A call as its type is written where the function is not yet known. */
export function runtimeCall<F extends RuntimeFunction>(fn: F, ...args: Arguments<F>): RuntimeCall {
  // A function and its arguments are one of the union, which the compiler sees of a single function only.
  return { fn, args } as unknown as RuntimeCall;
}

/** The arguments as words of the shell: a list is one word. */
export function wordsOf(args: Argument): readonly string[] {
  return args.map((argument) => (typeof argument === 'object' ? argument.join(',') : String(argument)));
}

type Words<Text extends string> = Text extends ''
  ? readonly []
  : Text extends `${infer Before} [${string} ${string}]…`
    ? readonly [...Words<Before>, ...(readonly string[])]
    : Text extends `${infer First} ${infer Rest}`
      ? readonly [...Word<First>, ...Words<Rest>]
      : Word<Text>;

type Word<Text extends string> = Text extends `[${infer Inside}]`
  ? readonly [] | readonly [Value<Inside>]
  : Text extends `${infer Inside},…`
    ? readonly [readonly Value<Inside>[]]
    : Text extends `${infer Inside}…`
      ? readonly Value<Inside>[]
      : readonly [Value<Text>];

type Value<Text extends string> = Text extends `${infer One}|${infer Others}`
  ? Value<One> | Value<Others>
  : Text extends 'PORT' | 'COUNT' | 'NUMBER'
    ? number
    : Text extends Uppercase<Text>
      ? string
      : Text;
