/** Whether a line leaves nothing for a later one. */
import { containsNetwork } from '../address.ts';
import type { Dialect, Line, Source, Token } from './hba-line.ts';
import type { Roles } from './roles.ts';

/** True when every connection of `later` is one of `earlier`. */
export function covers(earlier: Line, later: Line, roles: Roles, dialect: Dialect): boolean {
  return (
    coversType(earlier, later) &&
    coversSource(earlier.source, later.source, dialect) &&
    later.databases.every((token) => earlier.databases.some((other) => coversDatabase(other, token))) &&
    later.users.every((token) => earlier.users.some((other) => coversUser(other, token, roles)))
  );
}

/** True when the earlier line asks of the client all that the later one does, so that nothing is lost. */
export function sameDemand(earlier: Line, later: Line): boolean {
  return (
    earlier.type === later.type &&
    earlier.method === later.method &&
    earlier.options.size === later.options.size &&
    [...later.options].every(([name, value]) => earlier.options.get(name) === value)
  );
}

function coversType(earlier: Line, later: Line): boolean {
  return earlier.type === later.type || (earlier.type === 'host' && later.type !== 'local');
}

function coversSource(earlier: Source, later: Source, dialect: Dialect): boolean {
  if (later.kind === 'local' || earlier.kind === 'all') return earlier.kind === later.kind || later.kind !== 'local';
  if (earlier.kind === 'network' && later.kind === 'network') {
    const { base, mask } = earlier.network;
    return (
      (dialect === 'postgres' || (base.bits & mask) === base.bits) && containsNetwork(earlier.network, later.network)
    );
  }
  return earlier.kind === later.kind && (earlier.kind !== 'name' || earlier.name === (later as typeof earlier).name);
}

const DATABASE_KEYWORDS: readonly string[] = ['all', 'sameuser', 'samerole', 'samegroup', 'replication'];

function isKeyword({ text, quoted }: Token, keywords: readonly string[]): boolean {
  return !quoted && keywords.includes(text);
}

function coversDatabase(earlier: Token, later: Token): boolean {
  if (isKeyword(earlier, ['all'])) return !isKeyword(later, ['replication']);
  return earlier.text === later.text && isKeyword(earlier, DATABASE_KEYWORDS) === isKeyword(later, DATABASE_KEYWORDS);
}

function coversUser(earlier: Token, later: Token, roles: Roles): boolean {
  if (isKeyword(earlier, ['all'])) return true;
  if (isKeyword(later, ['all'])) return false;
  const groupOf = ({ text, quoted }: Token): string | undefined =>
    !quoted && text.startsWith('+') ? text.slice(1) : undefined;
  const [outer, inner] = [groupOf(earlier), groupOf(later)];
  if (outer === undefined) return inner === undefined && earlier.text === later.text;
  return (inner ?? later.text) === outer
    ? inner !== undefined || roles.isMember(later.text, outer)
    : roles.isMember(inner ?? later.text, outer);
}
