/**
 * `make deploy` of 200 hosts behind a stand-in for ssh and scp: one host in twenty is dead (a connection fails after ten seconds), one
 * in twenty is slow (two seconds a connection, four when it is at work), the others take a tenth of a second. Compared with the slowest
 * chain: the longest sum of what one host's connections took. What `make` itself costs is processor time, so this is about cores, too.
 *
 * usage: npx tsx test/bench/fleet.ts [HOSTS]
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { benchInventory } from './inventory.ts';

const size = Number(process.argv[2] ?? 200);
const base = mkdtempSync(join(tmpdir(), 'pigstyc-fleet-'));

/** take HOST [AT-WORK]: as long as a connection takes, noted; a dead host ends it. */
const TAKE = `take() {
  cd "\${hosts}/$1" || exit 255
  local seconds=0.1
  case $(<kind) in dead) seconds=10 ;; slow) seconds=\${2:+4} && seconds=\${seconds:-2} ;; esac
  sleep "\${seconds}"
  echo "\${seconds}" >>calls
  if [[ \${seconds} == 10 ]]; then echo "ssh: connect to host $1 port 22: Connection timed out" >&2; exit 255; fi
}
`;

const SSH = `${TAKE}
if [[ $2 == *'bash place/'* ]]; then
  take "$1" work
  echo "apply: $1 converged changed=3 ok=100 restarted=0 pending=0"
  exit
fi
take "$1"
command=\${2//'/etc/machine-id'/machine-id}
exec bash -c "\${command//'chown -hR 0:0'/true}"
`;

const SCP = `${TAKE}
host=\${2%%:*} path=\${2#*:} cwd=\${PWD}
take "\${host}"
cd "\${cwd}" && exec cp -r "$1" "\${hosts}/\${host}/\${path}"
`;

try {
  trial();
} finally {
  rmSync(base, { recursive: true, force: true });
}

function trial(): void {
  writeFileSync(join(base, 'pigsty.yml'), benchInventory(size));
  const words = ['build', join(base, 'pigsty.yml'), '-o', join(base, 'out'), '--quiet', '--demo'];
  const built = spawnSync(process.execPath, ['dist/pigstyc.cjs', ...words], { encoding: 'utf8' });
  if (built.status !== 0) throw new Error(built.stderr);
  const hosts = readdirSync(join(base, 'out/hosts'));
  const kind = (index: number): string => (index % 20 === 7 ? 'dead' : index % 20 === 13 ? 'slow' : 'quick');
  for (const [index, host] of hosts.entries()) {
    mkdirSync(join(base, 'hosts', host), { recursive: true });
    writeFileSync(join(base, 'hosts', host, 'kind'), kind(index));
    writeFileSync(join(base, 'hosts', host, 'machine-id'), `${host}\n`);
  }
  report(hosts, deploy());
}

/** Seconds of wall time, what make printed. */
function deploy(): { readonly seconds: number; readonly output: string } {
  const transport = [`SSH=${standIn('ssh', SSH)}`, `SCP=${standIn('scp', SCP)}`];
  const started = performance.now();
  const done = spawnSync(
    'make',
    ['-C', join(base, 'out'), `-j${size}`, ...transport, 'SUDO=', 'PLACE=place', 'STATE_DIR=state', 'deploy'],
    { encoding: 'utf8', maxBuffer: 2 ** 28 },
  );
  return { seconds: (performance.now() - started) / 1000, output: done.stdout + done.stderr };
}

function report(hosts: readonly string[], { seconds, output }: ReturnType<typeof deploy>): void {
  const chains = hosts.map((host) => {
    const calls = readFileSync(join(base, 'hosts', host, 'calls'), 'utf8')
      .match(/\S+/g)!
      .map(Number);
    return { host, calls: calls.length, seconds: calls.reduce((sum, one) => sum + one, 0) };
  });
  const slowest = chains.reduce((a, b) => (b.seconds > a.seconds ? b : a));
  const failed = /^failed on: (.*)$/m.exec(output)?.[1]?.split(' ') ?? [];
  console.log(
    `${hosts.length} hosts, ${failed.length} failed: ${seconds.toFixed(1)} s = ${(seconds / slowest.seconds).toFixed(2)} x the slowest ` +
      `chain (${slowest.host}: ${slowest.calls} connections, ${slowest.seconds.toFixed(1)} s)`,
  );
}

function standIn(name: string, text: string): string {
  writeFileSync(join(base, name), `#!/bin/bash\nhosts=${base}/hosts\n${text}`, { mode: 0o755 });
  return join(base, name);
}
