import type { MinioMember } from '../../compiler/model/site.ts';
import { systemdValue } from '../toolkit/quote/index.ts';
import { unitFile } from '../toolkit/unit-file.ts';

/**
 * Started without waiting for readiness: a member of a distributed cluster is not ready before its peers are, and hosts may
 * be applied one after the other. Health is asked for by provisioning.
 */
export function serverUnit(member: MinioMember): string {
  const type = member.host.params.minioType;
  return unitFile(
    [
      ['Description', systemdValue(`Object storage ${member.name}`)],
      ['Documentation', 'https://silo.pgsty.com/docs/'],
      ['Wants', 'network-online.target'],
      // An earlier server of the same data under its former name must not run beside this one.
      ['After', 'network-online.target minio.service'],
      ['Conflicts', 'minio.service'],
      ['AssertFileIsExecutable', `/usr/bin/${type}`],
    ],
    [
      ['Type', 'simple'],
      ['WorkingDirectory', '/usr/bin'],
      ['User', systemdValue(member.host.params.minioUser)],
      ['Group', 'minio'],
      ['EnvironmentFile', '-/etc/default/minio'],
      ['EnvironmentFile', `-/etc/default/${type}`],
      ['ExecStart', `/usr/bin/${type} server $MINIO_OPTS $MINIO_VOLUMES`],
      ['Restart', 'always'],
      ['RestartSec', 5],
      // Every object being read or written holds a descriptor on each drive.
      ['LimitNOFILE', 1048576],
      ['TasksMax', 'infinity'],
      ['TimeoutStopSec', 'infinity'],
      ['SendSIGKILL', 'no'],
    ],
  );
}
