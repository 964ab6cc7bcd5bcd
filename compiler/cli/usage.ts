import { didYouMean, suffixHint } from '../words/suggest.ts';
import { OPTIONS } from './options.ts';

/** Commands that are options by nature. */
export const WORDS: readonly string[] = ['help', 'version'];

/** What yargs says about a command line, in our words and with what was probably meant. */
export function usageText(message: string, commands: readonly string[]): string {
  const choices = [...message.matchAll(/Argument: (\S+), Given: (.*), Choices: (.*)/g)];
  if (choices.length > 0) return choices.map(([, name, given, known]) => choiceText(name!, given!, known!)).join('; ');
  const text = message.replace(/^[A-Z](?=[a-z])/, (letter) => letter.toLowerCase());
  const written = /^unknown (?:argument|command)s?: ([^,\s]+)$/.exec(text)?.[1];
  const known = [...commands, ...WORDS, ...Object.keys(OPTIONS)];
  const hint = written === undefined ? undefined : didYouMean(written, known);
  return hint === undefined ? text : `${text}, ${hint}`;
}

/** A word that is none of those that are possible. */
function choiceText(argument: string, given: string, known: string): string {
  const names = known.split(', ').map(unquoted);
  const where = Object.hasOwn(OPTIONS, argument) ? `--${argument}` : `<${argument}>`;
  const word = unquoted(given);
  return `${where}: \`${word}\` is none of ${names.join(', ')}${suffixHint(word, names)}`;
}

function unquoted(text: string): string {
  return text.replace(/^"(.*)"$/, '$1');
}
