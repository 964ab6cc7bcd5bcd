import { ETCD_SETTINGS } from '../../../emitters/etcd/settings.ts';
import { MINIO_SETTINGS } from '../../../emitters/minio/settings.ts';
import {
  DCS_SETTINGS,
  INSTANCE_SETTINGS,
  OWN_SETTINGS,
  PATRONI_SETTINGS,
  POOL_SETTINGS,
} from '../../../emitters/pgsql/settings.ts';
import type { FileSettings } from '../../../emitters/settings.ts';

/** The tables of all programs whose settings differ in what a change of them needs. */
export const SETTINGS: readonly FileSettings[] = [
  ETCD_SETTINGS,
  MINIO_SETTINGS,
  INSTANCE_SETTINGS,
  PATRONI_SETTINGS,
  DCS_SETTINGS,
  OWN_SETTINGS,
  POOL_SETTINGS,
];

const byName = new Map(SETTINGS.map((settings) => [settings.name, settings]));

/** The table that a manifest names. */
export function fileSettings(name: string | undefined): FileSettings | undefined {
  return name === undefined ? undefined : byName.get(name);
}
