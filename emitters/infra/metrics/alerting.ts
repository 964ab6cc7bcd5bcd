import type { Params, ReceiverSpec, SmtpSpec } from '../../../compiler/model/params.gen.ts';
import type { SecretSink } from '../../../compiler/model/secret.ts';
import type { Step } from '../../api.ts';
import { yamlDocument } from '../../toolkit/yaml.ts';
import { file, reload, type InfraContext } from '../context.ts';

/** Routing of alerts and modules of the prober. */
export function alertingSteps({ host, site, has }: InfraContext): readonly Step[] {
  const { params, facts } = host;
  const options = (name: 'alertmanager' | 'blackbox-exporter') => ({
    owner: 'prometheus',
    group: 'infra',
    effects: [reload(site.platform.unit(name, facts))],
  });
  return [
    ...(params.alertmanagerEnabled && has('alertmanager')
      ? [
          file('/etc/alertmanager.yml', 'infra/alertmanager', (secrets) => alertmanagerConfig(params, secrets), {
            ...options('alertmanager'),
            mode: params.alertmanagerReceivers.length === 0 ? 0o644 : 0o640,
            once: params.alertmanagerReceivers.length === 0,
          }),
        ]
      : []),
    ...(params.blackboxEnabled && has('blackbox-exporter')
      ? [file('/etc/blackbox.yml', 'infra/blackbox', blackboxConfig, options('blackbox-exporter'))]
      : []),
  ];
}

/**
 * Who is told of alerts: `alertmanager_receivers`. Without one nobody is, and the file, written once, is the operator's
 * from then on. https://prometheus.io/docs/alerting/latest/configuration
 */
function alertmanagerConfig(params: Params, secrets: SecretSink): string {
  const { alertmanagerReceivers: receivers, alertmanagerSmtp: smtp } = params;
  const comments: Record<string, string> = {
    inhibit_rules: '\nWhat follows from a dead host or server is not reported again.',
  };
  if (receivers.length === 0)
    comments['receivers'] =
      '\nAdd receivers here (webhook_configs, email_configs, …) and name them in the routes above.';
  return yamlDocument(
    {
      global: { resolve_timeout: '5m', ...(smtp === undefined ? {} : smtpSettings(smtp, secrets)) },
      route: {
        receiver: 'none',
        group_by: ['alertname', 'cls'],
        group_wait: '30s',
        group_interval: '5m',
        repeat_interval: '4h',
        routes: receivers.length === 0 ? [{ receiver: 'none', ...URGENT }] : receivers.flatMap(routes),
      },
      receivers: [{ name: 'none' }, ...receivers.map((one) => receiver(one, secrets))],
      inhibit_rules: [
        { source_matchers: ['alertname="NodeDown"'], target_matchers: ['alertname!="NodeDown"'], equal: ['ip'] },
        {
          source_matchers: ['alertname="PostgresDown"'],
          target_matchers: ['category="pgsql"', 'alertname!="PostgresDown"'],
          equal: ['ins'],
        },
      ],
    },
    { comments },
  );
}

/** Critical alerts leave sooner and are repeated more often. */
const URGENT = { matchers: ['severity="CRIT"'], group_wait: '10s', repeat_interval: '1h' } as const;

/** A receiver is told of what its own routes match, whatever others are told of. */
function routes({ name, severity, matchers }: ReceiverSpec): readonly object[] {
  const urgent = severity.includes('CRIT')
    ? [{ receiver: name, ...URGENT, matchers: [...URGENT.matchers, ...matchers], continue: true }]
    : [];
  const calm = severity.filter((one) => one !== 'CRIT');
  if (calm.length === 0) return urgent;
  return [...urgent, { receiver: name, matchers: [`severity=~"${calm.join('|')}"`, ...matchers], continue: true }];
}

function receiver({ name, webhook, mail, pagerduty }: ReceiverSpec, secrets: SecretSink): object {
  const each = <T>(value: T | undefined, config: (value: T) => object): readonly object[] | undefined =>
    value === undefined ? undefined : [{ ...config(value), send_resolved: true }];
  return {
    name,
    webhook_configs: each(webhook, (url) => ({ url: secrets.reveal(url) })),
    email_configs: each(mail, (to) => ({ to })),
    pagerduty_configs: each(pagerduty, (key) => ({ routing_key: secrets.reveal(key) })),
  };
}

function smtpSettings({ host, from, user, password, tls }: SmtpSpec, secrets: SecretSink): object {
  return {
    smtp_smarthost: host,
    smtp_from: from,
    smtp_auth_username: user,
    smtp_auth_password: password === undefined ? undefined : secrets.reveal(password),
    smtp_require_tls: tls,
  };
}

function blackboxConfig(): string {
  return yamlDocument({
    modules: {
      icmp: { prober: 'icmp', timeout: '5s' },
      icmp_ttl5: { prober: 'icmp', timeout: '5s', icmp: { ttl: 5 } },
      http_2xx: { prober: 'http', timeout: '5s' },
      http_post_2xx: { prober: 'http', timeout: '5s', http: { method: 'POST' } },
      tcp_connect: { prober: 'tcp', timeout: '5s' },
    },
  });
}
