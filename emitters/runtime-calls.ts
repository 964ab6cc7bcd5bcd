import { MODULE_CALLS } from './modules.ts';

/**
 * The functions of the runtime that a plan calls, each with its words as the comment above the bash function has them;
 * a test compares both. Functions of one module stand in its `module.ts`. The types of the arguments come from the words:
 *
 * - `NAME`: a text; `PORT`, `COUNT`, `NUMBER`: a number
 * - `v3|v2`: one of these words; `FILE|absent`: a text or this word
 * - `CIDR,…`: a list, which becomes one word; `NAME…`: any number of further words
 * - `[drop]`: a word that may be missing; `[DOMAIN NAME]…`: any number of pairs
 */
const HOST_FUNCTIONS = {
  repo_refresh: '',
  repo_build: 'DIR SOURCES LIST',
  repo_install: 'DIR NAME…',
} as const;

/** Those of the modules as well. */
export const FUNCTIONS = { ...HOST_FUNCTIONS, ...MODULE_CALLS };

/** Functions that look at a host before anything on it is changed. */
export const EXPECTATIONS = {
  expect_port: 'PORT PARAMETER UNIT…',
  expect_socket: 'PATH PARAMETER UNIT…',
  expect_stopped: 'UNIT',
  expect_unmoved: 'PARAMETER VALUE FILE EXPRESSION|NUMBER',
} as const;

export type RuntimeFunction = keyof typeof FUNCTIONS;

/** The arguments of a function. */
export type Arguments<F extends RuntimeFunction> = Words<(typeof FUNCTIONS)[F]>;

/** A function with its arguments. */
export type RuntimeCall = { readonly [F in RuntimeFunction]: Called<F, Arguments<F>> }[RuntimeFunction];

/** A function that looks at the host, with its arguments. */
export type Expectation = {
  readonly [F in keyof typeof EXPECTATIONS]: Called<F, Words<(typeof EXPECTATIONS)[F]>>;
}[keyof typeof EXPECTATIONS];

interface Called<F extends string, A extends Argument> {
  readonly fn: F;
  readonly args: A;
}

type Argument = readonly (string | number | readonly (string | number)[])[];

/** A call as its type is written where the function is not yet known. */
export function runtimeCall<F extends RuntimeFunction>(fn: F, ...args: Arguments<F>): RuntimeCall {
  // A function and its arguments are one of the union, which the compiler sees of a single function only.
  return { fn, args } as unknown as RuntimeCall;
}

/** The arguments as words of the shell: a list is one word. */
export function wordsOf(args: Argument): readonly string[] {
  return args.map((argument) => (typeof argument === 'object' ? argument.join(',') : String(argument)));
}

type Words<Text extends string> = Text extends ''
  ? readonly []
  : Text extends `${infer Before} [${string} ${string}]…`
    ? readonly [...Words<Before>, ...(readonly string[])]
    : Text extends `${infer First} ${infer Rest}`
      ? readonly [...Word<First>, ...Words<Rest>]
      : Word<Text>;

type Word<Text extends string> = Text extends `[${infer Inside}]`
  ? readonly [] | readonly [Value<Inside>]
  : Text extends `${infer Inside},…`
    ? readonly [readonly Value<Inside>[]]
    : Text extends `${infer Inside}…`
      ? readonly Value<Inside>[]
      : readonly [Value<Text>];

type Value<Text extends string> = Text extends `${infer One}|${infer Others}`
  ? Value<One> | Value<Others>
  : Text extends 'PORT' | 'COUNT' | 'NUMBER'
    ? number
    : Text extends Uppercase<Text>
      ? string
      : Text;
