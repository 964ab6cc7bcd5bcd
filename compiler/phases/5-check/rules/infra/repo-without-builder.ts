import type { ParameterName } from '../../../../schema/parameter-names.gen.ts';
import { report } from '../../../../diagnostics/report.ts';
import type { InventoryHost } from '../../../2-merge/inventory.ts';
import type { CheckContext } from '../../context.ts';
import { text } from '../../nodes.ts';
import type { Rule } from '../../rule.ts';

export const repoWithoutBuilder: Rule = {
  codes: ['repo-without-builder'],
  about:
    "Hosts that take packages from the site's own repository find one for their system at the " +
    'administration host. A repository that the inventory defines itself may be anywhere.',
  *check(context) {
    const admin = context.host(text(context.globals.get('admin_ip')?.node) ?? '');
    if (context.fragment || admin === undefined || !context.members('infra').includes(admin)) return;
    const users = context.hosts.filter(
      (host) =>
        context
          .of(host)
          .nodeRepoModules.value.split(/[,\s]+/)
          .includes('local') && context.of(host).repoUpstream.value.length === 0,
    );
    if (users.length === 0) return;
    const setting = unserved(context, admin);
    if (setting !== undefined) {
      yield report('repo-without-builder', context.parameter(admin, setting).span, {
        problem: 'off',
        host: admin.name,
        setting,
        value: context.parameter(admin, setting).text,
      });
      return;
    }
    const own = context.facts(admin);
    for (const host of users) {
      const facts = context.facts(host);
      if (own === undefined || facts === undefined || (own.osCode === facts.osCode && own.arch === facts.arch))
        continue;
      yield report('repo-without-builder', context.of(host).nodeRepoModules.span, {
        problem: 'other-system',
        host: host.name,
        system: facts.osCode,
        arch: facts.arch,
        admin: admin.name,
        served: own.osCode,
        servedArch: own.arch,
      });
      return;
    }
  },
};

/** The first setting because of which nothing answers at `http://ADMIN/pigsty`. */
function unserved(context: CheckContext, admin: InventoryHost): ParameterName | undefined {
  const served = [
    ['repo_enabled', 'true'],
    ['nginx_enabled', 'true'],
    ['nginx_port', '80'],
    ['repo_name', 'pigsty'],
  ] as const;
  return served.find(([name, value]) => context.parameter(admin, name).text !== value)?.[0];
}
