-- contents of new databases of pg-test
\set ON_ERROR_STOP on
\set QUIET on
SET client_min_messages TO warning;
SET log_statement TO none;
BEGIN;

-- default privileges
\set QUIET off
SELECT 'ALTER DEFAULT PRIVILEGES FOR ROLE postgres GRANT USAGE ON SCHEMAS TO dbrole_readonly'
  WHERE EXISTS (SELECT FROM pg_roles WHERE rolname = 'postgres') AND NOT EXISTS (SELECT FROM pg_default_acl, aclexplode(defaclacl) a WHERE pg_get_userbyid(defaclrole) = 'postgres' AND defaclnamespace = 0 AND defaclobjtype = 'n' AND pg_get_userbyid(a.grantee) = 'dbrole_readonly' AND a.privilege_type = 'USAGE')
\gexec
SELECT 'ALTER DEFAULT PRIVILEGES FOR ROLE postgres GRANT SELECT ON TABLES TO dbrole_readonly'
  WHERE EXISTS (SELECT FROM pg_roles WHERE rolname = 'postgres') AND NOT EXISTS (SELECT FROM pg_default_acl, aclexplode(defaclacl) a WHERE pg_get_userbyid(defaclrole) = 'postgres' AND defaclnamespace = 0 AND defaclobjtype = 'r' AND pg_get_userbyid(a.grantee) = 'dbrole_readonly' AND a.privilege_type = 'SELECT')
\gexec
SELECT 'ALTER DEFAULT PRIVILEGES FOR ROLE postgres GRANT SELECT ON SEQUENCES TO dbrole_readonly'
  WHERE EXISTS (SELECT FROM pg_roles WHERE rolname = 'postgres') AND NOT EXISTS (SELECT FROM pg_default_acl, aclexplode(defaclacl) a WHERE pg_get_userbyid(defaclrole) = 'postgres' AND defaclnamespace = 0 AND defaclobjtype = 'S' AND pg_get_userbyid(a.grantee) = 'dbrole_readonly' AND a.privilege_type = 'SELECT')
\gexec
SELECT 'ALTER DEFAULT PRIVILEGES FOR ROLE postgres GRANT EXECUTE ON FUNCTIONS TO dbrole_readonly'
  WHERE EXISTS (SELECT FROM pg_roles WHERE rolname = 'postgres') AND NOT EXISTS (SELECT FROM pg_default_acl, aclexplode(defaclacl) a WHERE pg_get_userbyid(defaclrole) = 'postgres' AND defaclnamespace = 0 AND defaclobjtype = 'f' AND pg_get_userbyid(a.grantee) = 'dbrole_readonly' AND a.privilege_type = 'EXECUTE')
\gexec
SELECT 'ALTER DEFAULT PRIVILEGES FOR ROLE postgres GRANT USAGE ON SCHEMAS TO dbrole_offline'
  WHERE EXISTS (SELECT FROM pg_roles WHERE rolname = 'postgres') AND NOT EXISTS (SELECT FROM pg_default_acl, aclexplode(defaclacl) a WHERE pg_get_userbyid(defaclrole) = 'postgres' AND defaclnamespace = 0 AND defaclobjtype = 'n' AND pg_get_userbyid(a.grantee) = 'dbrole_offline' AND a.privilege_type = 'USAGE')
\gexec
SELECT 'ALTER DEFAULT PRIVILEGES FOR ROLE postgres GRANT SELECT ON TABLES TO dbrole_offline'
  WHERE EXISTS (SELECT FROM pg_roles WHERE rolname = 'postgres') AND NOT EXISTS (SELECT FROM pg_default_acl, aclexplode(defaclacl) a WHERE pg_get_userbyid(defaclrole) = 'postgres' AND defaclnamespace = 0 AND defaclobjtype = 'r' AND pg_get_userbyid(a.grantee) = 'dbrole_offline' AND a.privilege_type = 'SELECT')
\gexec
SELECT 'ALTER DEFAULT PRIVILEGES FOR ROLE postgres GRANT SELECT ON SEQUENCES TO dbrole_offline'
  WHERE EXISTS (SELECT FROM pg_roles WHERE rolname = 'postgres') AND NOT EXISTS (SELECT FROM pg_default_acl, aclexplode(defaclacl) a WHERE pg_get_userbyid(defaclrole) = 'postgres' AND defaclnamespace = 0 AND defaclobjtype = 'S' AND pg_get_userbyid(a.grantee) = 'dbrole_offline' AND a.privilege_type = 'SELECT')
\gexec
SELECT 'ALTER DEFAULT PRIVILEGES FOR ROLE postgres GRANT EXECUTE ON FUNCTIONS TO dbrole_offline'
  WHERE EXISTS (SELECT FROM pg_roles WHERE rolname = 'postgres') AND NOT EXISTS (SELECT FROM pg_default_acl, aclexplode(defaclacl) a WHERE pg_get_userbyid(defaclrole) = 'postgres' AND defaclnamespace = 0 AND defaclobjtype = 'f' AND pg_get_userbyid(a.grantee) = 'dbrole_offline' AND a.privilege_type = 'EXECUTE')
\gexec
SELECT 'ALTER DEFAULT PRIVILEGES FOR ROLE postgres GRANT INSERT ON TABLES TO dbrole_readwrite'
  WHERE EXISTS (SELECT FROM pg_roles WHERE rolname = 'postgres') AND NOT EXISTS (SELECT FROM pg_default_acl, aclexplode(defaclacl) a WHERE pg_get_userbyid(defaclrole) = 'postgres' AND defaclnamespace = 0 AND defaclobjtype = 'r' AND pg_get_userbyid(a.grantee) = 'dbrole_readwrite' AND a.privilege_type = 'INSERT')
\gexec
SELECT 'ALTER DEFAULT PRIVILEGES FOR ROLE postgres GRANT UPDATE ON TABLES TO dbrole_readwrite'
  WHERE EXISTS (SELECT FROM pg_roles WHERE rolname = 'postgres') AND NOT EXISTS (SELECT FROM pg_default_acl, aclexplode(defaclacl) a WHERE pg_get_userbyid(defaclrole) = 'postgres' AND defaclnamespace = 0 AND defaclobjtype = 'r' AND pg_get_userbyid(a.grantee) = 'dbrole_readwrite' AND a.privilege_type = 'UPDATE')
\gexec
SELECT 'ALTER DEFAULT PRIVILEGES FOR ROLE postgres GRANT DELETE ON TABLES TO dbrole_readwrite'
  WHERE EXISTS (SELECT FROM pg_roles WHERE rolname = 'postgres') AND NOT EXISTS (SELECT FROM pg_default_acl, aclexplode(defaclacl) a WHERE pg_get_userbyid(defaclrole) = 'postgres' AND defaclnamespace = 0 AND defaclobjtype = 'r' AND pg_get_userbyid(a.grantee) = 'dbrole_readwrite' AND a.privilege_type = 'DELETE')
\gexec
SELECT 'ALTER DEFAULT PRIVILEGES FOR ROLE postgres GRANT USAGE ON SEQUENCES TO dbrole_readwrite'
  WHERE EXISTS (SELECT FROM pg_roles WHERE rolname = 'postgres') AND NOT EXISTS (SELECT FROM pg_default_acl, aclexplode(defaclacl) a WHERE pg_get_userbyid(defaclrole) = 'postgres' AND defaclnamespace = 0 AND defaclobjtype = 'S' AND pg_get_userbyid(a.grantee) = 'dbrole_readwrite' AND a.privilege_type = 'USAGE')
\gexec
SELECT 'ALTER DEFAULT PRIVILEGES FOR ROLE postgres GRANT UPDATE ON SEQUENCES TO dbrole_readwrite'
  WHERE EXISTS (SELECT FROM pg_roles WHERE rolname = 'postgres') AND NOT EXISTS (SELECT FROM pg_default_acl, aclexplode(defaclacl) a WHERE pg_get_userbyid(defaclrole) = 'postgres' AND defaclnamespace = 0 AND defaclobjtype = 'S' AND pg_get_userbyid(a.grantee) = 'dbrole_readwrite' AND a.privilege_type = 'UPDATE')
\gexec
SELECT 'ALTER DEFAULT PRIVILEGES FOR ROLE postgres GRANT TRUNCATE ON TABLES TO dbrole_admin'
  WHERE EXISTS (SELECT FROM pg_roles WHERE rolname = 'postgres') AND NOT EXISTS (SELECT FROM pg_default_acl, aclexplode(defaclacl) a WHERE pg_get_userbyid(defaclrole) = 'postgres' AND defaclnamespace = 0 AND defaclobjtype = 'r' AND pg_get_userbyid(a.grantee) = 'dbrole_admin' AND a.privilege_type = 'TRUNCATE')
