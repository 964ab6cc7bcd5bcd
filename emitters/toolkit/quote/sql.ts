import { requireText, UnrepresentableError } from './unrepresentable.ts';

/** Longest identifier PostgreSQL keeps (NAMEDATALEN - 1 bytes); a longer one would be truncated silently. */
const MAX_IDENTIFIER_BYTES = 63;

/** Keywords of PostgreSQL 14–18 that are not `unreserved`: as an identifier they need quotes. */
const KEYWORDS: ReadonlySet<string> = new Set(
  (
    'all analyse analyze and any array as asc asymmetric authorization between bigint binary bit boolean both case ' +
    'cast char character check coalesce collate collation column concurrently constraint create cross current_catalog ' +
    'current_date current_role current_schema current_time current_timestamp current_user dec decimal default ' +
    'deferrable desc distinct do else end except exists extract false fetch float for foreign freeze from full grant ' +
    'greatest group grouping having ilike in initially inner inout int integer intersect interval into is isnull join ' +
    'json json_array json_arrayagg json_exists json_object json_objectagg json_query json_scalar json_serialize ' +
    'json_table json_value lateral leading least left like limit localtime localtimestamp merge_action national ' +
    'natural nchar none normalize not notnull null nullif numeric offset on only or order out outer overlaps overlay ' +
    'placing position precision primary real references returning right row select session_user setof similar ' +
    'smallint some substring symmetric system_user table tablesample then time timestamp to trailing treat trim true ' +
    'union unique user using values varchar variadic verbose when where window with xmlattributes xmlconcat ' +
    'xmlelement xmlexists xmlforest xmlnamespaces xmlparse xmlpi xmlroot xmlserialize xmltable'
  ).split(' '),
);

/** A string literal. A backslash makes it an `E''` literal, so that standard_conforming_strings does not matter. */
export function sqlLiteral(value: string): string {
  requireText('SQL', value);
  const quoted = value.replaceAll("'", "''");
  return quoted.includes('\\') ? `E'${quoted.replaceAll('\\', '\\\\')}'` : `'${quoted}'`;
}

/** An identifier: bare when it reads back unchanged, else in double quotes. */
export function sqlIdentifier(value: string): string {
  requireText('SQL identifier', value);
  if (value === '') throw new UnrepresentableError('SQL identifier', 'an empty name', value);
  if (Buffer.byteLength(value) > MAX_IDENTIFIER_BYTES)
    throw new UnrepresentableError('SQL identifier', `a name longer than ${MAX_IDENTIFIER_BYTES} bytes`, value);
  if (/^[a-z_][a-z0-9_]*$/.test(value) && !KEYWORDS.has(value)) return value;
  return `"${value.replaceAll('"', '""')}"`;
}

/** `schema.name`, each part quoted on its own. */
export function sqlQualified(...parts: readonly string[]): string {
  return parts.map(sqlIdentifier).join('.');
}

/** Text of a `--` comment line: line breaks become blanks. */
export function sqlComment(text: string): string {
  return `-- ${requireText('SQL', text).replace(/[\n\r]+/g, ' ')}`;
}
