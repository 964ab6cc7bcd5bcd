/** Everything at once: from bare hosts to every service answering, and what that costs. */
import { readFileSync } from 'node:fs';
import * as assert from 'uvu/assert';
import { everyoneConverged } from './support/bundle.ts';
import { address, HOSTS, type HostName } from './support/lab.ts';
import { MEMBERS, streaming } from './support/postgres.ts';
import { redis } from './support/redis.ts';
import { scenario } from './support/scenario.ts';

const { lab, step, figure, run } = scenario('deployment');
const PASSWORD = 'Native-x5Rn8Qd';

/** Seconds of CPU that a host has used since its boot: every process that runs and what each has waited for. */
function cpuOf(host: HostName): number {
  return Number(
    lab.exec(host, [
      'sh',
      '-c',
      `cat /proc/[0-9]*/stat 2>/dev/null | awk '{ sub(/.*\\) /, ""); used += $12 + $13 + $14 + $15 } END { print used / 100 }'`,
    ]).stdout,
  );
}

const cpuOfAll = (): number => HOSTS.reduce((sum, host) => sum + cpuOf(host), 0);

step('make -j4 deploy takes four bare hosts to a site that answers on every port', () => {
  lab.build(readFileSync('test/lab/inventories/full.yml', 'utf8'));
  const before = cpuOfAll();
  const outcome = lab.admin(
    ['bash', '-c', 'TIMEFORMAT="cpu %U %S"; time "$@"', 'bash', ...lab.makeCommand('-j4', 'deploy')],
    600,
  );
  assert.is(outcome.code, 0, outcome.output.slice(-4000));
  const [, user, system] = /^cpu ([\d.]+) ([\d.]+)$/m.exec(outcome.output)!;
  const answering = lab.eventually(
    'every service answers',
    60,
    () =>
      streaming(lab, 2) &&
      MEMBERS.every((host) =>
        [5433, 5434, 5436].every(
          (port) =>
            lab
              .psql(
                `host=${address(host)} port=${port} user=app password=App-c8Yd1LmQ dbname=shop connect_timeout=3`,
                'select 1',
              )
              .stdout.trim() === '1',
        ),
      ) &&
      lab
        .psql(
          'host=10.10.10.3 port=5432 user=app password=App-c8Yd1LmQ dbname=shop connect_timeout=3',
          'select pg_is_in_recovery()',
        )
        .stdout.trim() === 'f' &&
      /cluster_state:ok[^]*cluster_known_nodes:6/.test(redis(lab, '10.10.10.11:6379', PASSWORD, 'CLUSTER', 'INFO')) &&
      lab.admin(['curl', '-s', '-o', '/dev/null', '-m', '3', '-w', '%{http_code}', 'http://10.10.10.10/']).stdout ===
        '200' &&
      lab.exec('h11', ['dig', '+short', '+time=2', '@10.10.10.10', 'pg-test']).stdout.trim() === '10.10.10.3',
  );
  figure('everything on four hosts, from nothing: make -j4 deploy', outcome.seconds);
  figure('– until every service answers, after that', answering);
  figure('– CPU of make, ssh and scp', Number(user) + Number(system));
  figure('– CPU of the four hosts, their servers included', cpuOfAll() - before);
});

step('deploying again has nothing to do', () => {
  const before = lab.startTimes();
  const again = lab.make('-j4', 'deploy');
  assert.is(again.code, 0, again.output.slice(-4000));
  assert.not.match(again.output, /changed: /);
  figure('everything on four hosts, nothing changed: make -j4 deploy', again.seconds);
  everyoneConverged(lab);
  assert.is(lab.startTimes(), before);
});

run();
