import type { ParameterName } from '../compiler/schema/parameter-names.gen.ts';
import { etcd } from './etcd/module.ts';
import { haproxy } from './haproxy/module.ts';
import { infra } from './infra/module.ts';
import { minio } from './minio/module.ts';
import type { Module } from './module.ts';
import { monitor } from './monitor/module.ts';
import { node } from './node/module.ts';
import { pgsql } from './pgsql/module.ts';
import { redis } from './redis/module.ts';

/** Every module, in the order in which stages run and in which a host takes the steps of one stage. */
const LIST = [node, etcd, infra, minio, pgsql, haproxy, redis, monitor] as const;

export const MODULES: readonly Module[] = LIST;

type Known = (typeof LIST)[number];
export type ModuleName = Known['name'];
export type Stage = Known['stages'][number];

/** Clusters that a host is in because of a parameter, not of a group: the parameters that name them. */
export const CLUSTER_NAMES: readonly ParameterName[] = MODULES.flatMap(({ group, cluster }) =>
  group === undefined && cluster !== undefined ? [cluster] : [],
);

type CallsOf<M> = M extends { readonly calls: infer Calls } ? (calls: Calls) => void : never;
type ModuleCalls = CallsOf<Known> extends (calls: infer All) => void ? All : never;

/** Functions of the runtime that are of one module each, with their words. */
export const MODULE_CALLS = Object.assign({}, ...MODULES.map(({ calls }) => calls)) as ModuleCalls;

/** Deployment stages in order. */
export const STAGES: readonly Stage[] = LIST.flatMap(({ stages }): readonly Stage[] => stages);
