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

/** Deployment stages in order. */
export const STAGES: readonly Stage[] = LIST.flatMap(({ stages }): readonly Stage[] => stages);
