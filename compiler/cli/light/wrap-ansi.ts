import { textWidth } from '../../diagnostics/frame.ts';

/** Stands in for the library of this name inside yargs: breaks lines between words, and words that are too long. */
export default function wrap(text: string, columns: number): string {
  return text
    .split('\n')
    .flatMap((line) => wrapLine(line, Math.max(1, columns)))
    .join('\n');
}

function wrapLine(line: string, columns: number): readonly string[] {
  const lines: string[] = [];
  let current = '';
  for (const word of line.split(' ')) {
    let rest = word;
    const joined = current === '' ? rest : `${current} ${rest}`;
    if (textWidth(joined) <= columns) {
      current = joined;
      continue;
    }
    if (current !== '') lines.push(current);
    for (; textWidth(rest) > columns; rest = rest.slice(columns)) lines.push(rest.slice(0, columns));
    current = rest;
  }
  return [...lines, current];
}
