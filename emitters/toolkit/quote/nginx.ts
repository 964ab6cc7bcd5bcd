import { requireLine, UnrepresentableError } from './unrepresentable.ts';

const PLAIN = /^[A-Za-z0-9_./:@%+,=*?&~^-]+$/;

/** nginx reads its configuration through a buffer of 4,096 bytes, and an argument has to fit in. */
function requireArgument(value: string): void {
  requireLine('nginx', value);
  if (value.length > 1000 && Buffer.byteLength(value.replace(/["\\]/g, '\\$&')) > 4000)
    throw new UnrepresentableError('nginx', 'an argument longer than 4,000 bytes', value);
}

/** An argument of an nginx directive. nginx has no escape for `$`, which starts a variable. */
export function nginxString(value: string): string {
  requireArgument(value);
  if (value.includes('$')) throw new UnrepresentableError('nginx', 'a `$` (it starts a variable)', value);
  return PLAIN.test(value) ? value : `"${value.replace(/["\\]/g, '\\$&')}"`;
}

/** An argument that uses nginx variables on purpose. */
export function nginxExpression(value: string): string {
  requireArgument(value);
  return /^[A-Za-z0-9_./:@%+,=*?&~^$-]+$/.test(value) ? value : `"${value.replace(/["\\]/g, '\\$&')}"`;
}
