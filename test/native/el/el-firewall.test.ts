/** Firewall of an EL host: the emitted apply.sh with the real firewalld, whose rules a second machine feels. */
import { suite, type Context } from 'uvu';
import * as assert from 'uvu/assert';
import type { Outcome } from '../node/checker.ts';
import { calls, ElHost, ends, nodeSite, obstacle } from './host.ts';

/** Starts and stops the real daemon where the stand-in of systemd is asked to, and remembers that it has. */
const SYSTEMCTL = `#!/bin/bash
case "$*" in
  'enable --now'*firewalld) firewalld && timeout 30 bash -c 'until firewall-cmd -q --state; do sleep 0.1; done' ;;
  'disable --now'*firewalld) kill "$(</run/firewalld.pid)" ;;
esac
exec /usr/bin/systemctl.fake "$@"
`;
/** A second machine, 192.0.2.9, at the other end of a cable. */
const CABLE = `set -e
mv /usr/bin/systemctl /usr/bin/systemctl.fake && mv /usr/bin/systemctl.real /usr/bin/systemctl
mkdir -p /run/dbus && rm -f /run/dbus/pid /run/dbus/system_bus_socket && dbus-daemon --system --fork
ip netns add other
ip link add cable type veth peer name cable netns other
ip addr add 192.0.2.1/24 dev cable && ip link set cable up
ip -n other addr add 192.0.2.9/24 dev cable && ip -n other link set cable up
`;

interface World extends Context {
  host: ElHost;
}

function firewall(
  host: ElHost,
  networks: readonly string[],
  ports: readonly number[],
  ...options: readonly string[]
): Outcome {
  const vars = { node_firewall_mode: 'zone', node_firewall_intranet: networks, node_firewall_public_port: ports };
  return host.apply(nodeSite(host.release, vars), calls('firewall_apply'), ...options);
}

/** Whether the other machine reaches a port. */
function reaches(host: ElHost, port: number): boolean {
  const code = `import socket; socket.create_connection(("192.0.2.1", ${port}), 3)`;
  return host.run(['ip', 'netns', 'exec', 'other', 'python3', '-c', code]).code === 0;
}

const test = suite<World>('firewall on EL');
const why = obstacle(['firewalld', 'firewall-cmd', 'dbus-daemon', 'python3']);
if (why === undefined) {
  test.before((world) => {
    world.host = new ElHost('9.6');
    world.host.write('/usr/bin/systemctl.real', SYSTEMCTL, 0o755);
    ends(world.host.run(['bash', '-c', CABLE]), 0);
    for (const port of [80, 8080]) world.host.start('python3', '-m', 'http.server', String(port));
  });
  test.after(({ host }) => host.close());

  test('firewalld is started, networks are trusted, ports open, and nothing again', ({ host }) => {
    ends(
      firewall(host, ['10.0.0.0/8', '198.51.100.0/24'], [22, 80, 8080], '--check'),
      2,
      'would change: started firewalld',
    );
    ends(
      firewall(host, ['10.0.0.0/8', '198.51.100.0/24'], [22, 80, 8080]),
      0,
      'changed: started firewalld',
      'changed: firewall trusts 198.51.100.0/24',
      'changed: firewall opens 8080',
    );
    ends(firewall(host, ['10.0.0.0/8', '198.51.100.0/24'], [22, 80, 8080]), 0, 'changed=0');
    assert.ok(reaches(host, 80));
    assert.ok(reaches(host, 8080));
  });

  test('what is no longer declared is closed, what somebody else has opened stays', ({ host }) => {
    const own = ['firewall-cmd', '-q', '--permanent', '--zone=public', '--add-port=9999/tcp'];
    ends(host.run(own), 0);
    ends(
      firewall(host, ['10.0.0.0/8'], [22, 80]),
      0,
      'changed: firewall closes 8080',
      'changed: firewall no longer trusts 198.51.100.0/24',
    );
    assert.ok(reaches(host, 80));
    assert.not.ok(reaches(host, 8080));
    const listed = (zone: string, what: string): string =>
      host.run(['firewall-offline-cmd', `--zone=${zone}`, `--list-${what}`]).output.trim();
    assert.is(listed('public', 'ports'), '22/tcp 80/tcp 9999/tcp');
    assert.is(listed('trusted', 'sources'), '10.0.0.0/8');
    ends(firewall(host, ['10.0.0.0/8'], [22, 80]), 0, 'changed=0');
  });

  test('a running firewall that somebody has changed is seen and loads its rules again', ({ host }) => {
    ends(host.run(['firewall-cmd', '-q', '--zone=public', '--remove-port=80/tcp']), 0);
    assert.not.ok(reaches(host, 80));
    ends(firewall(host, ['10.0.0.0/8'], [22, 80], '--check'), 2, 'would change: firewalld loads its rules');
    ends(firewall(host, ['10.0.0.0/8'], [22, 80]), 0, 'changed: firewalld loads its rules');
    assert.ok(reaches(host, 80));
  });

  test('node_firewall_mode: off stops it', ({ host }) => {
    const off = nodeSite(host.release, { node_firewall_mode: 'off' });
    ends(host.apply(off, calls('firewall_apply')), 0, 'changed: stopped firewalld');
    assert.ok(reaches(host, 8080));
    ends(host.apply(off, calls('firewall_apply')), 0, 'changed=0');
  });
} else console.log(`skip: firewall on EL: ${why}`);

test.run();
