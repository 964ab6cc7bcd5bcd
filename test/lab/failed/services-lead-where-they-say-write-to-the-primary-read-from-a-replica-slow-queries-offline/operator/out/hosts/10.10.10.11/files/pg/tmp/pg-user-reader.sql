-- role reader of pg-test
\set ON_ERROR_STOP on
\set QUIET on
SET client_min_messages TO warning;
SET log_statement TO none;
BEGIN;

-- reader
\set QUIET off
SELECT 'CREATE USER reader'
  WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'reader')
\gexec
SELECT 'ALTER ROLE reader PASSWORD ''<secret:pg_users.reader.password.scram.reader#f7bdacc4>'''
  WHERE EXISTS (SELECT FROM pg_authid WHERE rolname = 'reader' AND rolpassword IS DISTINCT FROM '<secret:pg_users.reader.password.scram.reader#f7bdacc4>')
\gexec
SELECT 'COMMENT ON ROLE reader IS ''reads only'''
  WHERE (SELECT shobj_description(oid, 'pg_authid') FROM pg_roles WHERE rolname = 'reader') IS DISTINCT FROM 'reads only'
\gexec
SELECT 'GRANT dbrole_readonly TO reader'
  WHERE NOT EXISTS (SELECT FROM pg_auth_members m JOIN pg_roles g ON g.oid = m.roleid JOIN pg_roles u ON u.oid = m.member WHERE g.rolname = 'dbrole_readonly' AND u.rolname = 'reader')
\gexec
\set QUIET on
COMMIT;