\gexec
SELECT 'ALTER DEFAULT PRIVILEGES FOR ROLE postgres GRANT REFERENCES ON TABLES TO dbrole_admin'
  WHERE EXISTS (SELECT FROM pg_roles WHERE rolname = 'postgres') AND NOT EXISTS (SELECT FROM pg_default_acl, aclexplode(defaclacl) a WHERE pg_get_userbyid(defaclrole) = 'postgres' AND defaclnamespace = 0 AND defaclobjtype = 'r' AND pg_get_userbyid(a.grantee) = 'dbrole_admin' AND a.privilege_type = 'REFERENCES')
\gexec
SELECT 'ALTER DEFAULT PRIVILEGES FOR ROLE postgres GRANT TRIGGER ON TABLES TO dbrole_admin'
  WHERE EXISTS (SELECT FROM pg_roles WHERE rolname = 'postgres') AND NOT EXISTS (SELECT FROM pg_default_acl, aclexplode(defaclacl) a WHERE pg_get_userbyid(defaclrole) = 'postgres' AND defaclnamespace = 0 AND defaclobjtype = 'r' AND pg_get_userbyid(a.grantee) = 'dbrole_admin' AND a.privilege_type = 'TRIGGER')
\gexec
SELECT 'ALTER DEFAULT PRIVILEGES FOR ROLE postgres GRANT CREATE ON SCHEMAS TO dbrole_admin'
  WHERE EXISTS (SELECT FROM pg_roles WHERE rolname = 'postgres') AND NOT EXISTS (SELECT FROM pg_default_acl, aclexplode(defaclacl) a WHERE pg_get_userbyid(defaclrole) = 'postgres' AND defaclnamespace = 0 AND defaclobjtype = 'n' AND pg_get_userbyid(a.grantee) = 'dbrole_admin' AND a.privilege_type = 'CREATE')
\gexec
SELECT 'ALTER DEFAULT PRIVILEGES FOR ROLE dbuser_dba GRANT USAGE ON SCHEMAS TO dbrole_readonly'
  WHERE EXISTS (SELECT FROM pg_roles WHERE rolname = 'dbuser_dba') AND NOT EXISTS (SELECT FROM pg_default_acl, aclexplode(defaclacl) a WHERE pg_get_userbyid(defaclrole) = 'dbuser_dba' AND defaclnamespace = 0 AND defaclobjtype = 'n' AND pg_get_userbyid(a.grantee) = 'dbrole_readonly' AND a.privilege_type = 'USAGE')
\gexec
SELECT 'ALTER DEFAULT PRIVILEGES FOR ROLE dbuser_dba GRANT SELECT ON TABLES TO dbrole_readonly'
  WHERE EXISTS (SELECT FROM pg_roles WHERE rolname = 'dbuser_dba') AND NOT EXISTS (SELECT FROM pg_default_acl, aclexplode(defaclacl) a WHERE pg_get_userbyid(defaclrole) = 'dbuser_dba' AND defaclnamespace = 0 AND defaclobjtype = 'r' AND pg_get_userbyid(a.grantee) = 'dbrole_readonly' AND a.privilege_type = 'SELECT')
\gexec
SELECT 'ALTER DEFAULT PRIVILEGES FOR ROLE dbuser_dba GRANT SELECT ON SEQUENCES TO dbrole_readonly'
  WHERE EXISTS (SELECT FROM pg_roles WHERE rolname = 'dbuser_dba') AND NOT EXISTS (SELECT FROM pg_default_acl, aclexplode(defaclacl) a WHERE pg_get_userbyid(defaclrole) = 'dbuser_dba' AND defaclnamespace = 0 AND defaclobjtype = 'S' AND pg_get_userbyid(a.grantee) = 'dbrole_readonly' AND a.privilege_type = 'SELECT')
\gexec
SELECT 'ALTER DEFAULT PRIVILEGES FOR ROLE dbuser_dba GRANT EXECUTE ON FUNCTIONS TO dbrole_readonly'
  WHERE EXISTS (SELECT FROM pg_roles WHERE rolname = 'dbuser_dba') AND NOT EXISTS (SELECT FROM pg_default_acl, aclexplode(defaclacl) a WHERE pg_get_userbyid(defaclrole) = 'dbuser_dba' AND defaclnamespace = 0 AND defaclobjtype = 'f' AND pg_get_userbyid(a.grantee) = 'dbrole_readonly' AND a.privilege_type = 'EXECUTE')
\gexec
SELECT 'ALTER DEFAULT PRIVILEGES FOR ROLE dbuser_dba GRANT USAGE ON SCHEMAS TO dbrole_offline'
  WHERE EXISTS (SELECT FROM pg_roles WHERE rolname = 'dbuser_dba') AND NOT EXISTS (SELECT FROM pg_default_acl, aclexplode(defaclacl) a WHERE pg_get_userbyid(defaclrole) = 'dbuser_dba' AND defaclnamespace = 0 AND defaclobjtype = 'n' AND pg_get_userbyid(a.grantee) = 'dbrole_offline' AND a.privilege_type = 'USAGE')
\gexec
SELECT 'ALTER DEFAULT PRIVILEGES FOR ROLE dbuser_dba GRANT SELECT ON TABLES TO dbrole_offline'
  WHERE EXISTS (SELECT FROM pg_roles WHERE rolname = 'dbuser_dba') AND NOT EXISTS (SELECT FROM pg_default_acl, aclexplode(defaclacl) a WHERE pg_get_userbyid(defaclrole) = 'dbuser_dba' AND defaclnamespace = 0 AND defaclobjtype = 'r' AND pg_get_userbyid(a.grantee) = 'dbrole_offline' AND a.privilege_type = 'SELECT')
\gexec
SELECT 'ALTER DEFAULT PRIVILEGES FOR ROLE dbuser_dba GRANT SELECT ON SEQUENCES TO dbrole_offline'
  WHERE EXISTS (SELECT FROM pg_roles WHERE rolname = 'dbuser_dba') AND NOT EXISTS (SELECT FROM pg_default_acl, aclexplode(defaclacl) a WHERE pg_get_userbyid(defaclrole) = 'dbuser_dba' AND defaclnamespace = 0 AND defaclobjtype = 'S' AND pg_get_userbyid(a.grantee) = 'dbrole_offline' AND a.privilege_type = 'SELECT')
\gexec
SELECT 'ALTER DEFAULT PRIVILEGES FOR ROLE dbuser_dba GRANT EXECUTE ON FUNCTIONS TO dbrole_offline'
  WHERE EXISTS (SELECT FROM pg_roles WHERE rolname = 'dbuser_dba') AND NOT EXISTS (SELECT FROM pg_default_acl, aclexplode(defaclacl) a WHERE pg_get_userbyid(defaclrole) = 'dbuser_dba' AND defaclnamespace = 0 AND defaclobjtype = 'f' AND pg_get_userbyid(a.grantee) = 'dbrole_offline' AND a.privilege_type = 'EXECUTE')
\gexec
SELECT 'ALTER DEFAULT PRIVILEGES FOR ROLE dbuser_dba GRANT INSERT ON TABLES TO dbrole_readwrite'
  WHERE EXISTS (SELECT FROM pg_roles WHERE rolname = 'dbuser_dba') AND NOT EXISTS (SELECT FROM pg_default_acl, aclexplode(defaclacl) a WHERE pg_get_userbyid(defaclrole) = 'dbuser_dba' AND defaclnamespace = 0 AND defaclobjtype = 'r' AND pg_get_userbyid(a.grantee) = 'dbrole_readwrite' AND a.privilege_type = 'INSERT')
\gexec
SELECT 'ALTER DEFAULT PRIVILEGES FOR ROLE dbuser_dba GRANT UPDATE ON TABLES TO dbrole_readwrite'
  WHERE EXISTS (SELECT FROM pg_roles WHERE rolname = 'dbuser_dba') AND NOT EXISTS (SELECT FROM pg_default_acl, aclexplode(defaclacl) a WHERE pg_get_userbyid(defaclrole) = 'dbuser_dba' AND defaclnamespace = 0 AND defaclobjtype = 'r' AND pg_get_userbyid(a.grantee) = 'dbrole_readwrite' AND a.privilege_type = 'UPDATE')
\gexec
SELECT 'ALTER DEFAULT PRIVILEGES FOR ROLE dbuser_dba GRANT DELETE ON TABLES TO dbrole_readwrite'
  WHERE EXISTS (SELECT FROM pg_roles WHERE rolname = 'dbuser_dba') AND NOT EXISTS (SELECT FROM pg_default_acl, aclexplode(defaclacl) a WHERE pg_get_userbyid(defaclrole) = 'dbuser_dba' AND defaclnamespace = 0 AND defaclobjtype = 'r' AND pg_get_userbyid(a.grantee) = 'dbrole_readwrite' AND a.privilege_type = 'DELETE')
