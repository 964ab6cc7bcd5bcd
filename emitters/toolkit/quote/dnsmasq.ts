import { requireTrimmedLine, UnrepresentableError } from './unrepresentable.ts';

/** A domain or host name in a dnsmasq option or hosts file. */
export function dnsmasqName(value: string): string {
  requireTrimmedLine('dnsmasq', value);
  if (!/^[A-Za-z0-9_*]([A-Za-z0-9_.*-]*)$/.test(value))
    throw new UnrepresentableError('dnsmasq', 'characters that are not part of a host name', value);
  return value;
}
