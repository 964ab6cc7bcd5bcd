-- view group_config: groups with the variables of the group and of each host
SELECT g.cls,
       (SELECT jsonb_object_agg(host(h.ip), coalesce(
                 (SELECT jsonb_object_agg(v.key, v.value) FROM pigsty.host_var v WHERE v.cls = h.cls AND v.ip = h.ip), '{}'))
          FROM pigsty.host h WHERE h.cls = g.cls) AS hosts,
       (SELECT jsonb_object_agg(v.key, v.value) FROM pigsty.group_var v WHERE v.cls = g.cls) AS vars
  FROM pigsty."group" g

-- view host_config: hosts with their groups, and the variables of groups and host in one
SELECT h.ip,
       array_agg(DISTINCT h.cls) AS groups,
       coalesce((SELECT jsonb_object_agg(m.key, m.value) FROM (
                   SELECT DISTINCT ON (a.key) a.key, a.value
                     FROM (SELECT v.key, v.value, 1 AS rank, v.cls FROM pigsty.group_var v JOIN pigsty.host o USING (cls) WHERE o.ip = h.ip
                           UNION ALL SELECT v.key, v.value, 2, v.cls FROM pigsty.host_var v WHERE v.ip = h.ip) a
                    ORDER BY a.key, a.rank DESC, a.cls DESC) m), '{}') AS vars
  FROM pigsty.host h
 GROUP BY h.ip

-- view global_config: every parameter of all hosts, with its default where none is written
SELECT coalesce(g.key, d.key)                               AS key,
       coalesce(g.value, d.value)                           AS value,
       CASE WHEN g.value IS NULL THEN 'default' ELSE 'global' END AS level
  FROM pigsty.default_var d FULL JOIN pigsty.global_var g ON g.key = d.key

-- view raw_config: the inventory as one JSON document
SELECT jsonb_build_object('all', jsonb_build_object(
         'children', coalesce((SELECT jsonb_object_agg(cls, jsonb_build_object('hosts', coalesce(hosts, '{}'), 'vars', coalesce(vars, '{}')))
                                 FROM pigsty.group_config), '{}'),
         'vars', coalesce((SELECT jsonb_object_agg(key, value) FROM pigsty.global_var), '{}'))) AS jsonb_build_object

-- view inventory: the inventory as Ansible takes it from a program
SELECT coalesce((SELECT jsonb_object_agg(c.cls, jsonb_strip_nulls(jsonb_build_object(
                   'hosts',    (SELECT jsonb_agg(host(h.ip) ORDER BY h.seq, h.ip) FROM pigsty.host h WHERE h.cls = c.cls),
                   'children', (SELECT jsonb_agg(l.key ORDER BY l.seq) FROM pigsty.group_child l WHERE l.cls = c.cls)))
                 || jsonb_build_object('vars', coalesce(c.vars, '{}')))
                   FROM pigsty.group_config c), '{}')
    || jsonb_build_object('all', jsonb_build_object(
         'children', coalesce((SELECT jsonb_agg(g.cls ORDER BY g.seq, g.cls) FROM pigsty."group" g
                                WHERE NOT EXISTS (SELECT FROM pigsty.group_child l WHERE l.key = g.cls AND l.cls <> 'all')), '[]'),
         'vars', coalesce((SELECT jsonb_object_agg(key, value) FROM pigsty.global_var), '{}')))
    || jsonb_build_object('_meta', jsonb_build_object('hostvars', coalesce((
         SELECT jsonb_object_agg(host(o.ip), o.vars) FROM (
           SELECT h.ip, coalesce((SELECT jsonb_object_agg(m.key, m.value) FROM (
                    SELECT DISTINCT ON (v.key) v.key, v.value FROM pigsty.host_var v WHERE v.ip = h.ip ORDER BY v.key, v.cls DESC) m), '{}') AS vars
             FROM (SELECT DISTINCT ip FROM pigsty.host) h) o), '{}'))) AS text

