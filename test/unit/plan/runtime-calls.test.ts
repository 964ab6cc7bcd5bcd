/** The functions that a plan calls are those of the runtime, with the words that stand above each. */
import { readFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { RUNTIME_PARTS } from '../../../emitters/host/library.ts';
import { EXPECTATIONS, FUNCTIONS, wordsOf, type RuntimeCall } from '../../../emitters/runtime-calls.ts';

const test = suite('calls of the runtime');

const DECLARED: Readonly<Record<string, string>> = { ...FUNCTIONS, ...EXPECTATIONS };

/** What apply.sh calls of itself, because of another kind of step, or as the command of a probe. */
const SCRIPT = [
  ...['begin', 'confirm_purge', 'expectations_met', 'finish', 'load_bundle', 'may_leave'],
  ...['expect_host', 'expect_interface', 'expect_memory', 'expect_os'],
  ...['dir', 'group_ensure', 'identity', 'package_install', 'user_ensure'],
  ...['dns_answers', 'http_answers', 'https_answers', 'nginx_reads', 'vip_held'],
  // By the module that `identity` names.
  ...['identity_of_etcd', 'identity_of_minio', 'identity_of_pgsql'],
];

/** Words behind the name in the first line of the comment above a function; undefined without such a line. */
function headers(text: string): ReadonlyMap<string, string | undefined> {
  const lines = text.split('\n');
  return new Map(
    lines.flatMap((line, at): (readonly [string, string | undefined])[] => {
      const name = /^([a-z]\w*)\(\) /.exec(line)?.[1];
      if (name === undefined) return [];
      let first = at;
      while (lines[first - 1]?.startsWith('#') === true) first--;
      const header = lines.slice(first, at).find((comment) => new RegExp(`^# ${name}(?![\\w])`).test(comment));
      const words = header === undefined ? [] : header.slice(`# ${name}`.length).split(/:(?: |$)/);
      return [[name, words[0]?.trim()]];
    }),
  );
}

const functions = new Map(RUNTIME_PARTS.flatMap((name) => [...headers(readFileSync(name, 'utf8'))]));

test('each has the words of the header of its function', () => {
  assert.ok(functions.size > 200);
  for (const [name, words] of Object.entries(DECLARED)) assert.is(functions.get(name), words, name);
});

test('what no other function of the runtime calls, a plan can call', () => {
  const called = new Set<string>();
  for (const name of RUNTIME_PARTS) {
    const text = readFileSync(name, 'utf8').replace(/^\s*#.*$/gm, '');
    for (const [, word] of text.matchAll(/(?<![\w-])([a-z]\w*)(?!\w|\(\))/g)) called.add(word!);
  }
  const unknown = [...functions.keys()].filter((name) => !called.has(name) && !(name in DECLARED));
  assert.equal(
    unknown.filter((name) => !SCRIPT.includes(name)),
    [],
  );
});

test('a list is one word, also when it is empty', () => {
  const call: RuntimeCall = {
    fn: 'etcd_bootstrap',
    args: ['etcd-1', 'https://a:2380', ['https://b:2379', 'https://c:2379'], '/data', 'new', []],
  };
  assert.equal(wordsOf(call.args), ['etcd-1', 'https://a:2380', 'https://b:2379,https://c:2379', '/data', 'new', '']);
});

test('the compiler refuses other words', () => {
  // @ts-expect-error: not one of v3 and v2
  const word: RuntimeCall = { fn: 'etcd_auth', args: ['https://a:2379', 'v4'] };
  // @ts-expect-error: one word too many
  const more: RuntimeCall = { fn: 'patroni_dcs', args: ['/a.yml', '/b.yml'] };
  // @ts-expect-error: a number is wanted
  const text: RuntimeCall = { fn: 'hugepages_set', args: ['many'] };
  // @ts-expect-error: a list is wanted
  const list: RuntimeCall = { fn: 'etcd_members', args: ['https://a:2379', 'a=https://a:2380'] };
  assert.equal(
    [word, more, text, list].map(({ fn }) => fn),
    ['etcd_auth', 'patroni_dcs', 'hugepages_set', 'etcd_members'],
  );
});

test.run();
