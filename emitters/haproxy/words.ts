import { UnrepresentableError, requireLine } from '../toolkit/index.ts';

/** A proxy or server name; HAProxy refuses any other character even inside quotes. */
export function haproxyName(name: string): string {
  if (!/^[A-Za-z0-9_.:-]+$/.test(name))
    throw new UnrepresentableError('haproxy.cfg', 'a name with characters other than letters, digits and `_.:-`', name);
  return name;
}

/** Text in HAProxy's own language that an inventory gives as it is (`options`, `balance`, default-server settings). */
export function haproxyText(text: string): string {
  return requireLine('haproxy.cfg', text.trim());
}

/** File of one service. The name of a service that HAProxy would refuse is caught when its text is written. */
export function serviceFile(name: string): string {
  return `/etc/haproxy/conf.d/${name.replace(/[^A-Za-z0-9_.:-]/g, '_')}.cfg`;
}
