import { readPackageFile } from '../../package/package-files.ts';
import { EXIT, type Command } from '../command.ts';

/** Prints the script that collects the facts of a host. */
export const facts: Command = {
  usage: 'facts',
  summary: 'Print the read-only script that collects the facts of a host (CPUs, memory, disk, system)',
  positionals: {},
  options: [],
  examples: [
    ['facts | ssh 10.10.10.11 sh -s > facts/10.10.10.11.json', 'Collect the facts of one host'],
    ['facts | ssh 10.10.10.11 sh -s /srv > facts/10.10.10.11.json', 'Data will be below /srv'],
  ],
  run: async (_args, host) => {
    host.stdout(readPackageFile('compiler/cli/facts.sh'));
    return EXIT.ok;
  },
};