\gexec
SELECT 'ALTER DEFAULT PRIVILEGES FOR ROLE dbuser_dba GRANT USAGE ON SEQUENCES TO dbrole_readwrite'
  WHERE EXISTS (SELECT FROM pg_roles WHERE rolname = 'dbuser_dba') AND NOT EXISTS (SELECT FROM pg_default_acl, aclexplode(defaclacl) a WHERE pg_get_userbyid(defaclrole) = 'dbuser_dba' AND defaclnamespace = 0 AND defaclobjtype = 'S' AND pg_get_userbyid(a.grantee) = 'dbrole_readwrite' AND a.privilege_type = 'USAGE')
\gexec
SELECT 'ALTER DEFAULT PRIVILEGES FOR ROLE dbuser_dba GRANT UPDATE ON SEQUENCES TO dbrole_readwrite'
  WHERE EXISTS (SELECT FROM pg_roles WHERE rolname = 'dbuser_dba') AND NOT EXISTS (SELECT FROM pg_default_acl, aclexplode(defaclacl) a WHERE pg_get_userbyid(defaclrole) = 'dbuser_dba' AND defaclnamespace = 0 AND defaclobjtype = 'S' AND pg_get_userbyid(a.grantee) = 'dbrole_readwrite' AND a.privilege_type = 'UPDATE')
\gexec
SELECT 'ALTER DEFAULT PRIVILEGES FOR ROLE dbuser_dba GRANT TRUNCATE ON TABLES TO dbrole_admin'
  WHERE EXISTS (SELECT FROM pg_roles WHERE rolname = 'dbuser_dba') AND NOT EXISTS (SELECT FROM pg_default_acl, aclexplode(defaclacl) a WHERE pg_get_userbyid(defaclrole) = 'dbuser_dba' AND defaclnamespace = 0 AND defaclobjtype = 'r' AND pg_get_userbyid(a.grantee) = 'dbrole_admin' AND a.privilege_type = 'TRUNCATE')
\gexec
SELECT 'ALTER DEFAULT PRIVILEGES FOR ROLE dbuser_dba GRANT REFERENCES ON TABLES TO dbrole_admin'
  WHERE EXISTS (SELECT FROM pg_roles WHERE rolname = 'dbuser_dba') AND NOT EXISTS (SELECT FROM pg_default_acl, aclexplode(defaclacl) a WHERE pg_get_userbyid(defaclrole) = 'dbuser_dba' AND defaclnamespace = 0 AND defaclobjtype = 'r' AND pg_get_userbyid(a.grantee) = 'dbrole_admin' AND a.privilege_type = 'REFERENCES')
\gexec
SELECT 'ALTER DEFAULT PRIVILEGES FOR ROLE dbuser_dba GRANT TRIGGER ON TABLES TO dbrole_admin'
  WHERE EXISTS (SELECT FROM pg_roles WHERE rolname = 'dbuser_dba') AND NOT EXISTS (SELECT FROM pg_default_acl, aclexplode(defaclacl) a WHERE pg_get_userbyid(defaclrole) = 'dbuser_dba' AND defaclnamespace = 0 AND defaclobjtype = 'r' AND pg_get_userbyid(a.grantee) = 'dbrole_admin' AND a.privilege_type = 'TRIGGER')
\gexec
SELECT 'ALTER DEFAULT PRIVILEGES FOR ROLE dbuser_dba GRANT CREATE ON SCHEMAS TO dbrole_admin'
  WHERE EXISTS (SELECT FROM pg_roles WHERE rolname = 'dbuser_dba') AND NOT EXISTS (SELECT FROM pg_default_acl, aclexplode(defaclacl) a WHERE pg_get_userbyid(defaclrole) = 'dbuser_dba' AND defaclnamespace = 0 AND defaclobjtype = 'n' AND pg_get_userbyid(a.grantee) = 'dbrole_admin' AND a.privilege_type = 'CREATE')
\gexec
SELECT 'ALTER DEFAULT PRIVILEGES FOR ROLE dbrole_admin GRANT USAGE ON SCHEMAS TO dbrole_readonly'
  WHERE EXISTS (SELECT FROM pg_roles WHERE rolname = 'dbrole_admin') AND NOT EXISTS (SELECT FROM pg_default_acl, aclexplode(defaclacl) a WHERE pg_get_userbyid(defaclrole) = 'dbrole_admin' AND defaclnamespace = 0 AND defaclobjtype = 'n' AND pg_get_userbyid(a.grantee) = 'dbrole_readonly' AND a.privilege_type = 'USAGE')
\gexec
SELECT 'ALTER DEFAULT PRIVILEGES FOR ROLE dbrole_admin GRANT SELECT ON TABLES TO dbrole_readonly'
  WHERE EXISTS (SELECT FROM pg_roles WHERE rolname = 'dbrole_admin') AND NOT EXISTS (SELECT FROM pg_default_acl, aclexplode(defaclacl) a WHERE pg_get_userbyid(defaclrole) = 'dbrole_admin' AND defaclnamespace = 0 AND defaclobjtype = 'r' AND pg_get_userbyid(a.grantee) = 'dbrole_readonly' AND a.privilege_type = 'SELECT')
\gexec
SELECT 'ALTER DEFAULT PRIVILEGES FOR ROLE dbrole_admin GRANT SELECT ON SEQUENCES TO dbrole_readonly'
  WHERE EXISTS (SELECT FROM pg_roles WHERE rolname = 'dbrole_admin') AND NOT EXISTS (SELECT FROM pg_default_acl, aclexplode(defaclacl) a WHERE pg_get_userbyid(defaclrole) = 'dbrole_admin' AND defaclnamespace = 0 AND defaclobjtype = 'S' AND pg_get_userbyid(a.grantee) = 'dbrole_readonly' AND a.privilege_type = 'SELECT')
\gexec
SELECT 'ALTER DEFAULT PRIVILEGES FOR ROLE dbrole_admin GRANT EXECUTE ON FUNCTIONS TO dbrole_readonly'
  WHERE EXISTS (SELECT FROM pg_roles WHERE rolname = 'dbrole_admin') AND NOT EXISTS (SELECT FROM pg_default_acl, aclexplode(defaclacl) a WHERE pg_get_userbyid(defaclrole) = 'dbrole_admin' AND defaclnamespace = 0 AND defaclobjtype = 'f' AND pg_get_userbyid(a.grantee) = 'dbrole_readonly' AND a.privilege_type = 'EXECUTE')
\gexec
SELECT 'ALTER DEFAULT PRIVILEGES FOR ROLE dbrole_admin GRANT USAGE ON SCHEMAS TO dbrole_offline'
  WHERE EXISTS (SELECT FROM pg_roles WHERE rolname = 'dbrole_admin') AND NOT EXISTS (SELECT FROM pg_default_acl, aclexplode(defaclacl) a WHERE pg_get_userbyid(defaclrole) = 'dbrole_admin' AND defaclnamespace = 0 AND defaclobjtype = 'n' AND pg_get_userbyid(a.grantee) = 'dbrole_offline' AND a.privilege_type = 'USAGE')
\gexec
SELECT 'ALTER DEFAULT PRIVILEGES FOR ROLE dbrole_admin GRANT SELECT ON TABLES TO dbrole_offline'
  WHERE EXISTS (SELECT FROM pg_roles WHERE rolname = 'dbrole_admin') AND NOT EXISTS (SELECT FROM pg_default_acl, aclexplode(defaclacl) a WHERE pg_get_userbyid(defaclrole) = 'dbrole_admin' AND defaclnamespace = 0 AND defaclobjtype = 'r' AND pg_get_userbyid(a.grantee) = 'dbrole_offline' AND a.privilege_type = 'SELECT')
\gexec
SELECT 'ALTER DEFAULT PRIVILEGES FOR ROLE dbrole_admin GRANT SELECT ON SEQUENCES TO dbrole_offline'
  WHERE EXISTS (SELECT FROM pg_roles WHERE rolname = 'dbrole_admin') AND NOT EXISTS (SELECT FROM pg_default_acl, aclexplode(defaclacl) a WHERE pg_get_userbyid(defaclrole) = 'dbrole_admin' AND defaclnamespace = 0 AND defaclobjtype = 'S' AND pg_get_userbyid(a.grantee) = 'dbrole_offline' AND a.privilege_type = 'SELECT')
\gexec
SELECT 'ALTER DEFAULT PRIVILEGES FOR ROLE dbrole_admin GRANT EXECUTE ON FUNCTIONS TO dbrole_offline'
  WHERE EXISTS (SELECT FROM pg_roles WHERE rolname = 'dbrole_admin') AND NOT EXISTS (SELECT FROM pg_default_acl, aclexplode(defaclacl) a WHERE pg_get_userbyid(defaclrole) = 'dbrole_admin' AND defaclnamespace = 0 AND defaclobjtype = 'f' AND pg_get_userbyid(a.grantee) = 'dbrole_offline' AND a.privilege_type = 'EXECUTE')
