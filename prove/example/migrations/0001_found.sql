CREATE SCHEMA found;

-- One found thing. Whoever changes it holds this row's lock.
CREATE TABLE found.item (
  id text PRIMARY KEY,
  what text NOT NULL,
  place text NOT NULL,
  photo uuid,
  state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'claimed', 'returned')),
  finder text NOT NULL,
  finder_name text NOT NULL,
  claimer text,
  claimer_name text,
  thread text,
  -- Changes so far: makes the tags of notifications.
  version int NOT NULL DEFAULT 0,
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  CHECK ((claimer IS NULL) = (state = 'open'))
);
CREATE INDEX item_newest ON found.item (at DESC);
