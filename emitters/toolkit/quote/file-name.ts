import { requireText } from './unrepresentable.ts';

/**
 * A name of the inventory as part of a file name: letters, digits, `_`, `.` and `-` stand for themselves, other bytes are written `%XX`, as
 * in a URL. So no name leads out of its directory, and none has a blank where words are separated by blanks.
 */
export function fileNamePart(name: string): string {
  requireText('file name', name);
  return [...Buffer.from(name, 'utf8')]
    .map((byte) => {
      const character = String.fromCharCode(byte);
      return /[A-Za-z0-9_.-]/.test(character) ? character : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
    })
    .join('');
}
