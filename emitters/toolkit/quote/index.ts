/** Quoting, one grammar per file. A value reaches an output only through one of these. */
export { UnrepresentableError, requireLine, requireText, requireTrimmedLine } from './unrepresentable.ts';
export { aptOption } from './apt.ts';
export { bashCommand, bashWord, shellProfileExport } from './bash.ts';
export { sqlComment, sqlIdentifier, sqlLiteral, sqlQualified } from './sql.ts';
export { conninfo, conninfoValue, postgresUri } from './conninfo.ts';
export { pgpassField, pgpassLine } from './pgpass.ts';
export { pgConfValue } from './postgres-conf.ts';
export { pgbouncerEntry, pgbouncerEntryValue, pgbouncerName, pgbouncerValue, userlistLine } from './pgbouncer.ts';
export { hbaToken } from './hba.ts';
export { redisString } from './redis.ts';
export { haproxyWord } from './haproxy.ts';
export { environmentFileValue, systemdEnvironment, systemdValue, systemdWord } from './systemd.ts';
export { crontabVariable } from './crontab.ts';
export { nginxExpression, nginxString } from './nginx.ts';
export { grafanaIniValue, iniValue } from './ini.ts';
export { keepalivedWord } from './keepalived.ts';
export { fileNamePart } from './file-name.ts';
export { dnsmasqName } from './dnsmasq.ts';
