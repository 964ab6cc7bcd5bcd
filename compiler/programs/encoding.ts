import { didYouMean } from '../words/suggest.ts';
import type { Problem } from './options.ts';

/** Encodings a database can have: https://www.postgresql.org/docs/18/multibyte.html */
const NAMES =
  'SQL_ASCII EUC_JP EUC_CN EUC_KR EUC_TW EUC_JIS_2004 UTF8 MULE_INTERNAL LATIN1 LATIN2 LATIN3 LATIN4 LATIN5 LATIN6 LATIN7 LATIN8 LATIN9 ' +
  'LATIN10 WIN1250 WIN1251 WIN1252 WIN1253 WIN1254 WIN1255 WIN1256 WIN1257 WIN1258 WIN866 WIN874 KOI8R KOI8U ISO_8859_5 ISO_8859_6 ' +
  'ISO_8859_7 ISO_8859_8';

/** Other names of them, as the server folds names. */
const OTHERS =
  'abc alt koi8 tcvn tcvn5712 unicode vscii win iso88591 iso885910 iso885913 iso885914 iso885915 iso885916 ' +
  'iso88592 iso88593 iso88594 iso88599 windows1250 windows1251 windows1252 windows1253 windows1254 ' +
  'windows1255 windows1256 windows1257 windows1258 windows866 windows874';

/** The server looks at letters and digits alone. */
function fold(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, '');
}

/** What PostgreSQL has against the encoding of a database. */
export function encodingProblem(text: string): Problem | undefined {
  const names = NAMES.split(' ');
  const known = new Set([...names.map(fold), ...OTHERS.split(' ')]);
  if (text === '' || known.has(fold(text))) return undefined;
  return { found: { problem: 'no-encoding', encoding: text }, help: didYouMean(text, names) };
}
