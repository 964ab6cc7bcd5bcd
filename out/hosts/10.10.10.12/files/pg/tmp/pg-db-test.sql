-- database test of pg-test
\set ON_ERROR_STOP on
\set QUIET on
SET client_min_messages TO warning;
SET log_statement TO none;
\set QUIET off
SELECT 'ALTER DATABASE test RESET pigstyc.recreated'
  WHERE EXISTS (SELECT FROM pg_db_role_setting s JOIN pg_database d ON d.oid = s.setdatabase, unnest(s.setconfig) e WHERE s.setrole = 0 AND d.datname = 'test' AND e LIKE 'pigstyc.recreated=%')
\gexec

-- create
SELECT 'CREATE DATABASE test OWNER test'
  WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'test')
\gexec
\set QUIET on
BEGIN;

-- properties
\set QUIET off
SELECT 'ALTER DATABASE test OWNER TO test'
  WHERE EXISTS (SELECT FROM pg_database WHERE datname = 'test' AND pg_get_userbyid(datdba) <> 'test')
\gexec
SELECT 'COMMENT ON DATABASE test IS ''business database'''
  WHERE (SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = 'test') IS DISTINCT FROM 'business database'
\gexec

-- access
SELECT 'GRANT CREATE ON DATABASE test TO test'
  WHERE NOT EXISTS (SELECT FROM pg_database, aclexplode(coalesce(datacl, acldefault('d', datdba))) a WHERE datname = 'test' AND pg_get_userbyid(a.grantee) = 'test' AND a.privilege_type = 'CREATE') AND EXISTS (SELECT FROM pg_roles WHERE rolname = 'test')
\gexec
SELECT 'GRANT TEMPORARY ON DATABASE test TO test'
  WHERE NOT EXISTS (SELECT FROM pg_database, aclexplode(coalesce(datacl, acldefault('d', datdba))) a WHERE datname = 'test' AND pg_get_userbyid(a.grantee) = 'test' AND a.privilege_type = 'TEMPORARY') AND EXISTS (SELECT FROM pg_roles WHERE rolname = 'test')
\gexec
SELECT 'GRANT CONNECT ON DATABASE test TO test'
  WHERE NOT EXISTS (SELECT FROM pg_database, aclexplode(coalesce(datacl, acldefault('d', datdba))) a WHERE datname = 'test' AND pg_get_userbyid(a.grantee) = 'test' AND a.privilege_type = 'CONNECT') AND EXISTS (SELECT FROM pg_roles WHERE rolname = 'test')
\gexec
SELECT 'REVOKE CREATE ON DATABASE test FROM PUBLIC'
  WHERE EXISTS (SELECT FROM pg_database, aclexplode(coalesce(datacl, acldefault('d', datdba))) a WHERE datname = 'test' AND a.grantee = 0 AND a.privilege_type = 'CREATE')
\gexec
SELECT 'GRANT CREATE ON DATABASE test TO dbrole_admin'
  WHERE NOT EXISTS (SELECT FROM pg_database, aclexplode(coalesce(datacl, acldefault('d', datdba))) a WHERE datname = 'test' AND pg_get_userbyid(a.grantee) = 'dbrole_admin' AND a.privilege_type = 'CREATE') AND EXISTS (SELECT FROM pg_roles WHERE rolname = 'dbrole_admin')
\gexec
\set QUIET on
COMMIT;
SELECT coalesce((SELECT datallowconn FROM pg_database WHERE datname = 'test'), false) AS connectable \gset
\if :connectable
\connect -reuse-previous=on "dbname=test"
SET client_min_messages TO warning;
SET log_statement TO none;
BEGIN;

-- schema public
\set QUIET off
SELECT 'REVOKE CREATE ON SCHEMA public FROM PUBLIC'
  WHERE EXISTS (SELECT FROM pg_namespace, aclexplode(coalesce(nspacl, acldefault('n', nspowner))) a WHERE nspname = 'public' AND a.grantee = 0 AND a.privilege_type = 'CREATE')
\gexec
SELECT 'GRANT CREATE ON SCHEMA public TO dbrole_admin'
  WHERE EXISTS (SELECT FROM pg_namespace WHERE nspname = 'public') AND EXISTS (SELECT FROM pg_roles WHERE rolname = 'dbrole_admin') AND NOT EXISTS (SELECT FROM pg_namespace, aclexplode(coalesce(nspacl, acldefault('n', nspowner))) a WHERE nspname = 'public' AND pg_get_userbyid(a.grantee) = 'dbrole_admin' AND a.privilege_type = 'CREATE')
\gexec

-- default privileges of test
SELECT 'ALTER DEFAULT PRIVILEGES FOR ROLE test GRANT USAGE ON SCHEMAS TO dbrole_readonly'
  WHERE EXISTS (SELECT FROM pg_roles WHERE rolname = 'test') AND NOT EXISTS (SELECT FROM pg_default_acl, aclexplode(defaclacl) a WHERE pg_get_userbyid(defaclrole) = 'test' AND defaclnamespace = 0 AND defaclobjtype = 'n' AND pg_get_userbyid(a.grantee) = 'dbrole_readonly' AND a.privilege_type = 'USAGE')
