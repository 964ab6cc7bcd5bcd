-- role dbuser_meta of pg-meta
\set ON_ERROR_STOP on
\set QUIET on
SET client_min_messages TO warning;
SET log_statement TO none;
BEGIN;

-- dbuser_meta
\set QUIET off
SELECT 'CREATE USER dbuser_meta'
  WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'dbuser_meta')
\gexec
SELECT 'ALTER ROLE dbuser_meta PASSWORD ''<secret:pg_users.dbuser_meta.password.scram.dbuser_meta#919ba897>'''
  WHERE EXISTS (SELECT FROM pg_authid WHERE rolname = 'dbuser_meta' AND rolpassword IS DISTINCT FROM '<secret:pg_users.dbuser_meta.password.scram.dbuser_meta#919ba897>')
\gexec
SELECT 'COMMENT ON ROLE dbuser_meta IS ''owner of the meta database'''
  WHERE (SELECT shobj_description(oid, 'pg_authid') FROM pg_roles WHERE rolname = 'dbuser_meta') IS DISTINCT FROM 'owner of the meta database'
\gexec
SELECT 'GRANT dbrole_admin TO dbuser_meta'
  WHERE NOT EXISTS (SELECT FROM pg_auth_members m JOIN pg_roles g ON g.oid = m.roleid JOIN pg_roles u ON u.oid = m.member WHERE g.rolname = 'dbrole_admin' AND u.rolname = 'dbuser_meta')
\gexec
\set QUIET on
COMMIT;
