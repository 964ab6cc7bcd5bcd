import type { PgService, PgServiceMember } from '../model/site.ts';
import type { Loss, ServiceReport } from '../review/services/losses.ts';
import type { Style } from './style.ts';
import { columns } from './table.ts';

/** One block a service: where it is, who serves, and what is left without each zone. */
export function servicesText(reports: readonly ServiceReport[], style: Style): string {
  return reports.map((report) => block(report, style)).join('\n');
}

function block({ service, entries, losses }: ServiceReport, style: Style): string {
  const names = (backup: boolean): string =>
    service.members
      .filter((member) => member.backup === backup)
      .map(({ instance }) => instance.name)
      .join(', ');
  const offered =
    entries.length === 0 ? 'on no host: there is no load balancer' : `on ${entries.map(({ name }) => name).join(', ')}`;
  const rows = [
    ['  offered', offered],
    [
      '  leads to',
      `${
        destinations(service)
          .map(({ name, port }) => (name === undefined ? String(port) : `${name} ${port}`))
          .join(', ') || 'nothing'
      }, check ${service.check}`,
    ],
    ['  members', names(false) || 'none'],
    ...(names(true) === '' ? [] : [['  backups', names(true)]]),
    ...losses.map((loss) => [`  without ${loss.zone.name}`, leftText(loss, style)]),
  ];
  return `${style.bold(service.fullName)}, port ${service.port}\n${columns(rows)}`;
}

function leftText({ serving, least, most, elects, entries }: Loss, style: Style): string {
  const names = serving.map(({ name }) => name);
  if (names.length === 0) return style.red('nothing');
  if (entries.length === 0) return style.red('no load balancer');
  const many = least === names.length ? '' : least === most ? `${least} of ` : `${least} to ${most} of `;
  return `${many}${names.join(', ')}${elects ? ', after a failover' : ''}`;
}

/** What members are reached at, with the name of the program where it has one. */
export function destinations({
  members,
}: PgService): readonly { readonly name: string | undefined; readonly port: number }[] {
  return [...new Map(members.map((member) => [member.port, { name: programAt(member), port: member.port }])).values()];
}

function programAt({ instance, port }: PgServiceMember): string | undefined {
  const { params } = instance.host;
  return port === params.pgbouncerPort ? 'pgbouncer' : port === params.pgPort ? 'postgres' : undefined;
}

/** For programs. */
export function servicesJson(reports: readonly ServiceReport[]): unknown {
  return reports.map(({ cluster, service, entries, losses }) => ({
    service: service.fullName,
    cluster: cluster.name,
    port: service.port,
    ip: service.ip,
    check: service.check,
    destinations: destinations(service),
    offeredOn: entries.map(({ name }) => name),
    members: service.members.map(({ instance, port, weight, backup }) => ({
      instance: instance.name,
      host: instance.host.name,
      port,
      weight,
      backup,
    })),
    losses: losses.map(({ zone, serving, least, most, elects, entries: left }) => ({
      lost: zone.name,
      hosts: zone.hosts.map(({ name }) => name),
      offeredOn: left.map(({ name }) => name),
      serving: serving.map(({ name }) => name),
      least,
      most,
      failover: elects,
    })),
  }));
}
