-- system roles of pg-test
\set ON_ERROR_STOP on
\set QUIET on
SET client_min_messages TO warning;
SET log_statement TO none;
BEGIN;

-- dbrole_readonly
\set QUIET off
SELECT 'CREATE USER dbrole_readonly'
  WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'dbrole_readonly')
\gexec
SELECT 'ALTER ROLE dbrole_readonly NOLOGIN'
  WHERE EXISTS (SELECT FROM pg_roles WHERE rolname = 'dbrole_readonly' AND rolcanlogin IS DISTINCT FROM false)
\gexec
SELECT 'COMMENT ON ROLE dbrole_readonly IS ''role for global read-only access'''
  WHERE (SELECT shobj_description(oid, 'pg_authid') FROM pg_roles WHERE rolname = 'dbrole_readonly') IS DISTINCT FROM 'role for global read-only access'
\gexec

-- dbrole_offline
SELECT 'CREATE USER dbrole_offline'
  WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'dbrole_offline')
\gexec
SELECT 'ALTER ROLE dbrole_offline NOLOGIN'
  WHERE EXISTS (SELECT FROM pg_roles WHERE rolname = 'dbrole_offline' AND rolcanlogin IS DISTINCT FROM false)
\gexec
SELECT 'COMMENT ON ROLE dbrole_offline IS ''role for restricted read-only access'''
  WHERE (SELECT shobj_description(oid, 'pg_authid') FROM pg_roles WHERE rolname = 'dbrole_offline') IS DISTINCT FROM 'role for restricted read-only access'
\gexec

-- dbrole_readwrite
SELECT 'CREATE USER dbrole_readwrite'
  WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'dbrole_readwrite')
\gexec
SELECT 'ALTER ROLE dbrole_readwrite NOLOGIN'
  WHERE EXISTS (SELECT FROM pg_roles WHERE rolname = 'dbrole_readwrite' AND rolcanlogin IS DISTINCT FROM false)
\gexec
SELECT 'COMMENT ON ROLE dbrole_readwrite IS ''role for global read-write access'''
  WHERE (SELECT shobj_description(oid, 'pg_authid') FROM pg_roles WHERE rolname = 'dbrole_readwrite') IS DISTINCT FROM 'role for global read-write access'
\gexec
SELECT 'GRANT dbrole_readonly TO dbrole_readwrite'
  WHERE NOT EXISTS (SELECT FROM pg_auth_members m JOIN pg_roles g ON g.oid = m.roleid JOIN pg_roles u ON u.oid = m.member WHERE g.rolname = 'dbrole_readonly' AND u.rolname = 'dbrole_readwrite')
\gexec

-- dbrole_admin
SELECT 'CREATE USER dbrole_admin'
  WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'dbrole_admin')
\gexec
SELECT 'ALTER ROLE dbrole_admin NOLOGIN'
  WHERE EXISTS (SELECT FROM pg_roles WHERE rolname = 'dbrole_admin' AND rolcanlogin IS DISTINCT FROM false)
\gexec
SELECT 'COMMENT ON ROLE dbrole_admin IS ''role for object creation'''
  WHERE (SELECT shobj_description(oid, 'pg_authid') FROM pg_roles WHERE rolname = 'dbrole_admin') IS DISTINCT FROM 'role for object creation'
\gexec
SELECT 'GRANT pg_monitor TO dbrole_admin'
  WHERE NOT EXISTS (SELECT FROM pg_auth_members m JOIN pg_roles g ON g.oid = m.roleid JOIN pg_roles u ON u.oid = m.member WHERE g.rolname = 'pg_monitor' AND u.rolname = 'dbrole_admin')
\gexec
SELECT 'GRANT dbrole_readwrite TO dbrole_admin'
  WHERE NOT EXISTS (SELECT FROM pg_auth_members m JOIN pg_roles g ON g.oid = m.roleid JOIN pg_roles u ON u.oid = m.member WHERE g.rolname = 'dbrole_readwrite' AND u.rolname = 'dbrole_admin')
\gexec

-- postgres
SELECT 'CREATE USER postgres'
  WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'postgres')
\gexec
SELECT 'ALTER ROLE postgres SUPERUSER'
  WHERE EXISTS (SELECT FROM pg_roles WHERE rolname = 'postgres' AND rolsuper IS DISTINCT FROM true)
\gexec
SELECT 'COMMENT ON ROLE postgres IS ''system superuser'''
  WHERE (SELECT shobj_description(oid, 'pg_authid') FROM pg_roles WHERE rolname = 'postgres') IS DISTINCT FROM 'system superuser'
\gexec

-- replicator
SELECT 'CREATE USER replicator'
  WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'replicator')
\gexec
SELECT 'ALTER ROLE replicator REPLICATION'
  WHERE EXISTS (SELECT FROM pg_roles WHERE rolname = 'replicator' AND rolreplication IS DISTINCT FROM true)