\gexec
SELECT 'ALTER DEFAULT PRIVILEGES FOR ROLE dbrole_admin GRANT INSERT ON TABLES TO dbrole_readwrite'
  WHERE EXISTS (SELECT FROM pg_roles WHERE rolname = 'dbrole_admin') AND NOT EXISTS (SELECT FROM pg_default_acl, aclexplode(defaclacl) a WHERE pg_get_userbyid(defaclrole) = 'dbrole_admin' AND defaclnamespace = 0 AND defaclobjtype = 'r' AND pg_get_userbyid(a.grantee) = 'dbrole_readwrite' AND a.privilege_type = 'INSERT')
\gexec
SELECT 'ALTER DEFAULT PRIVILEGES FOR ROLE dbrole_admin GRANT UPDATE ON TABLES TO dbrole_readwrite'
  WHERE EXISTS (SELECT FROM pg_roles WHERE rolname = 'dbrole_admin') AND NOT EXISTS (SELECT FROM pg_default_acl, aclexplode(defaclacl) a WHERE pg_get_userbyid(defaclrole) = 'dbrole_admin' AND defaclnamespace = 0 AND defaclobjtype = 'r' AND pg_get_userbyid(a.grantee) = 'dbrole_readwrite' AND a.privilege_type = 'UPDATE')
\gexec
SELECT 'ALTER DEFAULT PRIVILEGES FOR ROLE dbrole_admin GRANT DELETE ON TABLES TO dbrole_readwrite'
  WHERE EXISTS (SELECT FROM pg_roles WHERE rolname = 'dbrole_admin') AND NOT EXISTS (SELECT FROM pg_default_acl, aclexplode(defaclacl) a WHERE pg_get_userbyid(defaclrole) = 'dbrole_admin' AND defaclnamespace = 0 AND defaclobjtype = 'r' AND pg_get_userbyid(a.grantee) = 'dbrole_readwrite' AND a.privilege_type = 'DELETE')
\gexec
SELECT 'ALTER DEFAULT PRIVILEGES FOR ROLE dbrole_admin GRANT USAGE ON SEQUENCES TO dbrole_readwrite'
  WHERE EXISTS (SELECT FROM pg_roles WHERE rolname = 'dbrole_admin') AND NOT EXISTS (SELECT FROM pg_default_acl, aclexplode(defaclacl) a WHERE pg_get_userbyid(defaclrole) = 'dbrole_admin' AND defaclnamespace = 0 AND defaclobjtype = 'S' AND pg_get_userbyid(a.grantee) = 'dbrole_readwrite' AND a.privilege_type = 'USAGE')
\gexec
SELECT 'ALTER DEFAULT PRIVILEGES FOR ROLE dbrole_admin GRANT UPDATE ON SEQUENCES TO dbrole_readwrite'
  WHERE EXISTS (SELECT FROM pg_roles WHERE rolname = 'dbrole_admin') AND NOT EXISTS (SELECT FROM pg_default_acl, aclexplode(defaclacl) a WHERE pg_get_userbyid(defaclrole) = 'dbrole_admin' AND defaclnamespace = 0 AND defaclobjtype = 'S' AND pg_get_userbyid(a.grantee) = 'dbrole_readwrite' AND a.privilege_type = 'UPDATE')
\gexec
SELECT 'ALTER DEFAULT PRIVILEGES FOR ROLE dbrole_admin GRANT TRUNCATE ON TABLES TO dbrole_admin'
  WHERE EXISTS (SELECT FROM pg_roles WHERE rolname = 'dbrole_admin') AND NOT EXISTS (SELECT FROM pg_default_acl, aclexplode(defaclacl) a WHERE pg_get_userbyid(defaclrole) = 'dbrole_admin' AND defaclnamespace = 0 AND defaclobjtype = 'r' AND pg_get_userbyid(a.grantee) = 'dbrole_admin' AND a.privilege_type = 'TRUNCATE')
\gexec
SELECT 'ALTER DEFAULT PRIVILEGES FOR ROLE dbrole_admin GRANT REFERENCES ON TABLES TO dbrole_admin'
  WHERE EXISTS (SELECT FROM pg_roles WHERE rolname = 'dbrole_admin') AND NOT EXISTS (SELECT FROM pg_default_acl, aclexplode(defaclacl) a WHERE pg_get_userbyid(defaclrole) = 'dbrole_admin' AND defaclnamespace = 0 AND defaclobjtype = 'r' AND pg_get_userbyid(a.grantee) = 'dbrole_admin' AND a.privilege_type = 'REFERENCES')
\gexec
SELECT 'ALTER DEFAULT PRIVILEGES FOR ROLE dbrole_admin GRANT TRIGGER ON TABLES TO dbrole_admin'
  WHERE EXISTS (SELECT FROM pg_roles WHERE rolname = 'dbrole_admin') AND NOT EXISTS (SELECT FROM pg_default_acl, aclexplode(defaclacl) a WHERE pg_get_userbyid(defaclrole) = 'dbrole_admin' AND defaclnamespace = 0 AND defaclobjtype = 'r' AND pg_get_userbyid(a.grantee) = 'dbrole_admin' AND a.privilege_type = 'TRIGGER')
\gexec
SELECT 'ALTER DEFAULT PRIVILEGES FOR ROLE dbrole_admin GRANT CREATE ON SCHEMAS TO dbrole_admin'
  WHERE EXISTS (SELECT FROM pg_roles WHERE rolname = 'dbrole_admin') AND NOT EXISTS (SELECT FROM pg_default_acl, aclexplode(defaclacl) a WHERE pg_get_userbyid(defaclrole) = 'dbrole_admin' AND defaclnamespace = 0 AND defaclobjtype = 'n' AND pg_get_userbyid(a.grantee) = 'dbrole_admin' AND a.privilege_type = 'CREATE')
\gexec

-- schemas
SELECT 'CREATE SCHEMA monitor'
  WHERE NOT EXISTS (SELECT FROM pg_namespace WHERE nspname = 'monitor')
\gexec

-- schema public
SELECT 'REVOKE CREATE ON SCHEMA public FROM PUBLIC'
  WHERE EXISTS (SELECT FROM pg_namespace, aclexplode(coalesce(nspacl, acldefault('n', nspowner))) a WHERE nspname = 'public' AND a.grantee = 0 AND a.privilege_type = 'CREATE')
\gexec
SELECT 'GRANT CREATE ON SCHEMA public TO dbrole_admin'
  WHERE EXISTS (SELECT FROM pg_namespace WHERE nspname = 'public') AND EXISTS (SELECT FROM pg_roles WHERE rolname = 'dbrole_admin') AND NOT EXISTS (SELECT FROM pg_namespace, aclexplode(coalesce(nspacl, acldefault('n', nspowner))) a WHERE nspname = 'public' AND pg_get_userbyid(a.grantee) = 'dbrole_admin' AND a.privilege_type = 'CREATE')
\gexec
\set QUIET on
COMMIT;

-- extensions
SELECT EXISTS (SELECT FROM pg_available_extensions WHERE name = 'pg_stat_statements') AS available \gset
\if :available
\set QUIET off
SELECT 'CREATE EXTENSION pg_stat_statements SCHEMA monitor CASCADE'
  WHERE NOT EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_stat_statements')
\gexec
SELECT 'ALTER EXTENSION pg_stat_statements SET SCHEMA monitor'
  WHERE EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_stat_statements' AND extrelocatable AND extnamespace <> (SELECT oid FROM pg_namespace WHERE nspname = 'monitor'))
\gexec
\else
\warn 'extension pg_stat_statements is not installed on this host: left out'
\endif
\set QUIET on
SELECT EXISTS (SELECT FROM pg_available_extensions WHERE name = 'pgstattuple') AS available \gset
\if :available
\set QUIET off
SELECT 'CREATE EXTENSION pgstattuple SCHEMA monitor CASCADE'
  WHERE NOT EXISTS (SELECT FROM pg_extension WHERE extname = 'pgstattuple')
\gexec
SELECT 'ALTER EXTENSION pgstattuple SET SCHEMA monitor'
  WHERE EXISTS (SELECT FROM pg_extension WHERE extname = 'pgstattuple' AND extrelocatable AND extnamespace <> (SELECT oid FROM pg_namespace WHERE nspname = 'monitor'))
\gexec
\else
\warn 'extension pgstattuple is not installed on this host: left out'
\endif
\set QUIET on
SELECT EXISTS (SELECT FROM pg_available_extensions WHERE name = 'pg_buffercache') AS available \gset
\if :available
\set QUIET off
SELECT 'CREATE EXTENSION pg_buffercache SCHEMA monitor CASCADE'
  WHERE NOT EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_buffercache')
