import { requireLine, UnrepresentableError } from './unrepresentable.ts';

const PLAIN = /^[A-Za-z0-9_./:@%+,=*?&~^-]+$/;

/** An argument of an nginx directive. nginx has no escape for `$`, which starts a variable. */
export function nginxString(value: string): string {
  requireLine('nginx', value);
  if (value.includes('$')) throw new UnrepresentableError('nginx', 'a `$` (it starts a variable)', value);
  return PLAIN.test(value) ? value : `"${value.replace(/["\\]/g, '\\$&')}"`;
}

/** An argument that uses nginx variables on purpose. */
export function nginxExpression(value: string): string {
  requireLine('nginx', value);
  return /^[A-Za-z0-9_./:@%+,=*?&~^$-]+$/.test(value) ? value : `"${value.replace(/["\\]/g, '\\$&')}"`;
}
