-- database shop of pg-test
\set ON_ERROR_STOP on
\set QUIET on
SET client_min_messages TO warning;
SET log_statement TO none;
\set QUIET off
SELECT 'ALTER DATABASE shop RESET pigstyc.recreated'
  WHERE EXISTS (SELECT FROM pg_db_role_setting s JOIN pg_database d ON d.oid = s.setdatabase, unnest(s.setconfig) e WHERE s.setrole = 0 AND d.datname = 'shop' AND e LIKE 'pigstyc.recreated=%')
\gexec

-- create
SELECT 'CREATE DATABASE shop OWNER app'
  WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'shop')
\gexec
\set QUIET on
BEGIN;

-- properties
\set QUIET off
SELECT 'ALTER DATABASE shop OWNER TO app'
  WHERE EXISTS (SELECT FROM pg_database WHERE datname = 'shop' AND pg_get_userbyid(datdba) <> 'app')
\gexec
SELECT 'COMMENT ON DATABASE shop IS ''business database'''
  WHERE (SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = 'shop') IS DISTINCT FROM 'business database'
\gexec

-- access
SELECT 'GRANT CREATE ON DATABASE shop TO app'
  WHERE NOT EXISTS (SELECT FROM pg_database, aclexplode(coalesce(datacl, acldefault('d', datdba))) a WHERE datname = 'shop' AND pg_get_userbyid(a.grantee) = 'app' AND a.privilege_type = 'CREATE') AND EXISTS (SELECT FROM pg_roles WHERE rolname = 'app')
\gexec
SELECT 'GRANT TEMPORARY ON DATABASE shop TO app'
  WHERE NOT EXISTS (SELECT FROM pg_database, aclexplode(coalesce(datacl, acldefault('d', datdba))) a WHERE datname = 'shop' AND pg_get_userbyid(a.grantee) = 'app' AND a.privilege_type = 'TEMPORARY') AND EXISTS (SELECT FROM pg_roles WHERE rolname = 'app')
\gexec
SELECT 'GRANT CONNECT ON DATABASE shop TO app'
  WHERE NOT EXISTS (SELECT FROM pg_database, aclexplode(coalesce(datacl, acldefault('d', datdba))) a WHERE datname = 'shop' AND pg_get_userbyid(a.grantee) = 'app' AND a.privilege_type = 'CONNECT') AND EXISTS (SELECT FROM pg_roles WHERE rolname = 'app')
\gexec
SELECT 'REVOKE CREATE ON DATABASE shop FROM PUBLIC'
  WHERE EXISTS (SELECT FROM pg_database, aclexplode(coalesce(datacl, acldefault('d', datdba))) a WHERE datname = 'shop' AND a.grantee = 0 AND a.privilege_type = 'CREATE')
\gexec
SELECT 'GRANT CREATE ON DATABASE shop TO dbrole_admin'
  WHERE NOT EXISTS (SELECT FROM pg_database, aclexplode(coalesce(datacl, acldefault('d', datdba))) a WHERE datname = 'shop' AND pg_get_userbyid(a.grantee) = 'dbrole_admin' AND a.privilege_type = 'CREATE') AND EXISTS (SELECT FROM pg_roles WHERE rolname = 'dbrole_admin')
\gexec
\set QUIET on
COMMIT;
SELECT coalesce((SELECT datallowconn FROM pg_database WHERE datname = 'shop'), false) AS connectable \gset
\if :connectable
\connect -reuse-previous=on "dbname=shop"
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

-- default privileges of app
SELECT 'ALTER DEFAULT PRIVILEGES FOR ROLE app GRANT USAGE ON SCHEMAS TO dbrole_readonly'
  WHERE EXISTS (SELECT FROM pg_roles WHERE rolname = 'app') AND NOT EXISTS (SELECT FROM pg_default_acl, aclexplode(defaclacl) a WHERE pg_get_userbyid(defaclrole) = 'app' AND defaclnamespace = 0 AND defaclobjtype = 'n' AND pg_get_userbyid(a.grantee) = 'dbrole_readonly' AND a.privilege_type = 'USAGE')
\gexec
SELECT 'ALTER DEFAULT PRIVILEGES FOR ROLE app GRANT SELECT ON TABLES TO dbrole_readonly'
  WHERE EXISTS (SELECT FROM pg_roles WHERE rolname = 'app') AND NOT EXISTS (SELECT FROM pg_default_acl, aclexplode(defaclacl) a WHERE pg_get_userbyid(defaclrole) = 'app' AND defaclnamespace = 0 AND defaclobjtype = 'r' AND pg_get_userbyid(a.grantee) = 'dbrole_readonly' AND a.privilege_type = 'SELECT')
