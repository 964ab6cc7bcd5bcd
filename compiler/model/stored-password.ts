/** Forms in which PostgreSQL stores passwords: https://www.postgresql.org/docs/18/catalog-pg-authid.html */

/** True for what PostgreSQL 14 to 18 store of a password with `password_encryption = md5`. */
export function isMd5Hash(password: string): boolean {
  return /^md5[0-9a-f]{32}$/.test(password);
}

/** True for a verifier as PostgreSQL parses it: iterations, a salt in base64, two keys of 32 bytes. */
export function isScramVerifier(password: string): boolean {
  return /^SCRAM-SHA-256\$\d+:(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==|[A-Za-z0-9+/]=))?\$[A-Za-z0-9+/]{43}=:[A-Za-z0-9+/]{43}=$/.test(
    password,
  );
}

/** True when PostgreSQL would store this text as it is: a SCRAM verifier or an MD5 hash. */
export function isPasswordHash(password: string): boolean {
  return isMd5Hash(password) || isScramVerifier(password);
}
