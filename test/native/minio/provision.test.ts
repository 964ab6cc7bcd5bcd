import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import '../../package-text.ts';
import { minioEmitter } from '../../../emitters/minio/index.ts';
import { filesOf, stepsOf } from '../../unit/infra/fleet.ts';
import { testSite } from '../../unit/pgsql/site.ts';
import { nativeTest } from '../node/checker.ts';

const test = suite('provisioning of object storage');
const ROOT = new URL('../../../', import.meta.url).pathname;

/**
 * No archive has the server or its client, so the client is played by a script that keeps buckets, policies and users in a
 * directory and answers as mcli does. It notes its arguments: no key may be among them.
 */
const MCLI = `#!/bin/bash
printf '%s\\n' "$*" >>"$STORE/calls"
decode() { local text=\${1//%/\\\\x}; printf '%b' "$text"; }
login=\${MC_HOST_target-}; login=\${login#*://}; login=\${login%@*}
access=$(decode "\${login%%:*}") secret=$(decode "\${login#*:}")
args=(); for word in "$@"; do [[ $word == --json ]] || args+=("$word"); done
case "\${args[*]}" in
  'alias list sss') cat "$STORE/alias" 2>/dev/null || exit 1 ;;
  'alias import sss') IFS= read -r line; line=\${line/\\"url\\"/\\"URL\\"}; printf '%s\\n' "$line" >"$STORE/alias" ;;
  'stat target/'*) [[ -e $STORE/bucket-\${args[1]#target/} ]] ;;
  'mb '*) : >"$STORE/bucket-\${args[-1]#target/}" ;;
  'version info target/'*) if grep -q on "$STORE/bucket-\${args[2]#target/}"; \
then echo '{"versioning":{"status":"Enabled"}}'; else echo '{}'; fi ;;
  'version enable target/'*) echo on >"$STORE/bucket-\${args[2]#target/}" ;;
  'admin policy info target '*) [[ -e $STORE/policy-\${args[4]} ]] ;;
  'admin policy create target '*) cp "\${args[5]}" "$STORE/policy-\${args[4]}" ;;
  'admin user info target '*) cat "$STORE/user-\${args[4]}" 2>/dev/null || exit 1 ;;
  'admin user add target '*) IFS= read -r key; printf '%s' "$key" >"$STORE/key-\${args[4]}"; \
[[ -e $STORE/user-\${args[4]} ]] || echo '{"status":"success"}' >"$STORE/user-\${args[4]}" ;;
  'admin policy attach target '*) echo "{\\"policyName\\":\\"\${args[4]}\\"}" >"$STORE/user-\${args[6]}" ;;
  'ls target') [[ $(cat "$STORE/key-$access") == "$secret" ]] || { echo 'The request signature we calculated does not match'; exit 1; } ;;
  *) echo "unknown: \${args[*]}"; exit 2 ;;
esac
`;

nativeTest(
  test,
  ['bash', 'curl'],
  'makes what is missing, changes nothing the second time, never shows a key',
  async (scratch) => {
    const health = createServer((_, response) => response.end());
    await new Promise<void>((done) => health.listen(0, '127.0.0.1', done));
    const port = (health.address() as AddressInfo).port;
    const store = join(scratch, 'store');
    mkdirSync(store);
    mkdirSync(join(scratch, 'bin'));
    writeFileSync(join(scratch, 'bin/mcli'), MCLI);
    chmodSync(join(scratch, 'bin/mcli'), 0o755);

    /** Runs the calls of the only host and returns what they report. */
    const provision = async (keys: { readonly root: string; readonly user: string }): Promise<string> => {
      const site = testSite([
        {
          name: '127.0.0.1',
          groups: ['minio'],
          vars: {
            minio_cluster: 'minio',
            minio_seq: 1,
            minio_https: false,
            minio_port: port,
            minio_node: '127.0.0.1',
            minio_secret_key: keys.root,
            minio_buckets: [{ name: 'pgsql' }, { name: 'meta', versioning: true }],
            minio_users: [{ access_key: 'backup', secret_key: keys.user, policy: 'pgsql' }],
          },
        },
      ]);
      const host = site.hosts[0]!;
      for (const [path, text] of filesOf(site, host, [minioEmitter])) {
        if (!path.startsWith('/etc/silo/')) continue;
        mkdirSync(dirname(join(scratch, path)), { recursive: true });
        writeFileSync(join(scratch, path), text);
      }
      const calls = stepsOf(site, host, [minioEmitter]).flatMap((step) =>
        step.kind === 'call' ? [[step.fn, ...step.args].join(' ')] : [],
      );
      const script = [
        'set -uo pipefail',
        `PIGSTYC_ROOT=${scratch}`,
        ...['core', 'paths', 'files', 'units'].map((name) => `. ${ROOT}emitters/host/runtime/${name}.sh`),
        `. ${ROOT}emitters/minio/runtime.sh`,
        `WORK=$(mktemp -d ${scratch}/work.XXXX)`,
        ...calls,
      ].join('\n');
      const child = spawn('bash', ['-c', script], {
        env: { ...process.env, STORE: store, PATH: `${scratch}/bin:/usr/bin:/bin` },
      });
      let output = '';
      for (const stream of [child.stdout, child.stderr])
        stream.on('data', (data: Buffer) => (output += data.toString()));
      const code = await new Promise((done) => child.once('close', done));
      assert.is(code, 0, output);
      return output;
    };

    try {
      const keys = { root: `r"oot\\ &<>%'`, user: `us er$1/+` };
      const first = await provision(keys);
      for (const change of [
        'alias sss',
        'bucket pgsql',
        'bucket meta',
        'versioning of bucket meta',
        'policy pgsql',
        'policy meta',
        'user backup',
        'user backup has policy pgsql',
      ])
        assert.match(first, `changed: ${change}`);
      assert.is(readFileSync(join(store, 'key-backup'), 'utf8'), keys.user);
      assert.is((JSON.parse(readFileSync(join(store, 'alias'), 'utf8')) as { secretKey: string }).secretKey, keys.root);
      assert.equal(JSON.parse(readFileSync(join(store, 'policy-meta'), 'utf8')).Statement[0].Resource, [
        'arn:aws:s3:::meta',
        'arn:aws:s3:::meta/*',
      ]);
      assert.is(await provision(keys), '');
      const rotated = await provision({ ...keys, user: 'another key' });
      assert.is(rotated.trim(), 'changed: user backup');
      assert.is(readFileSync(join(store, 'key-backup'), 'utf8'), 'another key');
      const calls = readFileSync(join(store, 'calls'), 'utf8');
      for (const key of [keys.root, keys.user, 'another key', 'minioadmin'])
        assert.not.ok(calls.includes(key), `${key} was an argument`);
    } finally {
      health.close();
    }
  },
);

test.run();
