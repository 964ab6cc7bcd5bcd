/** Files of other programs get one finding, which names them; inventories of ours never do. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { formatOf } from '../../../compiler/phases/1-parse/format.ts';
import { checkInventory } from '../../../compiler/phases/5-check/check.ts';
import { inventoryOf } from '../../support/inventory-of.ts';
import { platformByName } from '../../../compiler/platform/index.ts';
import { SourceFile } from '../../../compiler/source/node.ts';

function told(text: string, path = 'pigsty.yml'): readonly string[] {
  const [inventory, problems] = inventoryOf([new SourceFile(path, text, { format: formatOf(path, text) })]);
  const platform = platformByName('pigsty-4.5')!;
  const found = inventory === undefined ? problems : [...problems, ...checkInventory(inventory, { platform })];
  return found
    .filter(({ severity }) => severity === 'error')
    .map(({ slug, message }) => `${slug}: ${message.replace(/^.* looks like /, '')}`);
}

const FOREIGN: readonly (readonly [what: string, text: string])[] = [
  ['a file of Docker Compose', 'version: "3"\nservices:\n  db:\n    image: postgres\n    ports: ["5432:5432"]\n'],
  ['a manifest of Kubernetes', 'apiVersion: v1\nkind: Service\nmetadata: { name: db }\nspec: { ports: [] }\n'],
  ['a manifest of Kubernetes', 'apiVersion: v1\nkind: A\n---\napiVersion: v1\nkind: B\n'],
  [
    "Patroni's configuration of one server",
    'scope: pg\nname: pg-1\nrestapi: { listen: "0.0.0.0:8008" }\npostgresql: {}\n',
  ],
  ['a postgresql.conf', "# settings\nlisten_addresses = '*'\nport = 5432\n"],
  ['a postgresql.conf', 'max_connections=100\n'],
  ['a pg_hba.conf', '# TYPE\nlocal   all   postgres   peer\nhost all all 10.0.0.0/8 scram-sha-256\n'],
  ['an ansible.cfg', '[defaults]\ninventory = hosts\n'],
  ['a playbook of Ansible', '- hosts: all\n  become: yes\n  tasks: [{ ping: }]\n'],
  ['a playbook of Ansible', '- import_playbook: site.yml\n'],
  ['the configuration of an inventory plugin of Ansible', 'plugin: amazon.aws.aws_ec2\nregions: [us-east-1]\n'],
  ['an inventory of Kubespray', '[kube_control_plane]\nn1 ansible_host=10.0.0.1\n[etcd]\nn1\n[kube_node]\nn1\n'],
  ['an inventory of Autobase', 'postgres_cluster: { hosts: { 10.0.0.1: } }\netcd_cluster: { hosts: { 10.0.0.1: } }\n'],
  ['an inventory of Ansible for something else', '[web]\nweb1 http_port=80\nweb2\n[db]\ndb1\n'],
  ['an inventory of Ansible for something else', 'web: { hosts: { web1.example.com: , web2.example.com: } }\n'],
  ['variables without a group', 'pg_version: 17\npg_conf: oltp.yml\nmine: 1\n'],
];

for (const [what, text] of FOREIGN)
  test(`${what}: ${text.slice(0, 20).trim()}`, () => assert.equal(told(text), [`foreign-inventory: ${what}`]));

const OURS: readonly string[] = [
  'app: { hosts: { 10.10.10.20: {} } }\n',
  'app: { hosts: { 10.10.10.20: { mine: 1 } } }\n',
  'app: { hosts: { web1: { ansible_host: 10.10.10.20 } } }\n',
  'app: { hosts: { web1: { node_cluster: web } } }\n',
  'services: { hosts: { 10.10.10.20: {} } }\n',
  'plugin: { hosts: { 10.10.10.20: {} } }\n',
  'kube_control_plane: { hosts: { 10.10.10.20: { etcd_seq: 1 } } }\n',
  'all:\n  vars:\n    note: |\n      max_connections = 5\n      local all all trust\n  children: { app: { hosts: { 10.10.10.20: } } }\n',
  '[app]\n10.10.10.20\n[app:vars]\nmax_connections = 5\n',
];

for (const text of OURS)
  test(`ours: ${text.slice(0, 40).trim()}`, () =>
    assert.equal(
      told(text).filter((line) => line.startsWith('foreign')),
      [],
    ));

test.run();
