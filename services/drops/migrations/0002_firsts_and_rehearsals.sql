-- Who is served first when a lobby is drawn: known by name and number to everybody, and one by one to the drop alone.
ALTER TABLE drops.drop
  ADD COLUMN first_name text,
  ADD COLUMN first_people int NOT NULL DEFAULT 0,
  -- Its channel in Discussion.
  ADD COLUMN thread text,
  -- A rehearsal of that drop. Nothing in it is real.
  ADD COLUMN rehearsal_of text REFERENCES drops.drop (id) ON DELETE CASCADE;
CREATE INDEX drop_rehearsal ON drops.drop (rehearsal_of) WHERE rehearsal_of IS NOT NULL;

CREATE TABLE drops.first (
  drop text NOT NULL REFERENCES drops.drop (id) ON DELETE CASCADE,
  user_id text NOT NULL,
  PRIMARY KEY (drop, user_id)
);

ALTER TABLE drops.entry ADD COLUMN first boolean NOT NULL DEFAULT false;

-- How each node answered claims, second by second, for the organiser's chart. Like a metric: a crash may lose some.
CREATE UNLOGGED TABLE drops.tally (
  drop text NOT NULL,
  second bigint NOT NULL,
  node text NOT NULL,
  verdict text NOT NULL,
  count int NOT NULL,
  PRIMARY KEY (drop, second, node, verdict)
);