\gexec
SELECT 'ALTER EXTENSION pg_buffercache SET SCHEMA monitor'
  WHERE EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_buffercache' AND extrelocatable AND extnamespace <> (SELECT oid FROM pg_namespace WHERE nspname = 'monitor'))
\gexec
\else
\warn 'extension pg_buffercache is not installed on this host: left out'
\endif
\set QUIET on
SELECT EXISTS (SELECT FROM pg_available_extensions WHERE name = 'pageinspect') AS available \gset
\if :available
\set QUIET off
SELECT 'CREATE EXTENSION pageinspect SCHEMA monitor CASCADE'
  WHERE NOT EXISTS (SELECT FROM pg_extension WHERE extname = 'pageinspect')
\gexec
SELECT 'ALTER EXTENSION pageinspect SET SCHEMA monitor'
  WHERE EXISTS (SELECT FROM pg_extension WHERE extname = 'pageinspect' AND extrelocatable AND extnamespace <> (SELECT oid FROM pg_namespace WHERE nspname = 'monitor'))
\gexec
\else
\warn 'extension pageinspect is not installed on this host: left out'
\endif
\set QUIET on
SELECT EXISTS (SELECT FROM pg_available_extensions WHERE name = 'pg_prewarm') AS available \gset
\if :available
\set QUIET off
SELECT 'CREATE EXTENSION pg_prewarm SCHEMA monitor CASCADE'
  WHERE NOT EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_prewarm')
\gexec
SELECT 'ALTER EXTENSION pg_prewarm SET SCHEMA monitor'
  WHERE EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_prewarm' AND extrelocatable AND extnamespace <> (SELECT oid FROM pg_namespace WHERE nspname = 'monitor'))
\gexec
\else
\warn 'extension pg_prewarm is not installed on this host: left out'
\endif
\set QUIET on
SELECT EXISTS (SELECT FROM pg_available_extensions WHERE name = 'pg_visibility') AS available \gset
\if :available
\set QUIET off
SELECT 'CREATE EXTENSION pg_visibility SCHEMA monitor CASCADE'
  WHERE NOT EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_visibility')
\gexec
SELECT 'ALTER EXTENSION pg_visibility SET SCHEMA monitor'
  WHERE EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_visibility' AND extrelocatable AND extnamespace <> (SELECT oid FROM pg_namespace WHERE nspname = 'monitor'))
\gexec
\else
\warn 'extension pg_visibility is not installed on this host: left out'
\endif
\set QUIET on
SELECT EXISTS (SELECT FROM pg_available_extensions WHERE name = 'pg_freespacemap') AS available \gset
\if :available
\set QUIET off
SELECT 'CREATE EXTENSION pg_freespacemap SCHEMA monitor CASCADE'
  WHERE NOT EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_freespacemap')
\gexec
SELECT 'ALTER EXTENSION pg_freespacemap SET SCHEMA monitor'
  WHERE EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_freespacemap' AND extrelocatable AND extnamespace <> (SELECT oid FROM pg_namespace WHERE nspname = 'monitor'))
\gexec
\else
\warn 'extension pg_freespacemap is not installed on this host: left out'
\endif
\set QUIET on
SELECT EXISTS (SELECT FROM pg_available_extensions WHERE name = 'postgres_fdw') AS available \gset
\if :available
\set QUIET off
SELECT 'CREATE EXTENSION postgres_fdw SCHEMA public CASCADE'
  WHERE NOT EXISTS (SELECT FROM pg_extension WHERE extname = 'postgres_fdw')
\gexec
SELECT 'ALTER EXTENSION postgres_fdw SET SCHEMA public'
  WHERE EXISTS (SELECT FROM pg_extension WHERE extname = 'postgres_fdw' AND extrelocatable AND extnamespace <> (SELECT oid FROM pg_namespace WHERE nspname = 'public'))
\gexec
\else
\warn 'extension postgres_fdw is not installed on this host: left out'
\endif
\set QUIET on
SELECT EXISTS (SELECT FROM pg_available_extensions WHERE name = 'file_fdw') AS available \gset
\if :available
\set QUIET off
SELECT 'CREATE EXTENSION file_fdw SCHEMA public CASCADE'
  WHERE NOT EXISTS (SELECT FROM pg_extension WHERE extname = 'file_fdw')
\gexec
SELECT 'ALTER EXTENSION file_fdw SET SCHEMA public'
  WHERE EXISTS (SELECT FROM pg_extension WHERE extname = 'file_fdw' AND extrelocatable AND extnamespace <> (SELECT oid FROM pg_namespace WHERE nspname = 'public'))
\gexec
\else
\warn 'extension file_fdw is not installed on this host: left out'
\endif
\set QUIET on
SELECT EXISTS (SELECT FROM pg_available_extensions WHERE name = 'btree_gist') AS available \gset
\if :available
\set QUIET off
SELECT 'CREATE EXTENSION btree_gist SCHEMA public CASCADE'
  WHERE NOT EXISTS (SELECT FROM pg_extension WHERE extname = 'btree_gist')
\gexec
SELECT 'ALTER EXTENSION btree_gist SET SCHEMA public'
  WHERE EXISTS (SELECT FROM pg_extension WHERE extname = 'btree_gist' AND extrelocatable AND extnamespace <> (SELECT oid FROM pg_namespace WHERE nspname = 'public'))
\gexec
\else
\warn 'extension btree_gist is not installed on this host: left out'
\endif
\set QUIET on
SELECT EXISTS (SELECT FROM pg_available_extensions WHERE name = 'btree_gin') AS available \gset
\if :available
\set QUIET off
SELECT 'CREATE EXTENSION btree_gin SCHEMA public CASCADE'
  WHERE NOT EXISTS (SELECT FROM pg_extension WHERE extname = 'btree_gin')
\gexec
SELECT 'ALTER EXTENSION btree_gin SET SCHEMA public'
  WHERE EXISTS (SELECT FROM pg_extension WHERE extname = 'btree_gin' AND extrelocatable AND extnamespace <> (SELECT oid FROM pg_namespace WHERE nspname = 'public'))
\gexec
\else
\warn 'extension btree_gin is not installed on this host: left out'
\endif
\set QUIET on
SELECT EXISTS (SELECT FROM pg_available_extensions WHERE name = 'pg_trgm') AS available \gset
\if :available
\set QUIET off
SELECT 'CREATE EXTENSION pg_trgm SCHEMA public CASCADE'
  WHERE NOT EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_trgm')
\gexec
SELECT 'ALTER EXTENSION pg_trgm SET SCHEMA public'
  WHERE EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_trgm' AND extrelocatable AND extnamespace <> (SELECT oid FROM pg_namespace WHERE nspname = 'public'))
\gexec
\else
\warn 'extension pg_trgm is not installed on this host: left out'
\endif
\set QUIET on
SELECT EXISTS (SELECT FROM pg_available_extensions WHERE name = 'intagg') AS available \gset
\if :available
\set QUIET off
SELECT 'CREATE EXTENSION intagg SCHEMA public CASCADE'
  WHERE NOT EXISTS (SELECT FROM pg_extension WHERE extname = 'intagg')
\gexec
SELECT 'ALTER EXTENSION intagg SET SCHEMA public'
  WHERE EXISTS (SELECT FROM pg_extension WHERE extname = 'intagg' AND extrelocatable AND extnamespace <> (SELECT oid FROM pg_namespace WHERE nspname = 'public'))
\gexec
\else
\warn 'extension intagg is not installed on this host: left out'
\endif
\set QUIET on
SELECT EXISTS (SELECT FROM pg_available_extensions WHERE name = 'intarray') AS available \gset
\if :available
\set QUIET off
SELECT 'CREATE EXTENSION intarray SCHEMA public CASCADE'
  WHERE NOT EXISTS (SELECT FROM pg_extension WHERE extname = 'intarray')
\gexec
SELECT 'ALTER EXTENSION intarray SET SCHEMA public'
  WHERE EXISTS (SELECT FROM pg_extension WHERE extname = 'intarray' AND extrelocatable AND extnamespace <> (SELECT oid FROM pg_namespace WHERE nspname = 'public'))
\gexec
\else
\warn 'extension intarray is not installed on this host: left out'
\endif
\set QUIET on
SELECT EXISTS (SELECT FROM pg_available_extensions WHERE name = 'pg_repack') AS available \gset
\if :available
\set QUIET off
SELECT 'CREATE EXTENSION pg_repack CASCADE'
  WHERE NOT EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_repack')
\gexec
\else
\warn 'extension pg_repack is not installed on this host: left out'
\endif
\set QUIET on
BEGIN;