\gexec
SELECT 'ALTER DEFAULT PRIVILEGES FOR ROLE test GRANT SELECT ON TABLES TO dbrole_readonly'
  WHERE EXISTS (SELECT FROM pg_roles WHERE rolname = 'test') AND NOT EXISTS (SELECT FROM pg_default_acl, aclexplode(defaclacl) a WHERE pg_get_userbyid(defaclrole) = 'test' AND defaclnamespace = 0 AND defaclobjtype = 'r' AND pg_get_userbyid(a.grantee) = 'dbrole_readonly' AND a.privilege_type = 'SELECT')
\gexec
SELECT 'ALTER DEFAULT PRIVILEGES FOR ROLE test GRANT SELECT ON SEQUENCES TO dbrole_readonly'
  WHERE EXISTS (SELECT FROM pg_roles WHERE rolname = 'test') AND NOT EXISTS (SELECT FROM pg_default_acl, aclexplode(defaclacl) a WHERE pg_get_userbyid(defaclrole) = 'test' AND defaclnamespace = 0 AND defaclobjtype = 'S' AND pg_get_userbyid(a.grantee) = 'dbrole_readonly' AND a.privilege_type = 'SELECT')
\gexec
SELECT 'ALTER DEFAULT PRIVILEGES FOR ROLE test GRANT EXECUTE ON FUNCTIONS TO dbrole_readonly'
  WHERE EXISTS (SELECT FROM pg_roles WHERE rolname = 'test') AND NOT EXISTS (SELECT FROM pg_default_acl, aclexplode(defaclacl) a WHERE pg_get_userbyid(defaclrole) = 'test' AND defaclnamespace = 0 AND defaclobjtype = 'f' AND pg_get_userbyid(a.grantee) = 'dbrole_readonly' AND a.privilege_type = 'EXECUTE')
\gexec
SELECT 'ALTER DEFAULT PRIVILEGES FOR ROLE test GRANT USAGE ON SCHEMAS TO dbrole_offline'
  WHERE EXISTS (SELECT FROM pg_roles WHERE rolname = 'test') AND NOT EXISTS (SELECT FROM pg_default_acl, aclexplode(defaclacl) a WHERE pg_get_userbyid(defaclrole) = 'test' AND defaclnamespace = 0 AND defaclobjtype = 'n' AND pg_get_userbyid(a.grantee) = 'dbrole_offline' AND a.privilege_type = 'USAGE')
\gexec
SELECT 'ALTER DEFAULT PRIVILEGES FOR ROLE test GRANT SELECT ON TABLES TO dbrole_offline'
  WHERE EXISTS (SELECT FROM pg_roles WHERE rolname = 'test') AND NOT EXISTS (SELECT FROM pg_default_acl, aclexplode(defaclacl) a WHERE pg_get_userbyid(defaclrole) = 'test' AND defaclnamespace = 0 AND defaclobjtype = 'r' AND pg_get_userbyid(a.grantee) = 'dbrole_offline' AND a.privilege_type = 'SELECT')
\gexec
SELECT 'ALTER DEFAULT PRIVILEGES FOR ROLE test GRANT SELECT ON SEQUENCES TO dbrole_offline'
  WHERE EXISTS (SELECT FROM pg_roles WHERE rolname = 'test') AND NOT EXISTS (SELECT FROM pg_default_acl, aclexplode(defaclacl) a WHERE pg_get_userbyid(defaclrole) = 'test' AND defaclnamespace = 0 AND defaclobjtype = 'S' AND pg_get_userbyid(a.grantee) = 'dbrole_offline' AND a.privilege_type = 'SELECT')
\gexec
SELECT 'ALTER DEFAULT PRIVILEGES FOR ROLE test GRANT EXECUTE ON FUNCTIONS TO dbrole_offline'
  WHERE EXISTS (SELECT FROM pg_roles WHERE rolname = 'test') AND NOT EXISTS (SELECT FROM pg_default_acl, aclexplode(defaclacl) a WHERE pg_get_userbyid(defaclrole) = 'test' AND defaclnamespace = 0 AND defaclobjtype = 'f' AND pg_get_userbyid(a.grantee) = 'dbrole_offline' AND a.privilege_type = 'EXECUTE')
\gexec
SELECT 'ALTER DEFAULT PRIVILEGES FOR ROLE test GRANT INSERT ON TABLES TO dbrole_readwrite'
  WHERE EXISTS (SELECT FROM pg_roles WHERE rolname = 'test') AND NOT EXISTS (SELECT FROM pg_default_acl, aclexplode(defaclacl) a WHERE pg_get_userbyid(defaclrole) = 'test' AND defaclnamespace = 0 AND defaclobjtype = 'r' AND pg_get_userbyid(a.grantee) = 'dbrole_readwrite' AND a.privilege_type = 'INSERT')
