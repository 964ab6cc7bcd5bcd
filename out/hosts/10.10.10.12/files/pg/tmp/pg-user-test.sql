-- role test of pg-test
\set ON_ERROR_STOP on
\set QUIET on
SET client_min_messages TO warning;
SET log_statement TO none;
BEGIN;

-- test
\set QUIET off
SELECT 'CREATE USER test'
  WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'test')
\gexec
SELECT 'ALTER ROLE test PASSWORD ''<secret:pg_users.test.password.scram.test#5a1b5bda>'''
  WHERE EXISTS (SELECT FROM pg_authid WHERE rolname = 'test' AND rolpassword IS DISTINCT FROM '<secret:pg_users.test.password.scram.test#5a1b5bda>')
\gexec
SELECT 'COMMENT ON ROLE test IS ''business user'''
  WHERE (SELECT shobj_description(oid, 'pg_authid') FROM pg_roles WHERE rolname = 'test') IS DISTINCT FROM 'business user'
\gexec
SELECT 'GRANT dbrole_readwrite TO test'
  WHERE NOT EXISTS (SELECT FROM pg_auth_members m JOIN pg_roles g ON g.oid = m.roleid JOIN pg_roles u ON u.oid = m.member WHERE g.rolname = 'dbrole_readwrite' AND u.rolname = 'test')
\gexec
\set QUIET on
COMMIT;
