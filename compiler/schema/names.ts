const known = new Map<string, string>();

/** pg_admin_password → pgAdminPassword; kebab-case too. Asked for every parameter of every host. */
export function camelCase(name: string): string {
  let camel = known.get(name);
  if (camel === undefined)
    known.set(name, (camel = name.replace(/[_-]+([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())));
  return camel;
}

/** pg-exporter-target → PgExporterTarget */
export function pascalCase(name: string): string {
  const camel = camelCase(name);
  return camel.charAt(0).toUpperCase() + camel.slice(1);
}
