/** What threads that render beside the main one are told, and say. */
import type { MessagePort } from 'node:worker_threads';
import type { Host as System } from '../host/host.ts';
import type { Readings } from '../host/replay.ts';
import type { Request } from '../inputs/request.ts';
import type { MadeFrom } from './render-host.ts';
import type { StagedHost } from '../phases/9-bundle/write-bundle.ts';
import type { Pki } from '../pki/certificates.ts';

/** What a build is made of, for a thread that makes the same model. */
export interface SideTask {
  /** Starts the program. */
  readonly launcher: string;
  /** The file of the program: another build of it would render other files. */
  readonly program: string;
  readonly request: Request;
  readonly limit: string | undefined;
  readonly readings: Readings;
  readonly tables: System['tables'];
  /** See `Site`. */
  readonly topology: string | undefined;
  /** Names of the hosts, in groups of which each is rendered by whoever comes first. */
  readonly groups: readonly (readonly string[])[];
  /** Where the key is, and which it is. */
  readonly key: { readonly path: string; readonly id: string };
  readonly salts: string;
  readonly pki: Pki;
  /** Of the bundle. */
  readonly directory: string;
}

/** What differs between threads. */
export interface SideData {
  readonly task: SideTask;
  /** From 1. */
  readonly thread: number;
  readonly shared: Int32Array;
  readonly port: MessagePort;
}

/** Places in the memory that all threads share. */
export const SHARED = {
  /** The next group that nobody has begun. */
  next: 0,
  /** Another number whenever a thread has said something. */
  said: 1,
} as const;

/** Index of the next group that nobody has begun. */
export function claim(shared: Int32Array): number {
  return Atomics.add(shared, SHARED.next, 1);
}

/** A host, or the name of one that the main thread has to render: it has findings, or something failed. `ended` is the last word. */
export type Said = (StagedHost & MadeFrom) | { readonly left: string } | { readonly ended: true };

/** The name under which a thread finds its data. */
export const SIDE = 'pigstycSide';
