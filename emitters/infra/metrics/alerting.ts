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
          file('/etc/alertmanager.yml', 'infra/alertmanager', alertmanagerConfig, {
            ...options('alertmanager'),
            once: true,
          }),
        ]
      : []),
    ...(params.blackboxEnabled && has('blackbox-exporter')
      ? [file('/etc/blackbox.yml', 'infra/blackbox', blackboxConfig, options('blackbox-exporter'))]
      : []),
  ];
}

/**
 * A route without a receiver that sends anything: whom to call is the site's business and no parameter says it, so the
 * file is written once and is the operator's from then on.
 */
function alertmanagerConfig(): string {
  return yamlDocument(
    {
      global: { resolve_timeout: '5m' },
      route: {
        receiver: 'none',
        group_by: ['alertname', 'cls'],
        group_wait: '30s',
        group_interval: '5m',
        repeat_interval: '4h',
        routes: [{ receiver: 'none', matchers: ['severity="CRIT"'], group_wait: '10s', repeat_interval: '1h' }],
      },
      receivers: [{ name: 'none' }],
      inhibit_rules: [
        { source_matchers: ['alertname="NodeDown"'], target_matchers: ['alertname!="NodeDown"'], equal: ['ip'] },
        {
          source_matchers: ['alertname="PostgresDown"'],
          target_matchers: ['category="pgsql"', 'alertname!="PostgresDown"'],
          equal: ['ins'],
        },
      ],
    },
    {
      comments: {
        receivers: '\nAdd receivers here (webhook_configs, email_configs, …) and name them in the routes above.',
        inhibit_rules: '\nWhat follows from a dead host or server is not reported again.',
      },
    },
  );
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
