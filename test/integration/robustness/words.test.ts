/** Words that every object of JavaScript knows are names like any other, wherever an inventory writes one. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { check } from '../../unit/check/run.ts';

const test = suite('words');

const inventory = (word: string): string => `all:
  children:
    etcd: { hosts: { 10.0.0.9: { etcd_seq: 1 } }, vars: { etcd_cluster: etcd } }
    pg-a:
      hosts: { 10.0.0.1: { pg_seq: 1, pg_role: primary } }
      vars:
        pg_cluster: pg-a
        pg_parameters: { ${word}: x, work_mem: '1${word}', log_statement: ${word} }
        pg_libs: '${word}'
        pg_extensions: [ ${word} ]
        pg_users: [ { name: u, password: x, roles: [ ${word} ], parameters: { ${word}: 1 }, ${word}: 1 } ]
        pg_databases: [ { name: d, owner: ${word}, extensions: [ { name: ${word} } ], parameters: { ${word}: 1 } } ]
        pg_services: [ { name: s, port: 5440, dest: ${word}, selector: "[? ${word} == '${word}' ]" } ]
        pg_hba_rules: [ { user: ${word}, db: ${word}, addr: ${word}, auth: ${word}, title: x } ]
        pg_default_privileges: [ 'GRANT ${word} ON ${word} TO ${word}' ]
        pgbackrest_method: ${word}
        pgbackrest_repo: { ${word}: { path: /x, type: ${word}, cipher_type: ${word}, ${word}: 2 } }
        ${word}: 1
        own: "{{ ${word} | default('x') }} {{ hostvars['${word}'] | default('x') }} {{ {}.${word} | default('x') }}"
        node_tune: ${word}
        pg_conf: ${word}
        node_packages: [ ${word} ]
        node_sysctl_params: { ${word}: 1 }
        node_etc_hosts: [ "{{ own }} \${${word}}" ]
  vars:
    admin_ip: 10.0.0.9
    pg_rto: ${word}
    region: ${word}
    infra_portal: { ${word}: { domain: x.y, ${word}: 1 } }
    nginx_users: { ${word}: x }
    proxy_env: { ${word}: x }
`;

for (const word of ['constructor', '__proto__', 'toString', 'hasOwnProperty', 'valueOf'])
  for (const platform of ['pigsty-4.5', 'debian-12'])
    test(`${word} on ${platform}`, () => {
      for (const { message, help } of check(inventory(word), { platform }))
        assert.not.match(`${message} ${help ?? ''}`, /undefined|\[native code\]|\[object|NaN/);
    });

test.run();
