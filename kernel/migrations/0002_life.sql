-- The timeline of the server that answers: PostgreSQL begins another one whenever a standby takes over or a backup is
-- recovered up to some moment, which is when committed transactions can be lost. Not inferred from anything that a
-- client of the database sees: a failover may be over before a connection is used again.
DO $$
BEGIN
  PERFORM pg_walfile_name(pg_current_wal_insert_lsn());
  CREATE FUNCTION kernel.timeline() RETURNS text LANGUAGE sql
    AS 'SELECT ltrim(left(pg_walfile_name(pg_current_wal_insert_lsn()), 8), ''0'')';
EXCEPTION WHEN OTHERS THEN
  -- A server that has no such log of its own (some hosted ones keep it in storage that a failover shares).
  CREATE FUNCTION kernel.timeline() RETURNS text LANGUAGE sql AS 'SELECT ''0''';
END $$;

-- One life of all offsets, as everybody sees it, and the server that tells of it.
CREATE VIEW kernel.life AS
SELECT epoch || '.' || kernel.timeline() AS epoch,
       to_hex((extract(epoch FROM pg_postmaster_start_time()) * 1000000)::bigint) AS server,
       database_started <> pg_postmaster_start_time() AS restarted
FROM kernel.installation;
