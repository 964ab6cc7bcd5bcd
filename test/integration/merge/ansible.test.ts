/** Merged variables and groups equal those of `ansible-inventory --list`, for one probe of every rule and several files. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { compareWithAnsible, hasAnsible } from '../../native/ansible-inventory.ts';

const PROBES: Readonly<Record<string, readonly string[]>> = {
  'group order': [
    `
all:
  vars: { a: all, b: all, c: all }
  children:
    zz: { hosts: { h1: , h2: }, vars: { a: zz, b: zz } }
    parent:
      vars: { a: parent, c: parent }
      children:
        kid: { hosts: { h1: }, vars: { a: kid } }
        Kid: { hosts: { h1: , h3: }, vars: { a: Kid } }
        grand: { children: { kid: , deep: { hosts: { h2: { b: host } } } } }
    pg-x: { hosts: { h3: }, vars: { d: dash } }
    pg_x: { hosts: { h3: }, vars: { d: under } }
    pg10: { hosts: { h3: }, vars: { e: ten, ansible_group_priority: 5 } }
    pg9: { hosts: { h3: }, vars: { e: nine } }
`,
  ],
  'values and ranges': [
    `
g:
  vars: { i: 0640, s: 1:30, f: 1.10, y: y, n: no, e: 1e3, l: [1, a: b], m: { 6379: { x: ~ }, yes: 1 }, t: '2030-01-01', q: "it's" }
  hosts:
    10.10.10.[1:3]: { v: range }
    n-[08:11]:
    s[1:9:4]y[a:b]: { w: 1 }
    p1:2222: { x: 1 }
    p1:3333: { z: 1 }
    2001:db8::3: {}
    '[2001:db8::2]:22': {}
one: { hosts: single }
empty:
nothing: { hosts: , vars: , children: }
`,
  ],
  'several files': [
    `
all: { hosts: { loose: { a: 1 }, b1: }, vars: { x: 1, r: { keep: 1 } }, children: { b: { hosts: { b1: { k: first, o: \
1 } }, vars: { g: 1, r: { b: 1 } } } } }
`,
    `
b: { vars: { g: 2 }, hosts: { b2: } }
ungrouped: { vars: { u: 1 }, hosts: { b1: , late: } }
c: { children: { b: }, hosts: { b1: { k: second } }, vars: { g: c, x: c } }
all: { vars: { x: 2 } }
`,
  ],
  'anchors and merge keys': [
    `
a: { vars: &v { x: 1, y: { z: 2 } }, hosts: { h1: &h { p: 1 } } }
b: { vars: { <<: *v, x: 3 }, hosts: { h2: *h, h3: { <<: *h, p: 2 } } }
`,
  ],
  'a cycle': ['a: { children: { b: { children: { a: } } } }\n'],
  'hosts as a list': ['a: { hosts: [h] }\n'],
  'a bracketed address without port': ["a: { hosts: { '[2001:db8::1]': } }\n"],
  'ranges of unequal width': ["a: { hosts: { 'n[01:1]': } }\n"],
  'a number as host': ['a: { hosts: { 10.10: } }\n'],
  'a number as group': ['5: { hosts: { h: } }\n'],
  'host variables that are no map': ['a: { hosts: { h: 5 } }\n'],
  'a priority that is no number': ['a: { vars: { ansible_group_priority: high }, hosts: { h: } }\n'],
};

const available = hasAnsible();
if (!available) console.log('skip: comparison with ansible-inventory: no ansible-inventory');

for (const [name, texts] of Object.entries(PROBES)) {
  test(name, () => {
    if (!available) return;
    const dir = mkdtempSync(join(tmpdir(), 'pigstyc-'));
    try {
      const files = texts.map((text, i) => {
        const file = join(dir, `${i}.yml`);
        writeFileSync(file, text);
        return file;
      });
      assert.equal(compareWithAnsible(files), []);
    } finally {
      rmSync(dir, { recursive: true });
    }
  });
}

test.run();
