-- One life of all offsets. A restore from backup, or proof that a tail was lost, makes a new one.
CREATE TABLE kernel.installation (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  epoch text NOT NULL,
  -- Start of the database process that the epoch was last confirmed in. A tail can only be lost across a restart.
  database_started timestamptz NOT NULL
);
INSERT INTO kernel.installation (epoch, database_started)
VALUES (substr(md5(gen_random_uuid()::text), 1, 12), pg_postmaster_start_time());

CREATE TABLE kernel.topics (
  topic text PRIMARY KEY,
  head bigint NOT NULL,
  -- When its last event was committed in order; the next one is never before it.
  at timestamptz NOT NULL,
  -- The transaction that last raised the head: lets a sweep ask what changed since it last looked. Not indexed: with an
  -- index on what every append changes, no update could stay on its page, and each would leave a dead entry to step over.
  changed xid8 NOT NULL
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000);

CREATE TABLE kernel.events (
  topic text NOT NULL,
  "offset" bigint NOT NULL,
  kind text NOT NULL,
  actor text NOT NULL,
  node text NOT NULL,
  at timestamptz NOT NULL,
  -- json, not jsonb: the text is passed on as it is and never taken apart on the way.
  data json NOT NULL,
  -- What a hub does before it delivers anything later: {"revokes": [user], "redacts": [offset]}.
  effects json,
  PRIMARY KEY (topic, "offset")
);

-- The one owner of every key: what a command with an effect answered, for ever.
CREATE TABLE kernel.answers (
  actor text NOT NULL,
  command text NOT NULL,
  key text NOT NULL,
  input_hash bytea NOT NULL,
  output json NOT NULL,
  at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (actor, command, key)
);

-- Heartbeats, read when the bus is silent. Unlogged: worth nothing after a crash, and free to write.
CREATE UNLOGGED TABLE kernel.nodes (
  node text PRIMARY KEY,
  incarnation text NOT NULL,
  beat timestamptz NOT NULL,
  info json NOT NULL
);

CREATE UNLOGGED TABLE kernel.duties (
  duty text PRIMARY KEY,
  node text NOT NULL,
  at timestamptz NOT NULL
);