\gexec
SELECT 'ALTER DEFAULT PRIVILEGES FOR ROLE test GRANT UPDATE ON TABLES TO dbrole_readwrite'
  WHERE EXISTS (SELECT FROM pg_roles WHERE rolname = 'test') AND NOT EXISTS (SELECT FROM pg_default_acl, aclexplode(defaclacl) a WHERE pg_get_userbyid(defaclrole) = 'test' AND defaclnamespace = 0 AND defaclobjtype = 'r' AND pg_get_userbyid(a.grantee) = 'dbrole_readwrite' AND a.privilege_type = 'UPDATE')
\gexec
SELECT 'ALTER DEFAULT PRIVILEGES FOR ROLE test GRANT DELETE ON TABLES TO dbrole_readwrite'
  WHERE EXISTS (SELECT FROM pg_roles WHERE rolname = 'test') AND NOT EXISTS (SELECT FROM pg_default_acl, aclexplode(defaclacl) a WHERE pg_get_userbyid(defaclrole) = 'test' AND defaclnamespace = 0 AND defaclobjtype = 'r' AND pg_get_userbyid(a.grantee) = 'dbrole_readwrite' AND a.privilege_type = 'DELETE')
\gexec
SELECT 'ALTER DEFAULT PRIVILEGES FOR ROLE test GRANT USAGE ON SEQUENCES TO dbrole_readwrite'
  WHERE EXISTS (SELECT FROM pg_roles WHERE rolname = 'test') AND NOT EXISTS (SELECT FROM pg_default_acl, aclexplode(defaclacl) a WHERE pg_get_userbyid(defaclrole) = 'test' AND defaclnamespace = 0 AND defaclobjtype = 'S' AND pg_get_userbyid(a.grantee) = 'dbrole_readwrite' AND a.privilege_type = 'USAGE')
\gexec
SELECT 'ALTER DEFAULT PRIVILEGES FOR ROLE test GRANT UPDATE ON SEQUENCES TO dbrole_readwrite'
  WHERE EXISTS (SELECT FROM pg_roles WHERE rolname = 'test') AND NOT EXISTS (SELECT FROM pg_default_acl, aclexplode(defaclacl) a WHERE pg_get_userbyid(defaclrole) = 'test' AND defaclnamespace = 0 AND defaclobjtype = 'S' AND pg_get_userbyid(a.grantee) = 'dbrole_readwrite' AND a.privilege_type = 'UPDATE')
\gexec
SELECT 'ALTER DEFAULT PRIVILEGES FOR ROLE test GRANT TRUNCATE ON TABLES TO dbrole_admin'
  WHERE EXISTS (SELECT FROM pg_roles WHERE rolname = 'test') AND NOT EXISTS (SELECT FROM pg_default_acl, aclexplode(defaclacl) a WHERE pg_get_userbyid(defaclrole) = 'test' AND defaclnamespace = 0 AND defaclobjtype = 'r' AND pg_get_userbyid(a.grantee) = 'dbrole_admin' AND a.privilege_type = 'TRUNCATE')
\gexec
SELECT 'ALTER DEFAULT PRIVILEGES FOR ROLE test GRANT REFERENCES ON TABLES TO dbrole_admin'
  WHERE EXISTS (SELECT FROM pg_roles WHERE rolname = 'test') AND NOT EXISTS (SELECT FROM pg_default_acl, aclexplode(defaclacl) a WHERE pg_get_userbyid(defaclrole) = 'test' AND defaclnamespace = 0 AND defaclobjtype = 'r' AND pg_get_userbyid(a.grantee) = 'dbrole_admin' AND a.privilege_type = 'REFERENCES')
\gexec
SELECT 'ALTER DEFAULT PRIVILEGES FOR ROLE test GRANT TRIGGER ON TABLES TO dbrole_admin'
  WHERE EXISTS (SELECT FROM pg_roles WHERE rolname = 'test') AND NOT EXISTS (SELECT FROM pg_default_acl, aclexplode(defaclacl) a WHERE pg_get_userbyid(defaclrole) = 'test' AND defaclnamespace = 0 AND defaclobjtype = 'r' AND pg_get_userbyid(a.grantee) = 'dbrole_admin' AND a.privilege_type = 'TRIGGER')
\gexec
SELECT 'ALTER DEFAULT PRIVILEGES FOR ROLE test GRANT CREATE ON SCHEMAS TO dbrole_admin'
  WHERE EXISTS (SELECT FROM pg_roles WHERE rolname = 'test') AND NOT EXISTS (SELECT FROM pg_default_acl, aclexplode(defaclacl) a WHERE pg_get_userbyid(defaclrole) = 'test' AND defaclnamespace = 0 AND defaclobjtype = 'n' AND pg_get_userbyid(a.grantee) = 'dbrole_admin' AND a.privilege_type = 'CREATE')
\gexec
\set QUIET on
COMMIT;
\connect -reuse-previous=on "dbname=postgres"
SET client_min_messages TO warning;
SET log_statement TO none;
\endif
