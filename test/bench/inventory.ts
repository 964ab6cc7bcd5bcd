/**
 * An inventory of `count` hosts: one infra node, three etcd members, the rest PostgreSQL clusters of three with what a
 * business declares. Another `change` gives the last cluster another password.
 */
export function benchInventory(count: number, change = 0): string {
  const lines = ['all:', '  children:', '    infra: { hosts: { 10.0.0.1: { infra_seq: 1 } } }'];
  lines.push('    etcd:', '      hosts:');
  for (let i = 1; i <= Math.min(3, count); i++) lines.push(`        ${address(i)}: { etcd_seq: ${i} }`);
  lines.push('      vars: { etcd_cluster: etcd }');
  for (let first = 1, cluster = 1; first <= count; first += 3, cluster++) {
    const name = `pg-c${cluster}`;
    lines.push(`    ${name}:`, '      hosts:');
    for (let i = first; i < first + 3 && i <= count; i++) {
      lines.push(
        `        ${address(i)}: { pg_seq: ${i - first + 1}, pg_role: ${i === first ? 'primary' : 'replica'} }`,
      );
    }
    lines.push(
      '      vars:',
      `        pg_cluster: ${name}`,
      '        pg_users:',
      `          - { name: app${cluster}, password: App-Secret-${cluster}, pgbouncer: true, roles: [dbrole_readwrite] }`,
      `          - { name: report${cluster}, password: ` +
        `Report-Secret-${first + 3 > count ? cluster + change : cluster}, pgbouncer: true, roles: ` +
        '[dbrole_readonly] }',
      '        pg_databases:',
      `          - { name: app${cluster}, owner: app${cluster}, schemas: [app], extensions: [{ name: pg_trgm }] }`,
      '        pg_hba_rules:',
      `          - { user: report${cluster}, db: all, addr: 10.0.0.0/8, auth: pwd, title: reports }`,
    );
  }
  lines.push(
    '  vars:',
    '    version: v4.5.0',
    '    admin_ip: 10.0.0.1',
    '    region: default',
    '    node_cpu: 8',
    '    node_mem_mb: 32768',
    '',
  );
  return lines.join('\n');
}

function address(i: number): string {
  return `10.${Math.floor(i / 62500)}.${Math.floor(i / 250) % 250}.${(i % 250) + (i < 250 ? 0 : 1)}`;
}
