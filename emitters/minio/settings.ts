import type { FileSettings } from '../settings.ts';

/** The environment of the server, which reads it when it starts. A pool keeps its drives for ever; more pools may follow. */
export const MINIO_SETTINGS: FileSettings = {
  name: 'minio',
  separator: '=',
  needs: { MINIO_VOLUMES: 'new data' },
};
