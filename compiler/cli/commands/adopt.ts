import type { Survey } from '../../adopt/survey.ts';
import type { Modelled } from '../../build/model.ts';
import type { Host } from '../../host/host.ts';
import type { StatePlace } from '../../state/locate.ts';
import { EXIT, type Args, type Command } from '../command.ts';
import { UsageError } from '../../diagnostics/usage-error.ts';
import { INPUT_OPTIONS } from '../options.ts';
import { loadSite, reportErrors, requestOf, tell } from '../session.ts';

/** Looks at a site that Ansible has deployed, before pigstyc does. */
export const adopt: Command = {
  usage: 'adopt [files..]',
  summary:
    'Look at a site that Ansible has deployed: authority, ssh, passwords, defaults; exit 1 when something needs care',
  positionals: { files: { describe: 'Inventory files, merged in order; default pigsty.yml' } },
  options: [
    'authority',
    'offline',
    'since',
    'limit',
    'out',
    'json',
    ...INPUT_OPTIONS.filter((name) => !['format', 'strict', 'show-allowed', 'quiet'].includes(name)),
  ],
  examples: [
    ['adopt', 'Ask all hosts; what they have is compared by digests, no password travels'],
    ['adopt --offline', 'Only what can be seen from here'],
    ['adopt --json', 'The same for a program'],
    ['adopt --authority ../pigsty/files/pki', 'Its authority becomes the one of this site'],
  ],
  run: async (args, host) => {
    const loaded = await loadSite(args, host);
    if (typeof loaded === 'number') return loaded;
    const { directoryOf } = await import('../../inputs/directories.ts');
    const { locateState } = await import('../../state/locate.ts');
    const files = requestOf(args).files;
    const [place, unclear] = locateState(host, files, args.state, true);
    if (place === undefined) return reportErrors(args, host, loaded.checked, unclear);
    if (args.authority !== undefined) {
      const code = await take(args, host, place, loaded);
      if (code !== EXIT.ok) return code;
    }
    const { survey } = await import('../../adopt/survey.ts');
    const [found, problems] = await survey(host, loaded, place, directoryOf(files[0]!), args.offline);
    return found === undefined
      ? reportErrors(args, host, loaded.checked, problems)
      : said(args, host, place, loaded, found);
  },
};

async function take(args: Args, host: Host, place: StatePlace, { checked }: Modelled): Promise<number> {
  const { takeAuthority } = await import('../../adopt/take-authority.ts');
  const [{ how, authority }, problems] = takeAuthority(host, args.authority!, place);
  if (problems.length > 0) return reportErrors(args, host, checked, problems);
  if (how === 'none there') throw new UsageError(`--authority: ${args.authority} has no ca/ca.crt`);
  const fingerprint = authority!.certificate.fingerprint256;
  if (how === 'another is there') {
    tell(host, [`${place.pki} has another authority, SHA-256 ${fingerprint}: nothing was taken over`]);
    return EXIT.findings;
  }
  const what = how === 'taken' ? `is the authority of this site now, in ${place.pki}: back that up` : 'is it already';
  const key = authority!.key === undefined ? '; without its key nothing can be signed' : '';
  tell(host, [`${args.authority}/ca/ca.crt, SHA-256 ${fingerprint}, ${what}${key}`]);
  return EXIT.ok;
}

async function said(args: Args, host: Host, place: StatePlace, loaded: Modelled, found: Survey): Promise<number> {
  const { adoptionJson, adoptionText, leftOf, needsCare } = await import('../adoption-text.ts');
  const left = await leftOf(loaded.checked, args.since);
  host.stdout(
    args.json
      ? `${JSON.stringify(adoptionJson(found, place, left, args), undefined, 2)}\n`
      : adoptionText(found, place, left, loaded.checked, args),
  );
  return needsCare(found, place) ? EXIT.findings : EXIT.ok;
}
