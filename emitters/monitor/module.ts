import type { Module } from '../module.ts';

/** Exporters and logs of whatever a host runs, once all of it runs. */
export const monitor = {
  name: 'monitor',
  stages: ['monitor'],
  identity: [],
  ports: [],
  runtime: [],
} as const satisfies Module;
