/** Zero-width and other characters that RFC 3454 table B.1 maps to nothing. */
const MAPPED_TO_NOTHING = /[\u00ad\u034f\u1806\u180b-\u180d\u200b-\u200d\u2060\ufe00-\ufe0f\ufeff]/g;
/** Non-ASCII blanks, table C.1.2. */
const OTHER_SPACE = /[\u00a0\u1680\u2000-\u200b\u202f\u205f\u3000]/g;
/** Tables C.1.2 to C.9: control, private use, non-characters, surrogates, display and tagging characters. */
const PROHIBITED =
  /[\u0000-\u001f\u007f-\u00a0\u0340\u0341\u06dd\u070f\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u2063\u206a-\u206f\u2ff0-\u2ffb\u3000\ud800-\uf8ff\ufdd0-\ufdef\ufeff\ufff9-\uffff\u{1d173}-\u{1d17a}\u{1fffe}\u{1ffff}\u{2fffe}\u{2ffff}\u{e0000}-\u{10ffff}]/u;
const RIGHT_TO_LEFT = /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}]/u;
const LEFT_TO_RIGHT = /\p{Script=Latin}|\p{Script=Greek}|\p{Script=Cyrillic}|\p{Script=Han}/u;

/**
 * SASLprep (RFC 4013) as PostgreSQL applies it to a password: an ASCII password stays as it is, and one that SASLprep
 * prohibits is used unprepared on both sides rather than rejected.
 */
export function saslprep(password: string): string {
  if (/^[\x00-\x7f]*$/.test(password)) return password;
  const prepared = password.replace(OTHER_SPACE, ' ').replace(MAPPED_TO_NOTHING, '').normalize('NFKC');
  if (prepared === '' || PROHIBITED.test(prepared)) return password;
  if (RIGHT_TO_LEFT.test(prepared)) {
    const characters = [...prepared];
    if (LEFT_TO_RIGHT.test(prepared) || !RIGHT_TO_LEFT.test(characters[0]!) || !RIGHT_TO_LEFT.test(characters.at(-1)!))
      return password;
  }
  return prepared;
}
