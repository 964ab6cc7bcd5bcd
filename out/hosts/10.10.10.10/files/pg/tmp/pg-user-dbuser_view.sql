-- role dbuser_view of pg-meta
\set ON_ERROR_STOP on
\set QUIET on
SET client_min_messages TO warning;
SET log_statement TO none;
BEGIN;

-- dbuser_view
\set QUIET off
SELECT 'CREATE USER dbuser_view'
  WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'dbuser_view')
\gexec
SELECT 'ALTER ROLE dbuser_view PASSWORD ''<secret:pg_users.dbuser_view.password.scram.dbuser_view#fb95af4c>'''
  WHERE EXISTS (SELECT FROM pg_authid WHERE rolname = 'dbuser_view' AND rolpassword IS DISTINCT FROM '<secret:pg_users.dbuser_view.password.scram.dbuser_view#fb95af4c>')
\gexec
SELECT 'COMMENT ON ROLE dbuser_view IS ''read-only viewer'''
  WHERE (SELECT shobj_description(oid, 'pg_authid') FROM pg_roles WHERE rolname = 'dbuser_view') IS DISTINCT FROM 'read-only viewer'
\gexec
SELECT 'GRANT dbrole_readonly TO dbuser_view'
  WHERE NOT EXISTS (SELECT FROM pg_auth_members m JOIN pg_roles g ON g.oid = m.roleid JOIN pg_roles u ON u.oid = m.member WHERE g.rolname = 'dbrole_readonly' AND u.rolname = 'dbuser_view')
\gexec
\set QUIET on
COMMIT;