-- foreign server of the host's own files and programs
\set QUIET off
SELECT 'CREATE SERVER fs FOREIGN DATA WRAPPER file_fdw'
  WHERE NOT EXISTS (SELECT FROM pg_foreign_server WHERE srvname = 'fs')
\gexec

-- backup privileges of the replication user
SELECT 'GRANT EXECUTE ON FUNCTION pg_catalog.current_setting(text) TO replicator'
  WHERE NOT has_function_privilege('replicator', 'pg_catalog.current_setting(text)', 'EXECUTE')
\gexec
SELECT 'GRANT EXECUTE ON FUNCTION pg_catalog.set_config(text, text, boolean) TO replicator'
  WHERE NOT has_function_privilege('replicator', 'pg_catalog.set_config(text, text, boolean)', 'EXECUTE')
\gexec
SELECT 'GRANT EXECUTE ON FUNCTION pg_catalog.pg_is_in_recovery() TO replicator'
  WHERE NOT has_function_privilege('replicator', 'pg_catalog.pg_is_in_recovery()', 'EXECUTE')
\gexec
SELECT 'GRANT EXECUTE ON FUNCTION pg_catalog.pg_create_restore_point(text) TO replicator'
  WHERE NOT has_function_privilege('replicator', 'pg_catalog.pg_create_restore_point(text)', 'EXECUTE')
\gexec
SELECT 'GRANT EXECUTE ON FUNCTION pg_catalog.pg_switch_wal() TO replicator'
  WHERE NOT has_function_privilege('replicator', 'pg_catalog.pg_switch_wal()', 'EXECUTE')
\gexec
SELECT 'GRANT EXECUTE ON FUNCTION pg_catalog.pg_last_wal_replay_lsn() TO replicator'
  WHERE NOT has_function_privilege('replicator', 'pg_catalog.pg_last_wal_replay_lsn()', 'EXECUTE')
\gexec
SELECT 'GRANT EXECUTE ON FUNCTION pg_catalog.txid_current() TO replicator'
  WHERE NOT has_function_privilege('replicator', 'pg_catalog.txid_current()', 'EXECUTE')
\gexec
SELECT 'GRANT EXECUTE ON FUNCTION pg_catalog.txid_current_snapshot() TO replicator'
  WHERE NOT has_function_privilege('replicator', 'pg_catalog.txid_current_snapshot()', 'EXECUTE')
\gexec
SELECT 'GRANT EXECUTE ON FUNCTION pg_catalog.txid_snapshot_xmax(txid_snapshot) TO replicator'
  WHERE NOT has_function_privilege('replicator', 'pg_catalog.txid_snapshot_xmax(txid_snapshot)', 'EXECUTE')
\gexec
SELECT 'GRANT EXECUTE ON FUNCTION pg_catalog.pg_control_checkpoint() TO replicator'
  WHERE NOT has_function_privilege('replicator', 'pg_catalog.pg_control_checkpoint()', 'EXECUTE')
\gexec

-- schema monitor
SELECT 'GRANT USAGE ON SCHEMA monitor TO dbuser_monitor'
  WHERE NOT EXISTS (SELECT FROM pg_namespace, aclexplode(coalesce(nspacl, acldefault('n', nspowner))) a WHERE nspname = 'monitor' AND pg_get_userbyid(a.grantee) = 'dbuser_monitor' AND a.privilege_type = 'USAGE')
\gexec
SELECT 'GRANT USAGE ON SCHEMA monitor TO dbuser_dba'
  WHERE NOT EXISTS (SELECT FROM pg_namespace, aclexplode(coalesce(nspacl, acldefault('n', nspowner))) a WHERE nspname = 'monitor' AND pg_get_userbyid(a.grantee) = 'dbuser_dba' AND a.privilege_type = 'USAGE')
\gexec
SELECT 'GRANT USAGE ON SCHEMA monitor TO replicator'
  WHERE NOT EXISTS (SELECT FROM pg_namespace, aclexplode(coalesce(nspacl, acldefault('n', nspowner))) a WHERE nspname = 'monitor' AND pg_get_userbyid(a.grantee) = 'replicator' AND a.privilege_type = 'USAGE')
\gexec
SELECT 'ALTER ROLE dbuser_monitor SET search_path TO ''monitor'', ''public'''
  WHERE NOT EXISTS (SELECT FROM pg_db_role_setting s, unnest(s.setconfig) AS entry WHERE setdatabase = 0 AND setrole = (SELECT oid FROM pg_roles WHERE rolname = 'dbuser_monitor') AND lower(split_part(entry, '=', 1)) = 'search_path' AND substr(entry, strpos(entry, '=') + 1) = quote_ident('monitor') || ', ' || quote_ident('public'))
\gexec
\set QUIET on
SELECT (SELECT obj_description(oid, 'pg_namespace') FROM pg_namespace WHERE nspname = 'monitor') IS DISTINCT FROM 'monitoring objects, revision 53efc53daf18c935' AS outdated \gset
\if :outdated
DROP VIEW IF EXISTS monitor.pg_bloat, monitor.pg_table_bloat, monitor.pg_index_bloat, monitor.pg_session, monitor.pg_seq_scan, monitor.pg_lock_waiting, monitor.pgbackrest, monitor.patroni CASCADE;
DROP FOREIGN TABLE IF EXISTS monitor.pg_log, monitor.pgbackrest_info, monitor.patroni_info, monitor.patroni_conf, monitor.process_status, monitor.disk_free CASCADE;
DROP FUNCTION IF EXISTS monitor.beating(), monitor.upsert_heartbeat(), monitor.pg_table_bloat(), monitor.pg_index_bloat(), monitor.pg_shmem(), monitor.explain(text), monitor.pgbouncer_auth(text) CASCADE;
DROP TYPE IF EXISTS monitor.log_level CASCADE;

-- heartbeat: one row per cluster, refreshed by whoever calls beating() on the leader
CREATE TABLE IF NOT EXISTS monitor.heartbeat (id varchar(64) PRIMARY KEY, ts timestamptz, lsn bigint, txid bigint);
COMMENT ON TABLE monitor.heartbeat IS 'last sign of life of the leader';
REVOKE ALL ON monitor.heartbeat FROM PUBLIC;
GRANT SELECT, INSERT, UPDATE, DELETE ON monitor.heartbeat TO pg_monitor;

