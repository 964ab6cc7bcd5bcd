import { atLeast } from '../../../compiler/platform/profile.ts';
import { iniDocument } from '../../toolkit/ini.ts';
import { pgbouncerValue } from '../../toolkit/quote/pgbouncer.ts';
import { componentVersion, type InstanceView } from '../instance.ts';
import { listenAddresses } from '../../../compiler/domain/pgsql-cluster.ts';

/** /etc/pgbouncer/pgbouncer.ini. PgBouncer refuses to start on a key it does not know. */
export function renderPgbouncerIni(view: InstanceView): string {
  const { params } = view.host;
  const preparedStatements = atLeast(componentVersion(view.site, 'pgbouncer'), 1, 21);
  const main = iniDocument(
    [
      {
        name: 'pgbouncer',
        entries: {
          pool_mode: params.pgbouncerPoolmode,
          listen_addr: listenAddresses(view),
          listen_port: params.pgbouncerPort,
          unix_socket_dir: '/run/postgresql',
          admin_users: `${params.pgDbsu}, ${params.pgAdminUsername}`,
          stats_users: `${params.pgDbsu}, ${params.pgMonitorUsername}`,
          auth_type: 'hba',
          auth_file: '/etc/pgbouncer/userlist.txt',
          auth_hba_file: '/etc/pgbouncer/pgb_hba.conf',
          auth_user: params.pgbouncerAuthQuery ? params.pgDbsu : undefined,
          auth_query: params.pgbouncerAuthQuery
            ? 'SELECT username, password FROM monitor.pgbouncer_auth($1)'
            : undefined,
          client_tls_sslmode: params.pgbouncerSslmode,
          client_tls_cert_file: '/pg/cert/server.crt',
          client_tls_key_file: '/pg/cert/server.key',
          client_tls_ca_file: '/pg/cert/ca.crt',
          server_reset_query: 'DISCARD ALL',
          server_reset_query_always: 0,
          server_lifetime: 600,
          // A server that was away is asked again at once: clients would wait 15 s for one that has started in one.
          server_login_retry: 1,
          server_round_robin: 0,
          max_client_conn: 20000,
          min_pool_size: 0,
          default_pool_size: 50,
          reserve_pool_size: 30,
          reserve_pool_timeout: 1,
          max_db_connections: 100,
          max_user_connections: 100,
          max_prepared_statements: preparedStatements ? 256 : undefined,
          application_name_add_host: 0,
          ignore_startup_parameters:
            params.pgbouncerIgnoreParam.length === 0 ? undefined : params.pgbouncerIgnoreParam.join(', '),
          pidfile: '/run/postgresql/pgbouncer.pid',
          logfile: `${params.pgbouncerLogDir}/pgbouncer.log`,
          log_connections: 0,
          log_disconnections: 0,
        },
      },
    ],
    { quote: pgbouncerValue },
  );
  return [
    `# connection pooler of ${view.instance.name} (${view.instance.role}) at ${view.host.address}`,
    '[users]',
    '%include /etc/pgbouncer/useropts.txt',
    '',
    '[databases]',
    '%include /etc/pgbouncer/database.txt',
    '',
    main,
  ].join('\n');
}