\gexec
SELECT 'ALTER DEFAULT PRIVILEGES FOR ROLE app GRANT SELECT ON SEQUENCES TO dbrole_readonly'
  WHERE EXISTS (SELECT FROM pg_roles WHERE rolname = 'app') AND NOT EXISTS (SELECT FROM pg_default_acl, aclexplode(defaclacl) a WHERE pg_get_userbyid(defaclrole) = 'app' AND defaclnamespace = 0 AND defaclobjtype = 'S' AND pg_get_userbyid(a.grantee) = 'dbrole_readonly' AND a.privilege_type = 'SELECT')
\gexec
SELECT 'ALTER DEFAULT PRIVILEGES FOR ROLE app GRANT EXECUTE ON FUNCTIONS TO dbrole_readonly'
  WHERE EXISTS (SELECT FROM pg_roles WHERE rolname = 'app') AND NOT EXISTS (SELECT FROM pg_default_acl, aclexplode(defaclacl) a WHERE pg_get_userbyid(defaclrole) = 'app' AND defaclnamespace = 0 AND defaclobjtype = 'f' AND pg_get_userbyid(a.grantee) = 'dbrole_readonly' AND a.privilege_type = 'EXECUTE')
\gexec
SELECT 'ALTER DEFAULT PRIVILEGES FOR ROLE app GRANT USAGE ON SCHEMAS TO dbrole_offline'
  WHERE EXISTS (SELECT FROM pg_roles WHERE rolname = 'app') AND NOT EXISTS (SELECT FROM pg_default_acl, aclexplode(defaclacl) a WHERE pg_get_userbyid(defaclrole) = 'app' AND defaclnamespace = 0 AND defaclobjtype = 'n' AND pg_get_userbyid(a.grantee) = 'dbrole_offline' AND a.privilege_type = 'USAGE')
\gexec
SELECT 'ALTER DEFAULT PRIVILEGES FOR ROLE app GRANT SELECT ON TABLES TO dbrole_offline'
  WHERE EXISTS (SELECT FROM pg_roles WHERE rolname = 'app') AND NOT EXISTS (SELECT FROM pg_default_acl, aclexplode(defaclacl) a WHERE pg_get_userbyid(defaclrole) = 'app' AND defaclnamespace = 0 AND defaclobjtype = 'r' AND pg_get_userbyid(a.grantee) = 'dbrole_offline' AND a.privilege_type = 'SELECT')
\gexec
SELECT 'ALTER DEFAULT PRIVILEGES FOR ROLE app GRANT SELECT ON SEQUENCES TO dbrole_offline'
  WHERE EXISTS (SELECT FROM pg_roles WHERE rolname = 'app') AND NOT EXISTS (SELECT FROM pg_default_acl, aclexplode(defaclacl) a WHERE pg_get_userbyid(defaclrole) = 'app' AND defaclnamespace = 0 AND defaclobjtype = 'S' AND pg_get_userbyid(a.grantee) = 'dbrole_offline' AND a.privilege_type = 'SELECT')
\gexec
SELECT 'ALTER DEFAULT PRIVILEGES FOR ROLE app GRANT EXECUTE ON FUNCTIONS TO dbrole_offline'
  WHERE EXISTS (SELECT FROM pg_roles WHERE rolname = 'app') AND NOT EXISTS (SELECT FROM pg_default_acl, aclexplode(defaclacl) a WHERE pg_get_userbyid(defaclrole) = 'app' AND defaclnamespace = 0 AND defaclobjtype = 'f' AND pg_get_userbyid(a.grantee) = 'dbrole_offline' AND a.privilege_type = 'EXECUTE')
\gexec
SELECT 'ALTER DEFAULT PRIVILEGES FOR ROLE app GRANT INSERT ON TABLES TO dbrole_readwrite'
  WHERE EXISTS (SELECT FROM pg_roles WHERE rolname = 'app') AND NOT EXISTS (SELECT FROM pg_default_acl, aclexplode(defaclacl) a WHERE pg_get_userbyid(defaclrole) = 'app' AND defaclnamespace = 0 AND defaclobjtype = 'r' AND pg_get_userbyid(a.grantee) = 'dbrole_readwrite' AND a.privilege_type = 'INSERT')
\gexec
SELECT 'ALTER DEFAULT PRIVILEGES FOR ROLE app GRANT UPDATE ON TABLES TO dbrole_readwrite'
  WHERE EXISTS (SELECT FROM pg_roles WHERE rolname = 'app') AND NOT EXISTS (SELECT FROM pg_default_acl, aclexplode(defaclacl) a WHERE pg_get_userbyid(defaclrole) = 'app' AND defaclnamespace = 0 AND defaclobjtype = 'r' AND pg_get_userbyid(a.grantee) = 'dbrole_readwrite' AND a.privilege_type = 'UPDATE')
\gexec
SELECT 'ALTER DEFAULT PRIVILEGES FOR ROLE app GRANT DELETE ON TABLES TO dbrole_readwrite'
  WHERE EXISTS (SELECT FROM pg_roles WHERE rolname = 'app') AND NOT EXISTS (SELECT FROM pg_default_acl, aclexplode(defaclacl) a WHERE pg_get_userbyid(defaclrole) = 'app' AND defaclnamespace = 0 AND defaclobjtype = 'r' AND pg_get_userbyid(a.grantee) = 'dbrole_readwrite' AND a.privilege_type = 'DELETE')
