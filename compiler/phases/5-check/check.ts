import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { Resolved } from '../4-resolve/resolve.ts';
import { CheckContext, type CheckOptions } from './context.ts';
import type { Rule } from './rule.ts';
import { misread } from './rules/shape/misread.ts';
import { commas } from './rules/shape/commas.ts';
import { levels, silentModules, unknownNames, withoutEffect } from './rules/shape/names.ts';
import { hiddenCharacters, optionLines, remarksInSecrets, unfilledSecrets } from './rules/shape/text.ts';
import { values } from './rules/shape/values.ts';
import { defaultSecrets } from './rules/inventory/default-secrets.ts';
import { addresses, emptyGroups, globals, hostNames } from './rules/inventory/globals.ts';
import { writtenFor } from './rules/inventory/release.ts';
import { nearlyAll } from './rules/inventory/nearly-all.ts';
import { oneCluster } from './rules/inventory/membership.ts';
import { infraGroup, infraMembers, monitoring, repositories, repositoryModules } from './rules/infra/infra.ts';
import { portal } from './rules/infra/portal.ts';
import { repoUnsigned } from './rules/infra/repo-unsigned.ts';
import { repoWithoutBuilder } from './rules/infra/repo-without-builder.ts';
import { portalEndpointName } from './rules/infra/portal-endpoint-name.ts';
import { receiverUseless } from './rules/infra/receiver-useless.ts';
import { programOption } from './rules/infra/program-option.ts';
import { connections, hostKeys, sshPort } from './rules/node/connection.ts';
import { crontabs, fullBackups } from './rules/node/crontab.ts';
import { hugepages, nodenames, openFiles } from './rules/node/node.ts';
import { hostPorts } from './rules/node/ports.ts';
import { nodeVip } from './rules/node/vip.ts';
import { firewallOff } from './rules/node/firewall-off.ts';
import { intranetOutsiders } from './rules/node/intranet-outsiders.ts';
import { nameServers } from './rules/node/name-servers.ts';
import { vipNameTaken } from './rules/node/vip-name-taken.ts';
import { dataDirectory } from './rules/node/data-directory.ts';
import { timeZone } from './rules/node/time-zone.ts';
import { sysctlValue } from './rules/node/sysctl-value.ts';
import { haproxyServices } from './rules/haproxy/services.ts';
import { etcdGroup, etcdMembers, etcdPorts, etcdTiming } from './rules/etcd/members.ts';
import { clusterName, groupName } from './rules/pgsql/cluster-name.ts';
import { commonValues, sharedLists } from './rules/inventory/common-values.ts';
import {
  identified,
  noInstances,
  offlineMembers,
  onePrimary,
  synchronousPeers,
  uniqueSeq,
} from './rules/pgsql/members.ts';
import { standbyObjects } from './rules/pgsql/standby-objects.ts';
import { delay, upstream, upstreamCycle } from './rules/pgsql/upstream.ts';
import { citus, citusLeftover } from './rules/pgsql/citus.ts';
import { extensions } from './rules/pgsql/extensions.ts';
import { listen } from './rules/pgsql/listen.ts';
import { packageNames } from './rules/pgsql/packages.ts';
import { preloadNames } from './rules/pgsql/preload.ts';
import { plans, profileName } from './rules/pgsql/recovery.ts';
import { SETTINGS } from './rules/pgsql/parameters.ts';
import { settings } from './rules/settings/settings.ts';
import { databases, monitorSchema } from './rules/users/databases.ts';
import { poolNames } from './rules/users/pool-names.ts';
import { USERS } from './rules/users/users.ts';
import { verifierForLogin, verifierMalformed } from './rules/users/verifiers.ts';
import { hbaLines, hbaNames } from './rules/hba/analysis.ts';
import { lockouts, pooledUsers } from './rules/hba/lockouts.ts';
import { hbaRules } from './rules/hba/rules.ts';
import { hbaShadows, hiddenDefaults } from './rules/hba/shadows.ts';
import { provider, providerPorts } from './rules/services/provider.ts';
import { selectorValues } from './rules/services/selectors.ts';
import { loneMembers } from './rules/services/lone-members.ts';
import { services, uniqueServices } from './rules/services/services.ts';
import { clusterVip, dnsNames } from './rules/services/vip.ts';
import { pointInTime } from './rules/backup/recovery.ts';
import { remoteExporters } from './rules/backup/remote.ts';
import { backupRepositories } from './rules/backup/repositories.ts';
import { backupEndpoint } from './rules/backup/backup-endpoint.ts';
import { nativeCluster, redisIdentity, redisSettings } from './rules/redis/redis.ts';
import { replicas } from './rules/redis/replicas.ts';
import { sentinel } from './rules/redis/sentinel.ts';
import { redisOpen } from './rules/redis/redis-open.ts';
import { redisRenames } from './rules/redis/renames.ts';
import { redisBind } from './rules/redis/redis-bind.ts';
import { redisCommandNeeded } from './rules/redis/redis-command-needed.ts';
import { minioAliases, minioIdentity, minioObjects } from './rules/minio/minio.ts';
import { minioPools } from './rules/minio/pools.ts';
import { minioVolumes } from './rules/minio/minio-volumes.ts';
import { minioRoot } from './rules/minio/minio-root.ts';
import { components } from './rules/modules/components.ts';
import { application, juiceInstances } from './rules/modules/docker.ts';
import { kafka } from './rules/modules/kafka.ts';
import { mysql } from './rules/modules/mysql.ts';