-- view pg_cluster: PostgreSQL clusters
SELECT cls,
       vars ->> 'pg_cluster'                   AS name,
       hosts,
       vars,
       pigsty.as_list(vars -> 'pg_databases')  AS pg_databases,
       pigsty.as_list(vars -> 'pg_users')      AS pg_users,
       pigsty.as_list(pigsty.group_param(cls, 'pg_services'))   || pigsty.as_list(pigsty.group_param(cls, 'pg_default_services'))   AS pg_services,
       pigsty.as_list(pigsty.group_param(cls, 'pg_hba_rules'))  || pigsty.as_list(pigsty.group_param(cls, 'pg_default_hba_rules'))  AS pg_hba,
       pigsty.as_list(pigsty.group_param(cls, 'pgb_hba_rules')) || pigsty.as_list(pigsty.group_param(cls, 'pgb_default_hba_rules')) AS pgbouncer_hba
  FROM pigsty.group_config
 WHERE vars ? 'pg_cluster'

-- view pg_instance: members of PostgreSQL clusters
SELECT c.cls,
       h.key                                    AS ip,
       c.name || '-' || (h.value ->> 'pg_seq')  AS ins,
       pigsty.as_integer(h.value -> 'pg_seq')   AS seq,
       h.value ->> 'pg_role'                    AS role,
       coalesce(pigsty.as_boolean(h.value -> 'pg_offline_query'), false) AS offline_query,
       coalesce(pigsty.as_integer(h.value -> 'pg_weight'), 100)          AS weight,
       pigsty.as_inet(h.value -> 'pg_upstream') AS upstream,
       h.value                                  AS instance
  FROM pigsty.pg_cluster c, jsonb_each(c.hosts) h
 ORDER BY c.cls, 4

-- view pg_service: services of PostgreSQL clusters, default ones included
SELECT c.cls,
       c.name || '-' || (s ->> 'name')  AS svc,
       s ->> 'name'                     AS name,
       s ->> 'ip'                       AS src_ip,
       s ->> 'port'                     AS src_port,
       s ->> 'dest'                     AS dst_port,
       s ->> 'check'                    AS check_url,
       s ->> 'selector'                 AS selector,
       s ->> 'backup'                   AS selector_backup,
       pigsty.as_integer(s -> 'maxconn') AS maxconn,
       s ->> 'balance'                  AS balance,
       s ->> 'options'                  AS options,
       s                                AS service
  FROM pigsty.pg_cluster c, jsonb_array_elements(c.pg_services) s
 ORDER BY c.cls, 3

-- view pg_database: databases of PostgreSQL clusters
SELECT c.cls,
       d ->> 'name'                     AS datname,
       coalesce(d ->> 'state', 'create') AS state,
       d ->> 'owner'                    AS owner,
       d ->> 'template'                 AS template,
       d ->> 'encoding'                 AS encoding,
       d ->> 'locale'                   AS locale,
       d ->> 'lc_collate'               AS lc_collate,
       d ->> 'lc_ctype'                 AS lc_ctype,
       d ->> 'locale_provider'          AS locale_provider,
       d ->> 'icu_locale'               AS icu_locale,
       d ->> 'icu_rules'                AS icu_rules,
       d ->> 'builtin_locale'           AS builtin_locale,
       coalesce(pigsty.as_boolean(d -> 'is_template'), false) AS is_template,
       d ->> 'strategy'                 AS strategy,
       coalesce(pigsty.as_boolean(d -> 'allowconn'), true)    AS allowconn,
       coalesce(pigsty.as_boolean(d -> 'revokeconn'), false)  AS revokeconn,
       d ->> 'tablespace'               AS tablespace,
       coalesce(pigsty.as_integer(d -> 'connlimit'), -1)      AS connlimit,
       coalesce(pigsty.as_boolean(d -> 'pgbouncer'), true)    AS pgbouncer,
       coalesce(d ->> 'comment', '')    AS comment,
       pigsty.as_list(d -> 'schemas')   AS schemas,
       pigsty.as_list(d -> 'extensions') AS extensions,
       pigsty.as_map(d -> 'parameters') AS parameters,
       d ->> 'baseline'                 AS baseline,
       d ->> 'pool_mode'                AS pool_mode,
       pigsty.as_integer(d -> 'pool_size')      AS pool_size,
       pigsty.as_integer(d -> 'pool_size_min')  AS pool_size_min,
       pigsty.as_integer(d -> 'pool_reserve')   AS pool_reserve,
       pigsty.as_integer(d -> 'pool_connlimit') AS pool_connlimit,
       d ->> 'pool_auth_user'           AS pool_auth_user,
       d                                AS database
  FROM pigsty.pg_cluster c, jsonb_array_elements(c.pg_databases) d

