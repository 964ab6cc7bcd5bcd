import type { Host } from '../host/host.ts';

export type ColorChoice = 'auto' | 'always' | 'never';

/** Paints text for a terminal, or leaves it alone. */
export interface Style {
  /** Columns to use at most. */
  readonly width: number;
  bold(text: string): string;
  dim(text: string): string;
  red(text: string): string;
  yellow(text: string): string;
  cyan(text: string): string;
  green(text: string): string;
}

/** Colors follow --color, then NO_COLOR and FORCE_COLOR, then whether a terminal reads the stream. */
export function styleFor(host: Host, stream: 'stdout' | 'stderr', choice: ColorChoice): Style {
  const isTty = stream === 'stdout' ? host.stdoutIsTty : host.stderrIsTty;
  const paint = wantsColor(host, isTty, choice)
    ? (code: number, text: string) => `\u001b[${code}m${text}\u001b[0m`
    : (_: number, text: string) => text;
  return {
    width: Math.min(Math.max((isTty && host.columns) || 100, 40), 140),
    bold: (text) => paint(1, text),
    dim: (text) => paint(2, text),
    red: (text) => paint(31, text),
    yellow: (text) => paint(33, text),
    cyan: (text) => paint(36, text),
    green: (text) => paint(32, text),
  };
}

function wantsColor(host: Host, isTty: boolean, choice: ColorChoice): boolean {
  if (choice !== 'auto') return choice === 'always';
  if ((host.env['NO_COLOR'] ?? '') !== '') return false;
  if ((host.env['FORCE_COLOR'] ?? '') !== '' && host.env['FORCE_COLOR'] !== '0') return true;
  return isTty && host.env['TERM'] !== 'dumb';
}
