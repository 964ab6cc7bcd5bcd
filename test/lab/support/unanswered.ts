/** Panels that get nothing in the lab, and why. */
export interface Unanswered {
  readonly board: string;
  /** Without one: all of the board. */
  readonly panel?: string;
  /** Only where the variable of the board has this value. */
  readonly value?: string;
  readonly why: string;
}

const NO_MINIO = 'no archive has a MinIO server, and the S3 server of the lab has no metrics';

const NO_LOGS = 'no archive has vector or VictoriaLogs';

export const UNANSWERED: readonly Unanswered[] = [
  { board: 'minio-overview', why: NO_MINIO },
  { board: 'infra-logs', why: NO_LOGS },
  { board: 'infra-log', why: NO_LOGS },
  { board: 'fleet-overview', panel: 'Object storage drives offline', why: NO_MINIO },
  { board: 'node-overview', panel: 'Clock', why: 'hosts of the lab may not ask the kernel about its clock' },
  { board: 'infra-overview', panel: 'Targets that do not answer', why: 'all of them answer' },
  ...['Servers up', 'Sessions', 'New sessions', 'To clients', 'Queued', 'Failed connections'].map((panel) => ({
    board: 'haproxy-overview',
    panel,
    value: 'nodes',
    why: 'the balancer of the infra host has no service',
  })),
];

/** Why a panel gets nothing, or undefined. */
export function excuse(board: string, panel: string, values: Readonly<Record<string, string>>): string | undefined {
  const found = UNANSWERED.find(
    (one) =>
      one.board === board &&
      (one.panel === undefined || one.panel === panel) &&
      (one.value === undefined || Object.values(values).includes(one.value)),
  );
  return found?.why;
}
