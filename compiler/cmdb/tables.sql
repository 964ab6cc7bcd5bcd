CREATE SCHEMA IF NOT EXISTS pigsty;

CREATE TABLE IF NOT EXISTS pigsty.cmdb_version (
  version integer     NOT NULL,
  at      timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE IF NOT EXISTS pigsty.cmdb_load (
  at   timestamptz NOT NULL DEFAULT now(),
  by   text        NOT NULL DEFAULT session_user,
  file text        NOT NULL,
  rows jsonb       NOT NULL
);
CREATE TABLE IF NOT EXISTS pigsty.cmdb_remark (key text PRIMARY KEY, seq integer);

CREATE TABLE IF NOT EXISTS pigsty.global_var (
  key   text PRIMARY KEY CHECK (key <> ''),
  value jsonb,
  mtime timestamptz DEFAULT now()
);
CREATE TABLE IF NOT EXISTS pigsty."group" (
  cls   text PRIMARY KEY,
  ctime timestamptz NOT NULL DEFAULT now(),
  mtime timestamptz NOT NULL DEFAULT now()
);
-- No foreign keys: the tables above must be open to TRUNCATE by those who do not know this one.
CREATE TABLE IF NOT EXISTS pigsty.group_child (
  cls text NOT NULL,
  key text NOT NULL,
  seq integer,
  PRIMARY KEY (cls, key)
);
CREATE TABLE IF NOT EXISTS pigsty.host (
  cls   text        NOT NULL REFERENCES pigsty."group" ON DELETE CASCADE ON UPDATE CASCADE,
  ip    inet        NOT NULL,
  ctime timestamptz NOT NULL DEFAULT now(),
  mtime timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (cls, ip)
);
CREATE TABLE IF NOT EXISTS pigsty.group_var (
  cls   text NOT NULL REFERENCES pigsty."group" ON DELETE CASCADE ON UPDATE CASCADE,
  key   text NOT NULL CHECK (key <> ''),
  value jsonb,
  mtime timestamptz DEFAULT now(),
  PRIMARY KEY (cls, key)
);
CREATE TABLE IF NOT EXISTS pigsty.host_var (
  cls   text NOT NULL,
  ip    inet NOT NULL,
  key   text NOT NULL CHECK (key <> ''),
  value jsonb,
  mtime timestamptz DEFAULT now(),
  PRIMARY KEY (cls, ip, key),
  FOREIGN KEY (cls, ip) REFERENCES pigsty.host ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE TABLE IF NOT EXISTS pigsty.default_var (
  id      integer NOT NULL,
  key     text PRIMARY KEY CHECK (key <> ''),
  value   jsonb,
  module  text NOT NULL,
  section text NOT NULL,
  type    text NOT NULL,
  level   text NOT NULL,
  summary text NOT NULL,
  detail  text
);

ALTER TABLE pigsty.global_var ADD COLUMN IF NOT EXISTS seq integer, ADD COLUMN IF NOT EXISTS source text;
ALTER TABLE pigsty."group"    ADD COLUMN IF NOT EXISTS seq integer, ADD COLUMN IF NOT EXISTS source text;
ALTER TABLE pigsty.host       ADD COLUMN IF NOT EXISTS seq integer, ADD COLUMN IF NOT EXISTS source text;
ALTER TABLE pigsty.group_var  ADD COLUMN IF NOT EXISTS seq integer, ADD COLUMN IF NOT EXISTS source text;
ALTER TABLE pigsty.host_var   ADD COLUMN IF NOT EXISTS seq integer, ADD COLUMN IF NOT EXISTS source text;

-- A value of the wrong kind is nothing in a view, and no error of the whole view.
CREATE OR REPLACE FUNCTION pigsty.as_integer(jsonb) RETURNS integer LANGUAGE sql IMMUTABLE AS
$$ SELECT CASE WHEN $1 #>> '{}' ~ '^[+-]?[0-9]{1,9}$' THEN ($1 #>> '{}')::integer END $$;
CREATE OR REPLACE FUNCTION pigsty.as_boolean(jsonb) RETURNS boolean LANGUAGE sql IMMUTABLE AS
$$ SELECT CASE WHEN lower($1 #>> '{}') IN ('true', 'yes', 'on', '1') THEN true
               WHEN lower($1 #>> '{}') IN ('false', 'no', 'off', '0') THEN false END $$;
CREATE OR REPLACE FUNCTION pigsty.as_inet(jsonb) RETURNS inet LANGUAGE sql IMMUTABLE AS
$$ SELECT CASE WHEN $1 #>> '{}' ~ '^([0-9]{1,2}|1[0-9][0-9]|2[0-4][0-9]|25[0-5])(\.([0-9]{1,2}|1[0-9][0-9]|2[0-4][0-9]|25[0-5])){3}$'
               THEN ($1 #>> '{}')::inet END $$;
CREATE OR REPLACE FUNCTION pigsty.as_list(jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE AS
$$ SELECT CASE WHEN jsonb_typeof($1) = 'array' THEN $1 ELSE '[]' END $$;
CREATE OR REPLACE FUNCTION pigsty.as_map(jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE AS
$$ SELECT CASE WHEN jsonb_typeof($1) = 'object' THEN $1 ELSE '{}' END $$;

-- What holds for a group: its own value, else that of all, else the default.
CREATE OR REPLACE FUNCTION pigsty.group_param(_cls text, _key text) RETURNS jsonb LANGUAGE sql STABLE AS $$
  SELECT coalesce((SELECT value FROM pigsty.group_var   WHERE cls = _cls AND key = _key),
                  (SELECT value FROM pigsty.global_var  WHERE key = _key),
                  (SELECT value FROM pigsty.default_var WHERE key = _key))
$$;
