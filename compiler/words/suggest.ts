/**
 * The candidate a writer most likely meant, or undefined when none is near. Typos (a letter missing, added,
 * replaced or swapped), words in another order (`pg_port_bouncer`) and cut names (`pg_clus`) are understood.
 * Among candidates about equally near, one that `fits` is preferred.
 */
export function suggest(
  written: string,
  candidates: Iterable<string>,
  fits: (candidate: string) => boolean = () => true,
): string | undefined {
  const word = fold(written);
  let best: string | undefined;
  let bestScore = Infinity;
  for (const candidate of candidates) {
    if (candidate === written) continue;
    // A candidate that needs more edits than the best one cannot win, so its distance is not computed to the end.
    let score = scoreOf(word, fold(candidate), Math.min(Math.ceil(bestScore), limitFor(word)));
    if (score <= bestScore && score !== Infinity && !fits(candidate)) score += 0.5;
    if (score < bestScore || (score === bestScore && best !== undefined && score !== Infinity && candidate < best)) {
      best = candidate;
      bestScore = score;
    }
  }
  return best;
}

/** The same for a word that may be right although it is no candidate: cut names and longer ones are names of their own. */
export function suggestTypo(written: string, candidates: readonly string[]): string | undefined {
  return suggest(
    written,
    candidates.filter((candidate) => Math.abs(candidate.length - written.length) <= 2),
  );
}

/**
 * True when `written` is `meant` with a slip of the keys, and not a name of its own that happens to be near: words swapped, a
 * separator missing, a word cut or with a letter or two wrong. A word that is one of `words` was meant.
 */
export function isMisspelling(written: string, meant: string, words: ReadonlySet<string>): boolean {
  const [word, candidate] = [fold(written), fold(meant)];
  if (sortedTokens(word) === sortedTokens(candidate)) return true;
  const [left, right] = [word.split('_'), candidate.split('_')];
  if (left.length !== right.length)
    return distance(left.join(''), right.join(''), 1) <= (left.join('').length >= 8 ? 1 : 0);
  return left.every((part, i) => part === right[i] || isSlip(part, right[i]!, words));
}

function isSlip(part: string, meant: string, words: ReadonlySet<string>): boolean {
  if (part === `${meant}s` || `${part}s` === meant) return true;
  if (words.has(part)) return false;
  if (part.length >= 3 && meant.startsWith(part)) return true;
  const limit = Math.max(1, Math.min(2, Math.floor(part.length / 3)));
  return distance(part, meant, limit) <= limit;
}

/** `did you mean …?` for a diagnostic's help, or undefined. */
export function didYouMean(written: string, candidates: Iterable<string>): string | undefined {
  const best = suggest(written, candidates);
  return best === undefined ? undefined : `did you mean \`${best}\`?`;
}

/** The same as the end of a sentence: `, did you mean …?`, or nothing. */
export function suffixHint(written: string, candidates: Iterable<string>): string {
  const hint = didYouMean(written, candidates);
  return hint === undefined ? '' : `, ${hint}`;
}

/** Case and the kind of separator are never what a name is about. */
function fold(name: string): string {
  return /[^a-z0-9_]/.test(name) ? name.toLowerCase().replace(/[-. ]/g, '_') : name;
}

/** About one edit in four letters; short words must be nearly right. */
function limitFor(word: string): number {
  return Math.max(1, Math.min(4, Math.floor(word.length / 4)));
}

/** Lower is nearer, Infinity too far. Swapped words cost like one edit, a cut name a little more than two. */
function scoreOf(word: string, candidate: string, limit: number): number {
  if (word === candidate) return 0;
  const isLong = word.length >= 4;
  if (isLong && word.length === candidate.length && sortedTokens(word) === sortedTokens(candidate)) return 0.9;
  const edits = distance(word, candidate, limit);
  // Between equally distant candidates, the one that begins like the word.
  if (edits <= limit) return edits - commonPrefix(word, candidate) / (10 * Math.max(word.length, candidate.length));
  if (isLong && candidate.startsWith(word)) return 2.2 + (candidate.length - word.length) / 100;
  if (candidate.length >= 6 && word.startsWith(`${candidate}_`)) return 2.4 + (word.length - candidate.length) / 100;
  return Infinity;
}

function sortedTokens(name: string): string {
  return name.split('_').sort().join('_');
}

function commonPrefix(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length++;
  return length;
}

/** Damerau–Levenshtein distance (adjacent swaps count one), given up beyond `limit`. */
export function distance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return Infinity;
  const tooFar = limit + 1;
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = new Array<number>(b.length + 1).fill(tooFar);
    row[0] = i;
    let least = i;
    // What is further from the diagonal costs more than the limit.
    for (let j = Math.max(1, i - limit); j <= Math.min(b.length, i + limit); j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      let value = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + cost);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        value = Math.min(value, beforeLast[j - 2]! + 1);
      row[j] = value;
      least = Math.min(least, value);
    }
    if (least > limit) return Infinity;
    beforeLast = last;
    last = row;
  }
  const result = last[b.length]!;
  return result <= limit ? result : Infinity;
}
