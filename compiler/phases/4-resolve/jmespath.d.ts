declare module 'jmespath' {
  export interface Token {
    readonly type: string;
    readonly value: unknown;
    /** Offset in the expression. */
    readonly start: number;
  }
  export function tokenize(expression: string): Token[];
  export function compile(expression: string): unknown;
  export function search(data: unknown, expression: string): unknown;
}
