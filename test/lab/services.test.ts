/** What stands around the databases: a balanced service behind a virtual address, portal, names, metrics, alerts. */
import { readFileSync } from 'node:fs';
import * as assert from 'uvu/assert';
import { counts, everyoneConverged } from './support/bundle.ts';
import { address, HOSTS, type HostName } from './support/lab.ts';
import { startObjectStore, stopObjectStore } from './support/object-store.ts';
import { scenario } from './support/scenario.ts';

const { lab, step, figure, run } = scenario('services');
const INVENTORY = readFileSync('test/lab/inventories/object-store.yml', 'utf8');
const STORES = ['h11', 'h12', 'h13'] as const;
const VIP = '10.10.10.4';
const STORE = `https://${VIP}:9002/`;

/** How a client asks that trusts the site's authority and nobody else, and whose names lead to the portal. */
const CURL = [
  'curl',
  '-sS',
  '-m',
  '10',
  '--cacert',
  `${lab.directory}/pki/ca/ca.crt`,
  ...['i.pigsty', 'm.pigsty', 's3.pigsty', 'd.pigsty'].flatMap((name) =>
    ['80', '443'].flatMap((port) => ['--resolve', `${name}:${port}:10.10.10.10`]),
  ),
];

const ask = (url: string, ...options: readonly string[]): string => lab.admin([...CURL, ...options, url], 15).stdout;
const status = (url: string, ...options: readonly string[]): string =>
  ask(url, '-o', '/dev/null', '-w', '%{http_code}', ...options);

/** The hosts whose servers answer a dozen clients of the virtual address, or of the service on another host. */
function answering(host = VIP): string {
  const answers = lab
    .admin(
      [
        'bash',
        '-c',
        'for ((i = 0; i < 12; i++)); do "$@" || echo nobody; done',
        'bash',
        ...CURL,
        '--connect-to',
        `::${host}:`,
        STORE,
      ],
      150,
    )
    .stdout.trim()
    .split('\n');
  return [...new Set(answers.map((line) => /^on (\w+)/.exec(line)?.[1] ?? 'nobody'))].sort().join();
}

function holders(): readonly HostName[] {
  return STORES.filter((host) => lab.exec(host, ['ip', '-br', 'address', 'show', 'eth1']).stdout.includes(`${VIP}/`));
}

function heldBy(...hosts: readonly HostName[]): boolean {
  const [first, ...others] = holders();
  return first !== undefined && hosts.includes(first) && others.length === 0 && ask(STORE).startsWith('on ');
}

/** Alerts about hosts that are down, as the alert router shows them through the portal: `NAME ADDRESS STATE`. A busy machine has others. */
function alerts(): readonly string[] {
  const answer = ask('https://i.pigsty/alertmgr/api/v2/alerts');
  if (!answer.startsWith('[')) return [`no answer: ${answer}`];
  const list = JSON.parse(answer) as readonly {
    readonly labels: Readonly<Record<string, string>>;
    readonly status: { readonly state: string };
  }[];
  return list
    .map(({ labels, status: { state } }) => `${labels['alertname']} ${labels['ip']} ${state}`)
    .filter((alert) => /^(Node|Haproxy)Down /.test(alert));
}

step('make deploy: three servers behind one address, which the declared master holds', () => {
  lab.build(INVENTORY);
  for (const [i, host] of STORES.entries()) startObjectStore(lab, host, `minio-${i + 1}`);
  const outcome = lab.make('-j4', 'deploy');
  assert.is(outcome.code, 0, outcome.output.slice(-4000));
  lab.eventually('the master holds the address', 60, () => heldBy('h11'));
  for (const host of STORES)
    lab.eventually(`all servers answer through ${host}`, 90, () => answering(address(host)) === 'h11,h12,h13');
});

step('a second apply writes nothing, restarts nothing', () => {
  const before = lab.startTimes();
  everyoneConverged(lab);
  assert.is(lab.startTimes(), before);
});

step('a dead server is taken out of the service and comes back into it', () => {
  stopObjectStore(lab, 'h12');
  figure(
    'until a dead server gets no requests',
    lab.eventually('only the others answer', 60, () => answering() === 'h11,h13'),
  );
  startObjectStore(lab, 'h12', 'minio-2');
  // A server that returned has one connection at first: it takes its share over thirty seconds.
  lab.eventually('it answers again', 90, () => answering().includes('h12'));
});

