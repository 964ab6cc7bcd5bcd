-- role analyst of pg-test
\set ON_ERROR_STOP on
\set QUIET on
SET client_min_messages TO warning;
SET log_statement TO none;
BEGIN;

-- analyst
\set QUIET off
SELECT 'CREATE USER analyst'
  WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'analyst')
\gexec
SELECT 'ALTER ROLE analyst PASSWORD ''<secret:pg_users.analyst.password.scram.analyst#f369a1b9>'''
  WHERE EXISTS (SELECT FROM pg_authid WHERE rolname = 'analyst' AND rolpassword IS DISTINCT FROM '<secret:pg_users.analyst.password.scram.analyst#f369a1b9>')
\gexec
SELECT 'COMMENT ON ROLE analyst IS ''slow queries'''
  WHERE (SELECT shobj_description(oid, 'pg_authid') FROM pg_roles WHERE rolname = 'analyst') IS DISTINCT FROM 'slow queries'
\gexec
SELECT 'GRANT dbrole_offline TO analyst'
  WHERE NOT EXISTS (SELECT FROM pg_auth_members m JOIN pg_roles g ON g.oid = m.roleid JOIN pg_roles u ON u.oid = m.member WHERE g.rolname = 'dbrole_offline' AND u.rolname = 'analyst')
\gexec
\set QUIET on
COMMIT;
