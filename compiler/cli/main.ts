import { nodeHost } from '../host/host.ts';
import { run } from './program.ts';

void run(process.argv.slice(2), nodeHost()).then((code) => {
  process.exitCode = code;
});