step(
  'the portal: every domain with a certificate of the site, web sockets passed on, a directory, no other names',
  () => {
    assert.match(ask('https://i.pigsty/'), /<html/i);
    assert.is(status('http://i.pigsty/'), '200');
    lab.exec('h10', ['sh', '-c', 'mkdir -p /www/docs && echo manual >/www/docs/index.txt']);
    assert.match(ask('https://d.pigsty/'), /index\.txt/);
    for (const name of ['m.pigsty', 's3.pigsty']) {
      const upgraded = ask(`https://${name}/chat`, '-H', 'Connection: Upgrade', '-H', 'Upgrade: websocket');
      assert.match(
        upgraded,
        new RegExp(`^on h1\\d upgrade=websocket connection=upgrade proto=https host=${name}`),
        name,
      );
    }
    assert.match(ask('https://m.pigsty/'), /upgrade= connection=/);
    assert.is(
      lab.admin([
        'curl',
        '-s',
        '-m',
        '10',
        '-o',
        '/dev/null',
        'https://i.pigsty/',
        '--resolve',
        'i.pigsty:443:10.10.10.10',
      ]).code,
      60,
      'who does not know the authority is told so',
    );
  },
);

step('names: the virtual address, static records, what is not known is not invented', () => {
  const name = (wanted: string): string =>
    lab.exec('h11', ['dig', '+short', '+time=2', '@10.10.10.10', wanted]).stdout.trim();
  assert.is(name('minio'), VIP);
  assert.is(name('i.pigsty'), '10.10.10.10');
  assert.is(name('nobody.pigsty'), '');
});

step('metrics: every target of every host is up', () => {
  lab.eventually('every target is up', 120, () => {
    const answer = ask('https://i.pigsty/vmetrics/api/v1/targets?state=active');
    const targets = answer.startsWith('{')
      ? (
          JSON.parse(answer) as {
            data: { activeTargets: readonly { health: string; labels: Readonly<Record<string, string>> }[] };
          }
        ).data.activeTargets
      : [];
    return (
      targets.length >= 10 &&
      targets.every(({ health }) => health === 'up') &&
      HOSTS.every((host) => targets.some(({ labels }) => labels['ip'] === address(host)))
    );
  });
  lab.eventually('no host is reported down', 120, () => alerts().length === 0);
});

step('HAProxy stops on the holder: the address moves, and with preemption it returns', () => {
  lab.exec('h11', ['systemctl', 'stop', 'haproxy']);
  figure(
    'until the address has left a host whose HAProxy stopped',
    lab.eventually('another host serves the address', 60, () => heldBy('h12', 'h13')),
  );
  lab.exec('h11', ['systemctl', 'start', 'haproxy']);
  lab.eventually('the master takes it back', 60, () => heldBy('h11'));
});

step('vip_preempt is turned off without moving the address', () => {
  lab.build(INVENTORY.replace('vip_preempt: true', 'vip_preempt: false'));
  const outcome = lab.make('-j4', 'deploy');
  assert.is(outcome.code, 0, outcome.output.slice(-4000));
  assert.match(outcome.output, /reloaded keepalived/);
  lab.eventually('it is where it was', 60, () => heldBy('h11'));
});

step('the host that holds the address is lost: the address moves within seconds, an alert fires', () => {
  lab.power('crash', 'h11');
  const started = performance.now();
  lab.eventually('another host serves the address', 60, () => ask(STORE).startsWith('on '));
  figure('service outage when the holder of the address is lost', (performance.now() - started) / 1000);
  assert.is(holders().length, 1);
  lab.eventually('the alert has reached the router', 240, () => alerts().includes('NodeDown 10.10.10.11 active'));
  figure('until the alert of a lost host has reached the router', (performance.now() - started) / 1000);
  lab.eventually('what follows from it is not reported again', 60, () =>
    alerts().includes('HaproxyDown 10.10.10.11 suppressed'),
  );
  lab.eventually('no other host is reported', 60, () => alerts().every((alert) => alert.includes(' 10.10.10.11 ')));
});

step('the host returns: without preemption the address stays, the alert is resolved', () => {
  const [holder] = holders();
  lab.start(['h11']);
  startObjectStore(lab, 'h11', 'minio-1');
  figure(
    'until the alert of a returned host is resolved',
    lab.eventually('the alert is resolved', 180, () => alerts().length === 0),
  );
  lab.eventually('all servers answer', 90, () => answering() === 'h11,h12,h13');
  assert.equal(holders(), [holder]);
  for (const host of HOSTS) {
    const outcome = lab.apply(host);
    assert.equal([outcome.code, counts(outcome.output).restarted], [0, 0], outcome.output);
  }
  assert.equal(holders(), [holder]);
});

run();
