-- role app of pg-test
\set ON_ERROR_STOP on
\set QUIET on
SET client_min_messages TO warning;
SET log_statement TO none;
BEGIN;

-- app
\set QUIET off
SELECT 'CREATE USER app'
  WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'app')
\gexec
SELECT 'ALTER ROLE app PASSWORD ''<secret:pg_users.app.password.scram.app#7b89df9c>'''
  WHERE EXISTS (SELECT FROM pg_authid WHERE rolname = 'app' AND rolpassword IS DISTINCT FROM '<secret:pg_users.app.password.scram.app#7b89df9c>')
\gexec
SELECT 'COMMENT ON ROLE app IS ''business user'''
  WHERE (SELECT shobj_description(oid, 'pg_authid') FROM pg_roles WHERE rolname = 'app') IS DISTINCT FROM 'business user'
\gexec
SELECT 'GRANT dbrole_readwrite TO app'
  WHERE NOT EXISTS (SELECT FROM pg_auth_members m JOIN pg_roles g ON g.oid = m.roleid JOIN pg_roles u ON u.oid = m.member WHERE g.rolname = 'dbrole_readwrite' AND u.rolname = 'app')
\gexec
\set QUIET on
COMMIT;
