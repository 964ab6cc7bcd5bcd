/** What a run has read, so that another thread reads the same without asking the machine again. */
import { IoError, type Host } from './host.ts';

type Answer =
  | { readonly value: unknown }
  | { readonly error: { readonly path: string; readonly code: string; readonly reason: string } };

/** Answers by question. */
export type Readings = ReadonlyMap<string, Answer>;

/** What inputs are read with. */
const QUESTIONS = ['readFile', 'readDir', 'list', 'stat', 'lstat', 'realPath', 'runProgram', 'askSecret'] as const;

type Ask = (...args: readonly unknown[]) => unknown;

/** A host that keeps what it answers. */
export function recorded(real: Host): { readonly host: Host; readonly readings: Readings } {
  const readings = new Map<string, Answer>();
  const host = withQuestions(real, (name, ask, ...args) => {
    const question = JSON.stringify([name, ...args]);
    try {
      const value = ask(...args);
      readings.set(question, { value });
      return value;
    } catch (error) {
      if (error instanceof IoError)
        readings.set(question, { error: { path: error.path, code: error.code, reason: error.reason } });
      throw error;
    }
  });
  return { host, readings };
}

/** A host that answers what was answered before, and nothing else. */
export function replayed(real: Host, readings: Readings): Host {
  return withQuestions(real, (name, _ask, ...args) => {
    const answer = readings.get(JSON.stringify([name, ...args]));
    if (answer === undefined) throw new Error(`${name} was not asked before`);
    if ('value' in answer) return answer.value;
    throw new IoError(answer.error.path, answer.error.code, answer.error.reason);
  });
}

function withQuestions(real: Host, answer: (name: string, ask: Ask, ...args: readonly unknown[]) => unknown): Host {
  const asked = QUESTIONS.map((name) => [
    name,
    (...args: readonly unknown[]) => answer(name, real[name] as Ask, ...args),
  ]);
  return { ...real, ...(Object.fromEntries(asked) as Pick<Host, (typeof QUESTIONS)[number]>) };
}
