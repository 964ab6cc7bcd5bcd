import type { MinioMember, Site } from '../../compiler/model/site.ts';
import type { SecretSink } from '../../compiler/model/secret.ts';
import { environmentFile } from '../toolkit/env.ts';
import { serverVolumes } from './volumes.ts';

/** The server's environment. `minio_extra_vars` is written as it is, one `NAME=value` a line. */
export function serverEnv(site: Site, member: MinioMember, secrets: SecretSink): string {
  const { params } = member.host;
  const extra = params.minioExtraVars.trim();
  return (
    environmentFile({
      MINIO_OPTS: `--address :${params.minioPort} --console-address :${params.minioAdminPort}`,
      MINIO_VOLUMES: serverVolumes(member),
      MINIO_ROOT_USER: params.minioAccessKey,
      MINIO_ROOT_PASSWORD: secrets.reveal(params.minioSecretKey),
      MINIO_PROMETHEUS_AUTH_TYPE: 'public',
      MINIO_PROMETHEUS_JOB_ID: 'minio',
      MINIO_PROMETHEUS_URL: `http://${site.adminIp}:${params.vmetricsPort}`,
    }) + (extra === '' ? '' : `${extra}\n`)
  );
}
