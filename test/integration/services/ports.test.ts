/** What the emitted files make programs listen on is what `pigstyc ports` says: on every host of every scenario. */
import { readdirSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Modelled } from '../../../compiler/build/model.ts';
import { compileFiles } from '../../../compiler/compile.ts';
import { nodeHost } from '../../../compiler/host/host.ts';
import { CheckContext } from '../../../compiler/phases/5-check/context.ts';
import { listeners } from '../../../compiler/phases/5-check/listeners.ts';
import { renderScenario } from '../../support/scenario.ts';

/** How a file says where its program listens: path, and a pattern whose groups are ports. Each has to be met. */
const LISTENS: readonly (readonly [path: RegExp, pattern: RegExp])[] = [
  [/\/etc\/haproxy\/.*\.cfg$/, /^\s*bind \S*:(\d+)/gm],
  [/\/etc\/nginx\/.*\.conf$/, /^\s*listen (?:\S+:)?(\d+)/gm],
  [/\/etc\/default\/[\w-]+$/, /--(?:web|cluster)\.listen-address=\S*?:(\d+)/g],
  [/\/etc\/default\/[\w-]+$/, /-httpListenAddr=\S*?:(\d+)/g],
  [/\/etc\/default\/[\w-]+$/, /--(?:console-)?address :(\d+)/g],
  [/\/etc\/default\/redis_exporter$/, /ADDRESS=\S*?:(\d+)/g],
  [/\/etc\/dnsmasq\.conf$/, /^port=(\d+)/gm],
  [/\/etc\/etcd\/etcd\.conf$/, /^listen-(?:client|peer)-urls: https?:\/\/[^:,]+:(\d+)/gm],
  [/\/etc\/grafana\/grafana\.ini$/, /^(?:http_)?port = (\d+)/gm],
  [/\/etc\/pgbouncer\/pgbouncer\.ini$/, /^listen_port = (\d+)/gm],
  [/\/pg\/conf\/[\w-]+\.yml$/, /^\s*listen: \S*?:(\d+)/gm],
  [/\/etc\/vector\/vector\.yaml$/, /^\s*address: 0\.0\.0\.0:(\d+)/gm],
  [/\/etc\/redis\/[^/]+\.conf$/, /^port (\d+)/gm],
];

const met = new Set<RegExp>();

function emitted(modelled: Modelled): ReadonlyMap<string, ReadonlyMap<number, string>> {
  const byHost = new Map<string, Map<number, string>>();
  for (const [path, text] of renderScenario(modelled, [])) {
    const host = path.split('/')[0]!;
    const ports = byHost.get(host) ?? new Map<number, string>();
    byHost.set(host, ports);
    for (const [file, pattern] of LISTENS) {
      if (!file.test(path)) continue;
      for (const [, port] of text.matchAll(pattern)) {
        met.add(pattern);
        ports.set(Number(port), path);
      }
    }
  }
  return byHost;
}

let found = 0;
for (const scenario of readdirSync('fixtures/ok')) {
  test(scenario, async () => {
    const files = readdirSync(`fixtures/ok/${scenario}`)
      .filter((name) => name.endsWith('.yml'))
      .sort()
      .map((name) => `fixtures/ok/${scenario}/${name}`);
    const compilation = compileFiles(nodeHost(), { files });
    const checked = compilation.checked();
    const context = new CheckContext(checked.resolved!, { platform: checked.platform });
    for (const [host, ports] of emitted((await compilation.modelled())!)) {
      const known = new Set([...listeners(context, context.host(host)!)].map(({ port }) => port));
      assert.equal(
        [...ports].filter(([port]) => !known.has(port)),
        [],
        host,
      );
      found += ports.size;
    }
  });
}

test('every pattern was met', () => {
  assert.ok(found > 200, String(found));
  assert.equal(
    LISTENS.filter(([, pattern]) => !met.has(pattern)).map(([file, pattern]) => `${file} ${pattern}`),
    [],
  );
});

test.run();
