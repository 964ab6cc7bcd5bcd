import type { Host } from '../../host/host.ts';

/** A host that asks each question and starts each program once: two sides of a comparison need the same passwords. */
export function askOnce(real: Host): Host {
  const answers = new Map<string, string>();
  const remember = (key: readonly unknown[], ask: () => string): string => {
    const id = JSON.stringify(key);
    const answer = answers.get(id) ?? ask();
    answers.set(id, answer);
    return answer;
  };
  return {
    ...real,
    askSecret: (question) => remember(['ask', question ?? null], () => real.askSecret(question)),
    runProgram: (path, args) => remember(['run', path, args], () => real.runProgram(path, args)),
  };
}
