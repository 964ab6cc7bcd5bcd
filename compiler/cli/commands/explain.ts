import { CATALOG, type Slug } from '../../diagnostics/catalog.gen.ts';
import { findSlug, readPage } from '../../diagnostics/pages.ts';
import { suffixHint } from '../../words/suggest.ts';
import type { Host } from '../../host/host.ts';
import { EXIT, type Args, type Command } from '../command.ts';
import { UsageError } from '../../diagnostics/usage-error.ts';
import { reportErrors, requestOf } from '../session.ts';
import { styleFor, type Style } from '../style.ts';

/**
 * Explains a diagnostic's code, a parameter, a setting or extension of PostgreSQL, or where the value of a parameter on
 * a host comes from.
 */
export const explain: Command = {
  usage: 'explain <topic> [parameter]',
  summary: 'Explain a code, a parameter, a setting or extension of PostgreSQL, or the value of a parameter on a host',
  positionals: {
    topic: { describe: 'Code (PIG1203), its name, a parameter, a setting or extension of PostgreSQL, or a host' },
    parameter: { describe: 'Parameter of that host: its value, where it was set and what it replaced' },
  },
  options: ['inventory', 'platform', 'vault-password-file', 'vault-id', 'public', 'secrets', 'json', 'color'],
  examples: [
    ['explain PIG1203', 'What a code means, why it matters and how to fix it'],
    ['explain pg_version', 'Type, default and meaning of a parameter'],
    ['explain work_mem', 'Type, unit and limits of a setting of the server'],
    ['explain 10.10.10.11 pg_version', 'Its value on a host, and every place that sets it'],
  ],
  run: async (args, host) => {
    const topic = args.topic!;
    if (args.parameter !== undefined) return explainValue(topic, args.parameter, args, host);
    const slug = findSlug(topic);
    if (slug !== undefined) return await explainCode(slug, args, host);
    const { parameter, parameters } = await import('../../schema/table.ts');
    const { renamedParameter } = await import('../../schema/renames.ts');
    const renamed = renamedParameter(topic);
    const info = parameter(renamed?.new ?? topic);
    if (renamed !== undefined)
      host.stderr(
        `${topic} is ${renamed.new === null ? 'no longer known' : `now called ${renamed.new}`} (since ${renamed.since}). ${renamed.note}\n`,
      );
    if (info === undefined && renamed !== undefined) return EXIT.ok;
    if (info === undefined) {
      const { serverFacts, serverFactNames } = await import('../server-facts.ts');
      const facts = serverFacts(topic, styleFor(host, 'stdout', args.color));
      if (facts !== undefined) {
        host.stdout(args.json ? `${JSON.stringify(facts.json, undefined, 2)}\n` : facts.text);
        return EXIT.ok;
      }
      throw new UsageError(
        'nothing is called ' +
          `\`${topic}\`${suffixHint(topic, [...Object.keys(CATALOG), ...parameters().keys(), ...serverFactNames()])}; ` +
          'to ask about a host, name a parameter too',
      );
    }
    const { parameterText } = await import('../blame.ts');
    host.stdout(
      args.json ? `${JSON.stringify(info, undefined, 2)}\n` : parameterText(info, styleFor(host, 'stdout', args.color)),
    );
    return EXIT.ok;
  },
};

async function explainCode(slug: Slug, args: Args, host: Host): Promise<number> {
  const page = readPage(CATALOG[slug][0]);
  const { RULES } = await import('../../phases/5-check/check.ts');
  const rule = RULES.find(({ codes }) => codes.includes(slug))?.about;
  host.stdout(
    args.json
      ? `${JSON.stringify({ ...page, rule }, undefined, 2)}\n`
      : pageText(page, rule, styleFor(host, 'stdout', args.color)),
  );
  return EXIT.ok;
}

function pageText(
  { code, severity, slug, message, variants, body }: ReturnType<typeof readPage>,
  rule: string | undefined,
  style: Style,
): string {
  const paint = severity === 'error' ? style.red : severity === 'warning' ? style.yellow : style.cyan;
  const texts = Object.values(variants).flatMap((named) => Object.values(named).map((text) => `- ${text}\n`));
  const text = body
    .replace(/^```(?:yaml|console) bad$/m, () => `${style.bold('Wrong:')}\n`)
    .replace(/^```(?:yaml|console) good$/m, () => `${style.bold('Right:')}\n`)
    .split('\n')
    .filter((line) => line !== '```')
    .join('\n');
  return (
    `${paint(`${severity}[${code}]`)} ${style.bold(slug)}\n${message}\n${texts.join('')}\n` +
    `${indentExamples(text, style)}\n${rule === undefined ? '' : `\nRule: ${rule}\n`}`
  );
}

/** Examples are told from prose by their indentation, also where nothing is bold. */
function indentExamples(text: string, style: Style): string {
  let inside = false;
  return text
    .split('\n')
    .map((line) => {
      if (line === style.bold('Wrong:') || line === style.bold('Right:')) inside = true;
      else if (inside && line !== '') return `    ${line}`;
      return line;
    })
    .join('\n')
    .replace(/\n{3,}/g, '\n\n');
}

async function explainValue(name: string, parameterName: string, args: Args, host: Host): Promise<number> {
  const { compileFiles } = await import('../../compile.ts');
  const { blame, blameText } = await import('../blame.ts');
  const { renamedParameter } = await import('../../schema/renames.ts');
  const checked = compileFiles(host, requestOf(args)).checked();
  if (checked.resolved === undefined) {
    return reportErrors(args, host, checked, checked.diagnostics);
  }
  const found = checked.resolved.hosts.find((candidate) => candidate.name === name);
  if (found === undefined)
    throw new UsageError(
      `no host \`${name}\` in ${requestOf(args).files.join(', ')}${suffixHint(
        name,
        checked.resolved.hosts.map((candidate) => candidate.name),
      )}`,
    );
  const explained = blame(
    found,
    renamedParameter(parameterName)?.new ?? parameterName,
    checked.platform,
    checked.resolved.secretVariables,
  );
  if (explained === undefined) {
    const { parameters } = await import('../../schema/table.ts');
    throw new UsageError(
      `no parameter \`${parameterName}\`${suffixHint(parameterName, [...parameters().keys(), ...found.vars.keys()])}`,
    );
  }
  host.stdout(
    args.json
      ? `${JSON.stringify(explained, undefined, 2)}\n`
      : blameText(explained, styleFor(host, 'stdout', args.color)),
  );
  return EXIT.ok;
}