\gexec
SELECT 'ALTER DEFAULT PRIVILEGES FOR ROLE app GRANT USAGE ON SEQUENCES TO dbrole_readwrite'
  WHERE EXISTS (SELECT FROM pg_roles WHERE rolname = 'app') AND NOT EXISTS (SELECT FROM pg_default_acl, aclexplode(defaclacl) a WHERE pg_get_userbyid(defaclrole) = 'app' AND defaclnamespace = 0 AND defaclobjtype = 'S' AND pg_get_userbyid(a.grantee) = 'dbrole_readwrite' AND a.privilege_type = 'USAGE')
\gexec
SELECT 'ALTER DEFAULT PRIVILEGES FOR ROLE app GRANT UPDATE ON SEQUENCES TO dbrole_readwrite'
  WHERE EXISTS (SELECT FROM pg_roles WHERE rolname = 'app') AND NOT EXISTS (SELECT FROM pg_default_acl, aclexplode(defaclacl) a WHERE pg_get_userbyid(defaclrole) = 'app' AND defaclnamespace = 0 AND defaclobjtype = 'S' AND pg_get_userbyid(a.grantee) = 'dbrole_readwrite' AND a.privilege_type = 'UPDATE')
\gexec
SELECT 'ALTER DEFAULT PRIVILEGES FOR ROLE app GRANT TRUNCATE ON TABLES TO dbrole_admin'
  WHERE EXISTS (SELECT FROM pg_roles WHERE rolname = 'app') AND NOT EXISTS (SELECT FROM pg_default_acl, aclexplode(defaclacl) a WHERE pg_get_userbyid(defaclrole) = 'app' AND defaclnamespace = 0 AND defaclobjtype = 'r' AND pg_get_userbyid(a.grantee) = 'dbrole_admin' AND a.privilege_type = 'TRUNCATE')
\gexec
SELECT 'ALTER DEFAULT PRIVILEGES FOR ROLE app GRANT REFERENCES ON TABLES TO dbrole_admin'
  WHERE EXISTS (SELECT FROM pg_roles WHERE rolname = 'app') AND NOT EXISTS (SELECT FROM pg_default_acl, aclexplode(defaclacl) a WHERE pg_get_userbyid(defaclrole) = 'app' AND defaclnamespace = 0 AND defaclobjtype = 'r' AND pg_get_userbyid(a.grantee) = 'dbrole_admin' AND a.privilege_type = 'REFERENCES')
\gexec
SELECT 'ALTER DEFAULT PRIVILEGES FOR ROLE app GRANT TRIGGER ON TABLES TO dbrole_admin'
  WHERE EXISTS (SELECT FROM pg_roles WHERE rolname = 'app') AND NOT EXISTS (SELECT FROM pg_default_acl, aclexplode(defaclacl) a WHERE pg_get_userbyid(defaclrole) = 'app' AND defaclnamespace = 0 AND defaclobjtype = 'r' AND pg_get_userbyid(a.grantee) = 'dbrole_admin' AND a.privilege_type = 'TRIGGER')
\gexec
SELECT 'ALTER DEFAULT PRIVILEGES FOR ROLE app GRANT CREATE ON SCHEMAS TO dbrole_admin'
  WHERE EXISTS (SELECT FROM pg_roles WHERE rolname = 'app') AND NOT EXISTS (SELECT FROM pg_default_acl, aclexplode(defaclacl) a WHERE pg_get_userbyid(defaclrole) = 'app' AND defaclnamespace = 0 AND defaclobjtype = 'n' AND pg_get_userbyid(a.grantee) = 'dbrole_admin' AND a.privilege_type = 'CREATE')
\gexec

-- schemas
SELECT 'CREATE SCHEMA sales'
  WHERE NOT EXISTS (SELECT FROM pg_namespace WHERE nspname = 'sales')
\gexec
\set QUIET on
COMMIT;

-- extensions
SELECT EXISTS (SELECT FROM pg_available_extensions WHERE name = 'pg_trgm') AS available \gset
\if :available
\set QUIET off
SELECT 'CREATE EXTENSION pg_trgm CASCADE'
  WHERE NOT EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_trgm')
\gexec
\else
\warn 'extension pg_trgm is not installed on this host: left out'
\endif
\set QUIET on
SELECT EXISTS (SELECT FROM pg_available_extensions WHERE name = 'hstore') AS available \gset
\if :available
\set QUIET off
SELECT 'CREATE EXTENSION hstore CASCADE'
  WHERE NOT EXISTS (SELECT FROM pg_extension WHERE extname = 'hstore')
\gexec
\else
\warn 'extension hstore is not installed on this host: left out'
\endif
\set QUIET on
\connect -reuse-previous=on "dbname=postgres"
SET client_min_messages TO warning;
SET log_statement TO none;
\endif
