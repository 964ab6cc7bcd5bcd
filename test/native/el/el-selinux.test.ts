/** SELinux of an EL host: the emitted apply.sh, the library that reads its mode, and the tool that stores a boolean in a policy. */
import { suite, type Context } from 'uvu';
import * as assert from 'uvu/assert';
import type { Outcome } from '../node/checker.ts';
import { calls, ElHost, ends, nodeSite, obstacle } from './host.ts';

/** The smallest policy with the boolean that we switch; that of EL has it, that of Debian does not. */
const POLICY = `(handleunknown allow)
(mls false)
(class file (read))
(classorder (file))
(sid kernel)
(sidorder (kernel))
(user u)
(role r)
(type t)
(sensitivity s0)
(sensitivityorder (s0))
(category c0)
(categoryorder (c0))
(sensitivitycategory s0 (c0))
(level low (s0))
(levelrange range (low low))
(userlevel u low)
(userrange u range)
(userrole u r)
(roletype r t)
(sidcontext kernel (u r t range))
(allow t self (file (read)))
(boolean haproxy_connect_any false)
`;
const STORED = '/var/lib/selinux/el/active/booleans.local';
/** What the kernel would be asked; this one has no SELinux. */
const GETSEBOOL = `#!/bin/sh
if grep -qs "^$1=1" ${STORED}; then echo "$1 --> on"; else echo "$1 --> off"; fi
`;
const CONFIG = '/etc/selinux/config';

interface World extends Context {
  host: ElHost;
}
const test = suite<World>('SELinux on EL');
const why = obstacle(['getenforce', 'getsebool', 'setsebool', 'semodule', '/usr/bin/python3']);
if (why === undefined) {
  test.before((world) => {
    world.host = new ElHost('10.0');
  });
  test.after(({ host }) => host.close());

  test('the library of SELinux reads the mode that the inventory names', ({ host }) => {
    const MODES = { disabled: -1, permissive: 0, enforcing: 1 };
    const read = ['/usr/bin/python3', '-c', 'import selinux; print(selinux.selinux_getenforcemode())'];
    const apply = (mode: string): Outcome =>
      host.apply(nodeSite(host.release, { node_selinux_mode: mode }), calls('selinux_mode'));
    host.write(CONFIG, '# no mode\nSELINUXTYPE=targeted\n');
    for (const [mode, code] of Object.entries(MODES)) {
      ends(apply(mode), 0, `changed: SELinux ${mode} from the next boot`);
      assert.is(host.run(read).output.trim(), `[0, ${code}]`);
    }
    ends(apply('enforcing'), 0, 'changed=0');
    assert.is(host.read(CONFIG), '# no mode\nSELINUXTYPE=targeted\nSELINUX=enforcing\n');
  });

  test('the boolean for HAProxy is switched in the policy that the next boot loads', ({ host }) => {
    const apply = (): Outcome => host.apply(nodeSite(host.release, {}), calls('selinux_boolean'));
    host.write(CONFIG, 'SELINUX=permissive\nSELINUXTYPE=el\n');
    host.write('/etc/selinux/base.cil', POLICY);
    const made = 'mkdir -p /etc/selinux/el/contexts/files /var/lib/selinux/el && semodule -N -i /etc/selinux/base.cil';
    ends(host.run(['sh', '-c', made]), 0);
    // The real getsebool says that SELinux is off.
    ends(apply(), 0, 'changed=0');
    assert.not.ok(host.has(STORED));
    host.write('/usr/sbin/getsebool', GETSEBOOL, 0o755);
    ends(apply(), 0, 'changed: SELinux allows haproxy_connect_any');
    assert.match(host.read(STORED), 'haproxy_connect_any=1');
    ends(apply(), 0, 'changed=0');
  });
} else console.log(`skip: SELinux on EL: ${why}`);

test.run();