\gexec
SELECT 'ALTER ROLE replicator PASSWORD ''<secret:pg_replication_password.scram.replicator#1d393f51>'''
  WHERE EXISTS (SELECT FROM pg_authid WHERE rolname = 'replicator' AND rolpassword IS DISTINCT FROM '<secret:pg_replication_password.scram.replicator#1d393f51>')
\gexec
SELECT 'COMMENT ON ROLE replicator IS ''system replicator'''
  WHERE (SELECT shobj_description(oid, 'pg_authid') FROM pg_roles WHERE rolname = 'replicator') IS DISTINCT FROM 'system replicator'
\gexec
SELECT 'GRANT pg_monitor TO replicator'
  WHERE NOT EXISTS (SELECT FROM pg_auth_members m JOIN pg_roles g ON g.oid = m.roleid JOIN pg_roles u ON u.oid = m.member WHERE g.rolname = 'pg_monitor' AND u.rolname = 'replicator')
\gexec
SELECT 'GRANT dbrole_readonly TO replicator'
  WHERE NOT EXISTS (SELECT FROM pg_auth_members m JOIN pg_roles g ON g.oid = m.roleid JOIN pg_roles u ON u.oid = m.member WHERE g.rolname = 'dbrole_readonly' AND u.rolname = 'replicator')
\gexec

-- dbuser_dba
SELECT 'CREATE USER dbuser_dba'
  WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'dbuser_dba')
\gexec
SELECT 'ALTER ROLE dbuser_dba SUPERUSER'
  WHERE EXISTS (SELECT FROM pg_roles WHERE rolname = 'dbuser_dba' AND rolsuper IS DISTINCT FROM true)
\gexec
SELECT 'ALTER ROLE dbuser_dba PASSWORD ''<secret:pg_admin_password.scram.dbuser_dba#65294f90>'''
  WHERE EXISTS (SELECT FROM pg_authid WHERE rolname = 'dbuser_dba' AND rolpassword IS DISTINCT FROM '<secret:pg_admin_password.scram.dbuser_dba#65294f90>')
\gexec
SELECT 'COMMENT ON ROLE dbuser_dba IS ''pgsql admin user'''
  WHERE (SELECT shobj_description(oid, 'pg_authid') FROM pg_roles WHERE rolname = 'dbuser_dba') IS DISTINCT FROM 'pgsql admin user'
\gexec
SELECT 'GRANT dbrole_admin TO dbuser_dba'
  WHERE NOT EXISTS (SELECT FROM pg_auth_members m JOIN pg_roles g ON g.oid = m.roleid JOIN pg_roles u ON u.oid = m.member WHERE g.rolname = 'dbrole_admin' AND u.rolname = 'dbuser_dba')
\gexec

-- dbuser_monitor
SELECT 'CREATE USER dbuser_monitor'
  WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'dbuser_monitor')
\gexec
SELECT 'ALTER ROLE dbuser_monitor PASSWORD ''<secret:pg_monitor_password.scram.dbuser_monitor#3cbf802b>'''
  WHERE EXISTS (SELECT FROM pg_authid WHERE rolname = 'dbuser_monitor' AND rolpassword IS DISTINCT FROM '<secret:pg_monitor_password.scram.dbuser_monitor#3cbf802b>')
\gexec
SELECT 'ALTER ROLE dbuser_monitor SET log_min_duration_statement TO ''1000'''
  WHERE NOT EXISTS (SELECT FROM pg_db_role_setting s, unnest(s.setconfig) AS entry WHERE setdatabase = 0 AND setrole = (SELECT oid FROM pg_roles WHERE rolname = 'dbuser_monitor') AND lower(split_part(entry, '=', 1)) = 'log_min_duration_statement' AND substr(entry, strpos(entry, '=') + 1) = '1000')
\gexec
SELECT 'COMMENT ON ROLE dbuser_monitor IS ''pgsql monitor user'''
  WHERE (SELECT shobj_description(oid, 'pg_authid') FROM pg_roles WHERE rolname = 'dbuser_monitor') IS DISTINCT FROM 'pgsql monitor user'
\gexec
SELECT 'GRANT pg_monitor TO dbuser_monitor'
  WHERE NOT EXISTS (SELECT FROM pg_auth_members m JOIN pg_roles g ON g.oid = m.roleid JOIN pg_roles u ON u.oid = m.member WHERE g.rolname = 'pg_monitor' AND u.rolname = 'dbuser_monitor')
\gexec
SELECT 'GRANT dbrole_readonly TO dbuser_monitor'
  WHERE NOT EXISTS (SELECT FROM pg_auth_members m JOIN pg_roles g ON g.oid = m.roleid JOIN pg_roles u ON u.oid = m.member WHERE g.rolname = 'dbrole_readonly' AND u.rolname = 'dbuser_monitor')
\gexec
\set QUIET on
COMMIT;
