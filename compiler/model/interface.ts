/**
 * The network interface that a parameter (`vip_interface`, `pg_vip_interface`) names; undefined for `auto` and an empty text, where every
 * host finds the one with its own address when the service starts.
 */
export function namedInterface(declared: string): string | undefined {
  const name = declared.trim();
  return name === '' || name.toLowerCase() === 'auto' ? undefined : name;
}
