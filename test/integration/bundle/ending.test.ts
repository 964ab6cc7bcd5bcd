/** Hosts are told which clusters there are; what ends and has to wait for other hosts is visited again by the same deployment. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { suite, type Context } from 'uvu';
import * as assert from 'uvu/assert';
import { build } from './build.ts';

interface World extends Context {
  out: string;
}

const test = suite<World>('a cluster that ends');
test.before.each((world) => {
  world.out = join(mkdtempSync(join(tmpdir(), 'pigstyc-out-')), 'out');
});
test.after.each(({ out }) => rmSync(dirname(out), { recursive: true }));

const KNOWN = '--clusters=pg-standby,pg-main,etcd';

/** A site of which the first host leads something that ends: it waits as long as the third one was not visited. */
function deployments(out: string): {
  deploy(...words: readonly string[]): string;
  visits(host: string): readonly string[];
} {
  const base = dirname(out);
  const log = join(base, 'log');
  const ssh = join(base, 'ssh');
  writeFileSync(
    ssh,
    `#!/bin/bash
case $2 in *bash\\ *apply.sh\\ *) ;; *) exit 0 ;; esac
echo "$1 \${2##*apply.sh }" >>${log}
pending=0; [[ $1 == 10.0.0.1 && ! -e ${base}/ended && $2 == *gone* ]] && pending=1
[[ $1 == 10.0.0.3 && $2 == *gone* && $2 == *allow-restart* ]] && touch ${base}/ended
echo "apply: $1 converged changed=0 ok=1 restarted=0 pending=$pending"
`,
    { mode: 0o755 },
  );
  return {
    deploy: (...words) => {
      rmSync(log, { force: true });
      const place = [`SSH=${ssh}`, 'SCP=true', 'SUDO=', 'PLACE=place'];
      const done = spawnSync('make', ['-C', out, ...place, 'deploy', ...words], { encoding: 'utf8', timeout: 60_000 });
      assert.is(done.status, 0, done.stdout + done.stderr);
      return done.stdout;
    },
    visits: (host) =>
      readFileSync(log, 'utf8')
        .split('\n')
        .filter((line) => line.startsWith(`${host} `))
        .map((line) => line.slice(host.length).trim().replace(/ +/g, ' ')),
  };
}

test('what waits for other hosts is visited again, once and with leave only', ({ out }) => {
  build(out, { stages: { '10.0.0.1': ['monitor'], '10.0.0.2': ['monitor'], '10.0.0.3': ['monitor'] } });
  const { deploy, visits } = deployments(out);
  deploy();
  assert.equal(visits('10.0.0.1').slice(-1), ['--stage monitor,gone']);
  assert.match(visits('10.0.0.1')[0]!, /^--stage node$/);
  const table = deploy('FLAGS=--allow-restart');
  assert.is(visits('10.0.0.1').at(-1), `${KNOWN} --allow-restart`, 'all stages of the host');
  assert.equal(
    visits('10.0.0.2').filter((words) => !words.startsWith('--stage')),
    [],
    'nobody else',
  );
  const rows = table.split('\n').filter((line) => /^(all|monitor) /.test(line));
  assert.ok(rows.length > 0);
  assert.not.match(rows.join('\n'), 'pending=1');
});

test.run();
