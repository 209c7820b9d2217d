-- A role and a database for Alun, and nothing else on this server. Run it once, as a superuser:
--
--   psql -v password="'…'" -f role.sql
--
-- The role owns its database, so that migrations may change it; it can't make roles, databases or replicas, and reads no
-- other database.
CREATE ROLE alun LOGIN PASSWORD :password NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS CONNECTION LIMIT 200;
CREATE DATABASE alun OWNER alun TEMPLATE template0 ENCODING 'UTF8';
REVOKE ALL ON DATABASE alun FROM PUBLIC;
