import type { Host } from '../../../compiler/model/site.ts';
import type { Step } from '../../api.ts';
import type { Stage } from '../../modules.ts';
import { nginxString } from '../../toolkit/quote/index.ts';
import { renderTemplate } from '../../toolkit/template.ts';
import { dir, file, reload, type InfraContext } from '../context.ts';

/**
 * nginx reads a new file before it replaces the old one: a certificate that is missing or a name that nothing resolves is
 * found while the portal still has a configuration that it can start with.
 */
export const NGINX_READS = ['nginx_reads', '{}'] as const;

/** nginx itself, before any server is defined. */
export function nginxBase(context: InfraContext, stage: Stage): readonly Step[] {
  const { host, site } = context;
  const unit = site.platform.unit('nginx', host.facts);
  const group = site.platform.path('nginxUser', host.facts);
  return [
    dir('/etc/nginx/conf.d', 'root', group, 0o750, stage),
    { kind: 'absent', stage, path: '/etc/nginx/conf.d/default.conf', effects: [reload(unit)] },
    file('/etc/nginx/nginx.conf', 'infra/nginx', () => mainConf(context, group), {
      stage,
      group,
      effects: [reload(unit)],
      validate: NGINX_READS,
    }),
  ];
}

/** The directory that is served; it may be a link. */
export function homeDirectory({ params }: Host, group: string, stage: Stage): readonly Step[] {
  const home = params.nginxHome;
  const linked = params.nginxData !== '' && params.nginxData !== home;
  return [
    ...(linked
      ? [
          dir(params.nginxData, 'root', group, 0o755, stage),
          { kind: 'link', stage, path: home, target: params.nginxData } as const,
        ]
      : []),
    // Its pages are root's; nginx's own are the directories below.
    dir(home, 'root', group, 0o755, stage),
  ];
}

function mainConf({ site, host }: InfraContext, user: string): string {
  const modules = site.platform.path('nginxModulesConf', host.facts);
  return renderTemplate('emitters/infra/templates/nginx.conf.njk', {
    user: nginxString(user),
    modules: modules === '' ? '' : nginxString(modules),
  });
}