CREATE FUNCTION monitor.upsert_heartbeat() RETURNS monitor.heartbeat LANGUAGE sql VOLATILE SET search_path = '' AS $$
  INSERT INTO monitor.heartbeat AS h (id, ts, lsn, txid)
  VALUES (coalesce(nullif(current_setting('cluster_name', true), ''), 'unknown'), now(), pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0'), pg_current_xact_id()::text::bigint)
  ON CONFLICT (id) DO UPDATE SET ts = excluded.ts, lsn = excluded.lsn, txid = excluded.txid
  RETURNING h.*;
$$;
COMMENT ON FUNCTION monitor.upsert_heartbeat() IS 'writes the heartbeat';

CREATE FUNCTION monitor.beating() RETURNS TABLE (cls text, ts timestamptz, lsn pg_lsn, lsn_int bigint, txid bigint, status text)
LANGUAGE plpgsql VOLATILE SET search_path = '' AS $$
DECLARE
  beat monitor.heartbeat;
BEGIN
  IF pg_is_in_recovery() THEN
    SELECT h.* INTO beat FROM monitor.heartbeat h ORDER BY h.ts DESC LIMIT 1;
  ELSE
    beat := monitor.upsert_heartbeat();
  END IF;
  RETURN QUERY SELECT beat.id::text, beat.ts, '0/0'::pg_lsn + beat.lsn, beat.lsn, beat.txid, CASE WHEN pg_is_in_recovery() THEN 'recovery' ELSE 'leading' END;
END
$$;
COMMENT ON FUNCTION monitor.beating() IS 'refreshes the heartbeat on the leader, reads it elsewhere';
REVOKE ALL ON FUNCTION monitor.upsert_heartbeat(), monitor.beating() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION monitor.upsert_heartbeat(), monitor.beating() TO pg_monitor;

CREATE FUNCTION monitor.explain(query text) RETURNS json LANGUAGE plpgsql SET search_path = '' AS $$
DECLARE
  plan json;
BEGIN
  EXECUTE 'EXPLAIN (ANALYZE, VERBOSE, COSTS, BUFFERS, FORMAT JSON) ' || query INTO plan;
  RETURN plan;
END
$$;
COMMENT ON FUNCTION monitor.explain(text) IS 'runs a query and returns its plan as JSON';

-- bloat, estimated from planner statistics: pages a relation has against pages its rows would fill when packed
CREATE FUNCTION monitor.pg_table_bloat() RETURNS TABLE (datname text, nspname text, relname text, tblid oid, size bigint, ratio double precision)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
  WITH measured AS (
    SELECT n.nspname, c.relname, c.oid AS tblid, c.relpages::double precision AS pages, c.reltuples::double precision AS tuples,
           current_setting('block_size')::double precision AS block,
           coalesce((SELECT option_value::double precision FROM pg_catalog.pg_options_to_table(c.reloptions) WHERE option_name = 'fillfactor'), 100) / 100 AS fill,
           (SELECT count(*) FROM pg_catalog.pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped) AS columns,
           count(s.staattnum) AS known,
           coalesce(sum(s.stawidth * (1 - s.stanullfrac)), 0)::double precision AS width
    FROM pg_catalog.pg_class c
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    LEFT JOIN pg_catalog.pg_statistic s ON s.starelid = c.oid AND NOT s.stainherit
    WHERE c.relkind IN ('r', 'm') AND c.relpages > 0 AND c.reltuples >= 0
      AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast', 'monitor', 'repack') AND n.nspname !~ '^(pg_|_|timescaledb|citus|columnar)'
    GROUP BY n.nspname, c.relname, c.oid, c.relpages, c.reltuples, c.reloptions
  ), packed AS (
    -- a row takes its data rounded up to 8 bytes, a 24 byte header and a 4 byte line pointer; a page has a 24 byte header
    SELECT *, ceil(tuples * (ceil(width / 8) * 8 + 28) / ((block - 24) * fill)) AS needed FROM measured WHERE known = columns
  )
  SELECT current_database()::text, nspname::text, relname::text, tblid, (pages * block)::bigint, greatest(pages - needed, 0) / pages FROM packed;
$$;
COMMENT ON FUNCTION monitor.pg_table_bloat() IS 'estimated share of unused space per table';

CREATE FUNCTION monitor.pg_index_bloat() RETURNS TABLE (datname text, nspname text, relname text, tblid oid, idxid oid, size bigint, ratio double precision)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
  WITH measured AS (
    SELECT n.nspname, c.relname, i.indrelid AS tblid, c.oid AS idxid, c.relpages::double precision AS pages, c.reltuples::double precision AS tuples,
           current_setting('block_size')::double precision AS block,
           coalesce((SELECT option_value::double precision FROM pg_catalog.pg_options_to_table(c.reloptions) WHERE option_name = 'fillfactor'), 90) / 100 AS fill,
           i.indnatts AS columns,
           count(s.staattnum) AS known,
           coalesce(sum(s.stawidth * (1 - s.stanullfrac)), 0)::double precision AS width
    FROM pg_catalog.pg_index i
    JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
    JOIN pg_catalog.pg_am m ON m.oid = c.relam AND m.amname = 'btree'
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    CROSS JOIN LATERAL unnest(i.indkey::int2[]) WITH ORDINALITY AS k(attnum, position)
    -- statistics of an expression column belong to the index, of a plain one to the table
    LEFT JOIN pg_catalog.pg_statistic s ON NOT s.stainherit
      AND CASE WHEN k.attnum = 0 THEN s.starelid = i.indexrelid AND s.staattnum = k.position ELSE s.starelid = i.indrelid AND s.staattnum = k.attnum END
    WHERE c.relpages > 1 AND c.reltuples >= 0
      AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast', 'monitor', 'repack') AND n.nspname !~ '^(pg_|_|timescaledb|citus|columnar)'
    GROUP BY n.nspname, c.relname, i.indrelid, c.oid, c.relpages, c.reltuples, c.reloptions, i.indnatts
  ), packed AS (
    -- an index tuple has an 8 byte header and a 4 byte line pointer; a page 24 bytes of header and 16 of links; one page is the meta page
    SELECT *, 1 + ceil(tuples * (ceil(width / 8) * 8 + 12) / ((block - 40) * fill)) AS needed FROM measured WHERE known = columns
  )
  SELECT current_database()::text, nspname::text, relname::text, tblid, idxid, (pages * block)::bigint, greatest(pages - needed, 0) / pages FROM packed;
$$;
COMMENT ON FUNCTION monitor.pg_index_bloat() IS 'estimated share of unused space per B-tree index';

REVOKE ALL ON FUNCTION monitor.pg_table_bloat(), monitor.pg_index_bloat() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION monitor.pg_table_bloat(), monitor.pg_index_bloat() TO pg_monitor;
CREATE VIEW monitor.pg_table_bloat AS SELECT * FROM monitor.pg_table_bloat();
CREATE VIEW monitor.pg_index_bloat AS SELECT * FROM monitor.pg_index_bloat();
CREATE VIEW monitor.pg_bloat AS
  SELECT coalesce(t.datname, i.datname) AS datname, coalesce(t.nspname, i.nspname) AS nspname, tblid,
         coalesce(t.nspname || '.' || t.relname, tblid::regclass::text) AS tblname,
         t.size AS tbl_size, round(t.ratio::numeric, 6) AS tbl_ratio, (t.size * t.ratio)::bigint AS tbl_wasted,
         i.idxid, i.nspname || '.' || i.relname AS idxname, i.size AS idx_size, round(i.ratio::numeric, 6) AS idx_ratio, (i.size * i.ratio)::bigint AS idx_wasted
  FROM monitor.pg_table_bloat() t FULL JOIN monitor.pg_index_bloat() i USING (tblid);
CREATE VIEW monitor.pg_table_bloat_human AS
  SELECT tblname AS name, (max(tbl_wasted) + coalesce(sum(idx_wasted), 0))::bigint AS wasted, pg_size_pretty(max(tbl_wasted) + coalesce(sum(idx_wasted), 0)::bigint) AS all_wasted, pg_size_pretty(max(tbl_wasted)) AS tbl_wasted, pg_size_pretty(max(tbl_size)) AS tbl_size,
         round(100 * max(tbl_ratio), 2) AS tbl_ratio, pg_size_pretty(sum(idx_wasted)::bigint) AS idx_wasted, pg_size_pretty(sum(idx_size)::bigint) AS idx_size,
         round(100 * sum(idx_wasted) / nullif(sum(idx_size), 0), 2) AS idx_ratio
  FROM monitor.pg_bloat WHERE tbl_size IS NOT NULL GROUP BY nspname, tblname;
CREATE VIEW monitor.pg_index_bloat_human AS
  SELECT idxname AS name, tblname, idx_wasted AS wasted, pg_size_pretty(idx_size) AS idx_size, round(100 * idx_ratio, 2) AS idx_ratio, pg_size_pretty(idx_wasted) AS idx_wasted,
         pg_size_pretty(tbl_size) AS tbl_size, round(100 * tbl_ratio, 2) AS tbl_ratio, pg_size_pretty(tbl_wasted) AS tbl_wasted
  FROM monitor.pg_bloat WHERE idxname IS NOT NULL;

-- activity
CREATE VIEW monitor.pg_session AS
  SELECT coalesce(datname, 'all') AS datname, count(*) AS numbackends,
         count(*) FILTER (WHERE state = 'active') AS active,
         count(*) FILTER (WHERE state = 'idle') AS idle,
         count(*) FILTER (WHERE state LIKE 'idle in transaction%') AS ixact,
         max(extract(epoch FROM now() - state_change)) FILTER (WHERE state = 'active') AS max_duration,
         max(extract(epoch FROM now() - xact_start)) AS max_tx_duration,
         max(extract(epoch FROM now() - backend_start)) AS max_conn_duration
  FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()
  GROUP BY ROLLUP (datname);
CREATE VIEW monitor.pg_seq_scan AS
  SELECT schemaname AS nspname, relname, seq_scan, seq_tup_read, seq_tup_read / seq_scan AS seq_tup_avg, idx_scan, n_live_tup + n_dead_tup AS tuples,
         round(100.0 * n_live_tup / (n_live_tup + n_dead_tup), 2) AS live_ratio
  FROM pg_stat_user_tables WHERE seq_scan > 0 AND n_live_tup + n_dead_tup > 0 ORDER BY seq_scan DESC;
CREATE VIEW monitor.pg_lock_waiting AS
  WITH RECURSIVE session AS (
    SELECT a.*, pg_blocking_pids(a.pid) AS blocked_by, (SELECT min(l.waitstart) FROM pg_locks l WHERE l.pid = a.pid AND NOT l.granted) AS waiting_since
    FROM pg_stat_activity a WHERE a.state IS DISTINCT FROM 'idle'
  ), chain AS (
    SELECT s.pid, ARRAY[s.pid] AS path FROM session s
    WHERE cardinality(s.blocked_by) = 0 AND EXISTS (SELECT FROM session w WHERE s.pid = ANY (w.blocked_by))
    UNION ALL
    SELECT s.pid, c.path || s.pid FROM chain c JOIN session s ON c.pid = ANY (s.blocked_by) WHERE s.pid <> ALL (c.path)
  )
  SELECT s.pid, s.blocked_by, CASE WHEN s.wait_event_type = 'Lock' THEN 'waiting' ELSE s.state END AS state, s.wait_event_type, s.wait_event,
         extract(epoch FROM clock_timestamp() - s.xact_start) AS xact_wait, extract(epoch FROM clock_timestamp() - s.waiting_since) AS lock_wait, age(s.backend_xid) AS xid_age,
         s.datname, s.usename, cardinality(c.path) - 1 AS level,
         (SELECT count(DISTINCT d.pid) FROM chain d WHERE s.pid = ANY (d.path) AND d.pid <> s.pid) AS blkd,
         repeat('  ', cardinality(c.path) - 1) || left(s.query, 1000) AS query
  FROM chain c JOIN session s USING (pid) WHERE s.datname = current_database() ORDER BY c.path;

CREATE FUNCTION monitor.pg_shmem() RETURNS SETOF pg_shmem_allocations LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS 'SELECT * FROM pg_catalog.pg_shmem_allocations';
COMMENT ON FUNCTION monitor.pg_shmem() IS 'shared memory allocations for monitoring users';
REVOKE ALL ON FUNCTION monitor.pg_shmem() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION monitor.pg_shmem() TO pg_monitor;

-- only the superuser PgBouncer runs as may look up verifiers, and never those of superusers
CREATE FUNCTION monitor.pgbouncer_auth(p_username text) RETURNS TABLE (username text, password text) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
  SELECT rolname::text, rolpassword::text FROM pg_catalog.pg_authid
  WHERE rolname = p_username AND rolcanlogin AND NOT rolsuper AND (rolvaliduntil IS NULL OR rolvaliduntil > now());
$$;
COMMENT ON FUNCTION monitor.pgbouncer_auth(text) IS 'password verifier of a login role for auth_query';
REVOKE ALL ON FUNCTION monitor.pgbouncer_auth(text) FROM PUBLIC;

-- the host's own state, read through file_fdw
CREATE TYPE monitor.log_level AS ENUM ('LOG', 'INFO', 'NOTICE', 'WARNING', 'ERROR', 'FATAL', 'PANIC', 'DEBUG');
CREATE FOREIGN TABLE monitor.pg_log (
  ts timestamptz, username text, datname text, pid integer, conn text, sid text, sln bigint, cmd_tag text, stime timestamptz, vxid text, txid bigint,
  level monitor.log_level, code varchar(5), msg text, detail text, hint text, iq text, iqp integer, context text, q text, qp integer, location text, appname text,
  backend text, leader_pid integer, query_id bigint
) SERVER fs OPTIONS (program 'cat "$(awk ''$1 == "csvlog" {print $2}'' /pg/data/current_logfiles)"', format 'csv');
CREATE FOREIGN TABLE monitor.pgbackrest_info (data jsonb) SERVER fs OPTIONS (program 'pgbackrest --stanza=pg-test --output=json info', format 'text');
CREATE FOREIGN TABLE monitor.patroni_info (data jsonb) SERVER fs OPTIONS (program '. /etc/pigstyc/instance.env && curl -s --cacert /pg/cert/ca.crt "$PATRONI_URL/cluster"', format 'text');
CREATE FOREIGN TABLE monitor.patroni_conf (data jsonb) SERVER fs OPTIONS (program 'cat /pg/data/patroni.dynamic.json', format 'text');
CREATE FOREIGN TABLE monitor.process_status (
  username text, pid integer, cpu numeric, mem numeric, vsz bigint, rss bigint, tty text, stat text, start text, uptime text, command text
) SERVER fs OPTIONS (program $$ps axo user:32,pid,pcpu,pmem,vsz,rss,tname,stat,start_time,time,args | awk 'NR > 1 {line = $1; for (i = 2; i <= 10; i++) line = line "\037" $i; rest = $0; for (i = 1; i <= 10; i++) sub(/^ *[^ ]+ */, "", rest); print line "\037" rest}'$$, format 'csv', delimiter E'\037', quote E'\036');
CREATE FOREIGN TABLE monitor.disk_free (
  fsname text, fstype text, total_1m bigint, used_1m bigint, avail_1m bigint, percent text, itotal bigint, iused bigint, ifree bigint, ipercent text, mountpoint text
) SERVER fs OPTIONS (program $$df -ml --output=source,fstype,size,used,avail,pcent,itotal,iused,iavail,ipcent,target | awk 'NR > 1 {for (i = 1; i < 11; i++) printf "%s\037", $i; print $11}'$$, format 'csv', delimiter E'\037', quote E'\036');
CREATE VIEW monitor.pgbackrest AS
  SELECT stanza ->> 'name' AS name, backup ->> 'type' AS bk_type, (backup ->> 'error')::boolean AS bk_error,
         stanza -> 'archive' -> -1 ->> 'min' AS wal_min, stanza -> 'archive' -> -1 ->> 'max' AS wal_max, backup ->> 'label' AS bk_label, backup ->> 'prior' AS bk_prior,
         (backup #>> '{timestamp,start}')::numeric AS bk_start_ts, (backup #>> '{timestamp,stop}')::numeric AS bk_stop_ts,
         to_timestamp((backup #>> '{timestamp,start}')::numeric) AS bk_start_at, to_timestamp((backup #>> '{timestamp,stop}')::numeric) AS bk_stop_at,
         backup #>> '{lsn,start}' AS bk_start_lsn, backup #>> '{lsn,stop}' AS bk_stop_lsn, (backup #>> '{info,size}')::bigint AS bk_size, (backup #>> '{info,delta}')::bigint AS bk_delta,
         (backup #>> '{info,repository,size}')::bigint AS bk_repo_size, (backup #>> '{info,repository,delta}')::bigint AS bk_repo_delta,
         backup -> 'reference' AS bk_reference, backup -> 'annotation' AS bk_annotation
  FROM monitor.pgbackrest_info i, jsonb_array_elements(i.data) stanza, jsonb_array_elements(stanza -> 'backup') backup;
CREATE VIEW monitor.patroni AS
  SELECT m ->> 'name' AS name, CASE WHEN m ->> 'role' IN ('leader', 'standby_leader') THEN 'primary' ELSE m ->> 'role' END AS role, m ->> 'host' AS host, m ->> 'port' AS port, m ->> 'state' AS state,
         (m ->> 'timeline')::integer AS timeline, CASE WHEN jsonb_typeof(m -> 'lag') = 'number' THEN (m ->> 'lag')::bigint END AS lag, m ->> 'api_url' AS url,
         m #>> '{tags,replicatefrom}' AS replicatefrom, coalesce((m #>> '{tags,nofailover}')::boolean, false) AS nofailover, coalesce((m #>> '{tags,clonefrom}')::boolean, false) AS clonefrom,
         coalesce((m #>> '{tags,noloadbalance}')::boolean, false) AS noloadbalance, coalesce((m #>> '{tags,nosync}')::boolean, false) AS nosync, m -> 'tags' AS tags
  FROM monitor.patroni_info i, jsonb_array_elements(i.data -> 'members') m;

-- new objects inherit default privileges of this database: monitoring data is for monitoring users
REVOKE ALL ON ALL TABLES IN SCHEMA monitor FROM PUBLIC;
DO $pigstyc$
DECLARE
  object text;
  grantee text;
BEGIN
  FOREACH object IN ARRAY ARRAY['pg_log', 'pgbackrest_info', 'pgbackrest', 'patroni_info', 'patroni_conf', 'patroni', 'process_status', 'disk_free'] LOOP
    FOR grantee IN SELECT rolname FROM pg_roles WHERE rolname IN ('dbrole_readonly', 'dbrole_offline', 'dbrole_readwrite', 'dbrole_admin') LOOP
      EXECUTE format('REVOKE ALL ON monitor.%I FROM %I', object, grantee);
    END LOOP;
  END LOOP;
  FOR grantee IN SELECT rolname FROM pg_roles WHERE rolname IN ('dbrole_readonly', 'dbrole_offline', 'dbrole_readwrite', 'dbrole_admin') LOOP
    EXECUTE format('REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON monitor.heartbeat FROM %I', grantee);
    EXECUTE format('REVOKE ALL ON FUNCTION monitor.upsert_heartbeat(), monitor.beating(), monitor.pg_shmem() FROM %I', grantee);
    EXECUTE format('REVOKE ALL ON FUNCTION monitor.pgbouncer_auth(text) FROM %I', grantee);
  END LOOP;
END
$pigstyc$;
GRANT SELECT ON ALL TABLES IN SCHEMA monitor TO pg_monitor;
\set QUIET off
COMMENT ON SCHEMA monitor IS 'monitoring objects, revision 53efc53daf18c935';
\endif
\set QUIET on
COMMIT;