-- view pg_users: users of PostgreSQL clusters
SELECT c.cls,
       u ->> 'name'                     AS name,
       coalesce(u ->> 'state', 'create') AS state,
       u ->> 'password'                 AS password,
       starts_with(u ->> 'password', 'md5') AS is_md5pwd,
       coalesce(pigsty.as_boolean(u -> 'login'), true)        AS login,
       coalesce(pigsty.as_boolean(u -> 'superuser'), false)   AS superuser,
       coalesce(pigsty.as_boolean(u -> 'createdb'), false)    AS createdb,
       coalesce(pigsty.as_boolean(u -> 'createrole'), false)  AS createrole,
       coalesce(pigsty.as_boolean(u -> 'inherit'), true)      AS inherit,
       coalesce(pigsty.as_boolean(u -> 'replication'), false) AS replication,
       coalesce(pigsty.as_boolean(u -> 'bypassrls'), false)   AS bypassrls,
       coalesce(pigsty.as_boolean(u -> 'pgbouncer'), false)   AS pgbouncer,
       coalesce(pigsty.as_integer(u -> 'connlimit'), -1)      AS connlimit,
       pigsty.as_integer(u -> 'expire_in')                    AS expire_in,
       u ->> 'expire_at'                AS expire_at,
       u ->> 'comment'                  AS comment,
       u -> 'roles'                     AS roles,
       u -> 'parameters'                AS parameters,
       u ->> 'pool_auth_user'           AS pool_auth_user,
       u ->> 'pool_mode'                AS pool_mode,
       pigsty.as_integer(u -> 'pool_size')      AS pool_size,
       pigsty.as_integer(u -> 'pool_size_min')  AS pool_size_min,
       pigsty.as_integer(u -> 'pool_reserve')   AS pool_reserve,
       pigsty.as_integer(u -> 'pool_connlimit') AS pool_connlimit,
       u                                AS "user"
  FROM pigsty.pg_cluster c, jsonb_array_elements(c.pg_users) u

-- view pg_hba: who may connect to PostgreSQL, default rules included
SELECT c.cls,
       r ->> 'title' AS title,
       r ->> 'role'  AS role,
       r -> 'rules'  AS rules,
       r ->> 'user'  AS "user",
       r ->> 'db'    AS db,
       r ->> 'addr'  AS addr,
       r ->> 'auth'  AS auth,
       r             AS hba
  FROM pigsty.pg_cluster c, jsonb_array_elements(c.pg_hba) r

-- view pgb_hba: who may connect to PgBouncer, default rules included
SELECT c.cls,
       r ->> 'title' AS title,
       r ->> 'role'  AS role,
       r -> 'rules'  AS rules,
       r ->> 'user'  AS "user",
       r ->> 'db'    AS db,
       r ->> 'addr'  AS addr,
       r ->> 'auth'  AS auth,
       r             AS hba
  FROM pigsty.pg_cluster c, jsonb_array_elements(c.pgbouncer_hba) r

-- view pg_remote: PostgreSQL servers elsewhere that are monitored
SELECT e.key                                  AS local_port,
       e.value ->> 'pg_cluster'               AS cls,
       pigsty.as_integer(e.value -> 'pg_seq') AS seq,
       e.value ->> 'pg_host'                  AS host,
       pigsty.as_integer(coalesce(e.value -> 'pg_port', pigsty.group_param(v.cls, 'pg_port'))) AS port,
       e.value                                AS ins_var,
       c.vars                                 AS cls_var
  FROM pigsty.group_var v JOIN pigsty.group_config c USING (cls), jsonb_each(pigsty.as_map(v.value)) e
 WHERE v.key = 'pg_exporters'

