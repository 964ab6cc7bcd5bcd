/** What changes of the settings of an instance need, file by file. What is not named here a reload takes over. */
import type { FileSettings } from '../settings.ts';

/** Facts of the instance. Patroni gives the server its port and addresses as arguments. */
export const INSTANCE_SETTINGS: FileSettings = {
  name: 'instance',
  separator: '=',
  needs: {
    PG_SCOPE: 'new data',
    PG_GROUP: 'new data',
    PG_INSTANCE: 'new data',
    PG_VERSION: 'new data',
    PG_DATA: 'new data',
  },
  asArguments: { PG_PORT: 'port', PG_LISTEN: 'listen_addresses' },
};

/**
 * Patroni's own file. What is below `bootstrap` it reads when it creates the cluster; afterwards the DCS and the HBA
 * file of the data directory have it, which other files bring up to date.
 */
export const PATRONI_SETTINGS: FileSettings = {
  name: 'patroni',
  separator: ':',
  needs: {
    scope: 'new data',
    name: 'new data',
    namespace: 'new data',
    'citus.group': 'new data',
    'postgresql.data_dir': 'new data',
    'bootstrap.initdb.encoding': 'new data',
    'bootstrap*': 'first start',
    'bootstrap.pg_hba*': 'nothing',
    'bootstrap.dcs*': 'nothing',
  },
  server: ['bootstrap.dcs.postgresql.parameters.', 'postgresql.parameters.'],
  askedAt: { address: ['restapi.listen'], tls: ['restapi.certfile'] },
};

/** The settings in the DCS; Patroni sees them in its next round. */
export const DCS_SETTINGS: FileSettings = {
  name: 'dcs',
  separator: ':',
  needs: {},
  server: ['postgresql.parameters.'],
};

/** postgresql.auto.conf. */
export const OWN_SETTINGS: FileSettings = { name: 'auto-conf', separator: '=', needs: {}, server: [''] };

/** pgbouncer.ini. */
export const POOL_SETTINGS: FileSettings = {
  name: 'pgbouncer',
  separator: '=',
  needs: { listen_addr: 'restart', listen_port: 'restart', unix_socket_dir: 'restart' },
};