/** Every rule, in the order of the chapters of docs/checks.md. The order does not show: diagnostics are sorted by place. */
export const RULES: readonly Rule[] = [
  unknownNames,
  commas,
  levels,
  silentModules,
  withoutEffect,
  values,
  misread,
  unfilledSecrets,
  remarksInSecrets,
  hiddenCharacters,
  optionLines,
  globals,
  writtenFor,
  nearlyAll,
  hostNames,
  addresses,
  emptyGroups,
  oneCluster,
  defaultSecrets,
  infraMembers,
  infraGroup,
  portal,
  repoUnsigned,
  repoWithoutBuilder,
  portalEndpointName,
  receiverUseless,
  programOption,
  monitoring,
  repositoryModules,
  repositories,
  nodenames,
  hugepages,
  openFiles,
  connections,
  sshPort,
  crontabs,
  fullBackups,
  nodeVip,
  firewallOff,
  intranetOutsiders,
  nameServers,
  vipNameTaken,
  dataDirectory,
  timeZone,
  sysctlValue,
  hostKeys,
  haproxyServices,
  hostPorts,
  etcdMembers,
  etcdGroup,
  etcdTiming,
  etcdPorts,
  clusterName,
  groupName,
  identified,
  uniqueSeq,
  onePrimary,
  noInstances,
  commonValues,
  sharedLists,
  synchronousPeers,
  offlineMembers,
  upstream,
  upstreamCycle,
  delay,
  standbyObjects,
  citus,
  citusLeftover,
  extensions,
  packageNames,
  preloadNames,
  ...SETTINGS,
  settings,
  profileName,
  plans,
  listen,
  ...USERS,
  verifierMalformed,
  verifierForLogin,
  databases,
  poolNames,
  monitorSchema,
  hbaRules,
  hbaLines,
  hbaShadows,
  hiddenDefaults,
  lockouts,
  pooledUsers,
  hbaNames,
  services,
  uniqueServices,
  selectorValues,
  loneMembers,
  provider,
  providerPorts,
  clusterVip,
  dnsNames,
  backupRepositories,
  backupEndpoint,
  pointInTime,
  remoteExporters,
  redisIdentity,
  redisSettings,
  nativeCluster,
  replicas,
  sentinel,
  redisOpen,
  redisRenames,
  redisBind,
  redisCommandNeeded,
  minioIdentity,
  minioAliases,
  minioObjects,
  minioPools,
  minioVolumes,
  minioRoot,
  application,
  juiceInstances,
  kafka,
  mysql,
  components,
];

/** Everything wrong with a resolved inventory that can be known before a host is touched. */
export function checkInventory(inventory: Resolved, options: CheckOptions): readonly Diagnostic[] {
  const context = new CheckContext(inventory, options);
  return RULES.flatMap((rule) => [...rule.check(context)]);
}