-- view redis_cluster: Redis clusters
SELECT cls,
       vars ->> 'redis_cluster'                                        AS name,
       pigsty.group_param(cls, 'redis_mode') #>> '{}'                  AS mode,
       pigsty.group_param(cls, 'redis_conf') #>> '{}'                  AS conf,
       pigsty.group_param(cls, 'redis_max_memory') #>> '{}'            AS max_memory,
       pigsty.group_param(cls, 'redis_mem_policy') #>> '{}'            AS mem_policy,
       pigsty.group_param(cls, 'redis_password') #>> '{}'              AS password,
       hosts,
       vars
  FROM pigsty.group_config
 WHERE vars ? 'redis_cluster'

-- view redis_node: hosts of Redis clusters
SELECT c.name                                      AS cls,
       c.mode,
       h.key                                       AS ip,
       c.name || '-' || (h.value ->> 'redis_node') AS redis_node,
       pigsty.as_integer(h.value -> 'redis_node')  AS node_id,
       pigsty.as_map(h.value -> 'redis_instances') AS instances
  FROM pigsty.redis_cluster c, jsonb_each(c.hosts) h
 ORDER BY 1, 4

-- view redis_instance: Redis servers
SELECT n.cls,
       n.mode,
       n.ip,
       n.redis_node,
       n.node_id,
       pigsty.as_integer(to_jsonb(i.key)) AS port,
       n.redis_node || '-' || i.key       AS ins,
       i.value ->> 'replica_of'           AS replica_of,
       i.value                            AS instance
  FROM pigsty.redis_node n, jsonb_each(n.instances) i
 ORDER BY n.cls, n.node_id, 6

-- view minio_cluster: MinIO clusters
SELECT cls,
       vars ->> 'minio_cluster'                                          AS name,
       pigsty.as_integer(pigsty.group_param(cls, 'minio_port'))          AS port,
       pigsty.as_integer(pigsty.group_param(cls, 'minio_admin_port'))    AS admin_port,
       pigsty.group_param(cls, 'minio_user') #>> '{}'                    AS os_user,
       pigsty.group_param(cls, 'minio_node') #>> '{}'                    AS node,
       pigsty.group_param(cls, 'minio_data') #>> '{}'                    AS data,
       hosts,
       vars
  FROM pigsty.group_config
 WHERE vars ? 'minio_cluster'

-- view minio_instance: MinIO servers
SELECT c.cls,
       h.key                                       AS ip,
       c.name || '-' || (h.value ->> 'minio_seq')  AS ins,
       pigsty.as_integer(h.value -> 'minio_seq')   AS seq,
       replace(replace(c.node, '${minio_cluster}', c.name), '${minio_seq}', h.value ->> 'minio_seq') AS nodename,
       c.data,
       h.value                                     AS instance
  FROM pigsty.minio_cluster c, jsonb_each(c.hosts) h
 ORDER BY c.cls, 4

-- view etcd_cluster: etcd clusters
SELECT cls,
       vars ->> 'etcd_cluster'                                        AS name,
       pigsty.as_integer(pigsty.group_param(cls, 'etcd_port'))        AS port,
       pigsty.as_integer(pigsty.group_param(cls, 'etcd_peer_port'))   AS peer_port,
       pigsty.group_param(cls, 'etcd_data') #>> '{}'                  AS data_dir,
       pigsty.as_boolean(pigsty.group_param(cls, 'etcd_clean'))       AS clean,
       pigsty.as_boolean(pigsty.group_param(cls, 'etcd_safeguard'))   AS safeguard,
       (SELECT count(*) FROM pigsty.host h WHERE h.cls = c.cls)       AS size,
       (SELECT floor(count(*) / 2.0) + 1 FROM pigsty.host h WHERE h.cls = c.cls) AS quorum,
       hosts,
       vars
  FROM pigsty.group_config c
 WHERE vars ? 'etcd_cluster'

-- view etcd_instance: etcd members
SELECT c.cls,
       h.key                                      AS ip,
       c.name || '-' || (h.value ->> 'etcd_seq')  AS ins,
       pigsty.as_integer(h.value -> 'etcd_seq')   AS seq,
       h.value                                    AS instance
  FROM pigsty.etcd_cluster c, jsonb_each(c.hosts) h
 ORDER BY c.cls, 4

-- view parameters: every parameter there is
SELECT id AS "ID", key AS "Name", module AS "Module", section AS "Section", type AS "Type", level AS "Level", summary AS "Comment"
  FROM pigsty.default_var
 ORDER BY id
