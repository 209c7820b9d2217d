CREATE SCHEMA drops;

-- One drop. Whoever changes it or one of its claims holds this row's lock.
CREATE TABLE drops.drop (
  id text PRIMARY KEY,
  title text NOT NULL,
  stock int NOT NULL,
  free int NOT NULL,
  held int NOT NULL DEFAULT 0,
  sold int NOT NULL DEFAULT 0,
  -- Claims in the line, not units.
  waiting int NOT NULL DEFAULT 0,
  opens_at timestamptz NOT NULL,
  lobby_at timestamptz,
  per_person int NOT NULL,
  hold_seconds int NOT NULL,
  mode text NOT NULL CHECK (mode IN ('first_come', 'lobby')),
  -- As announced: false, true, or how many.
  waitlist json NOT NULL,
  guests boolean NOT NULL,
  -- Its opening, and a lobby's draw, have been.
  opened boolean NOT NULL DEFAULT false,
  paused boolean NOT NULL DEFAULT false,
  -- The last place given in the line, and in the lobby. They only grow.
  turns int NOT NULL DEFAULT 0,
  entries int NOT NULL DEFAULT 0,
  -- Makes pseudonyms out of users; never told to anybody.
  salt text NOT NULL,
  seed text NOT NULL,
  commitment text NOT NULL,
  created_by text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  CHECK (stock = sold + held + free),
  CHECK (least(free, held, sold, waiting) >= 0)
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000);
CREATE INDEX drop_opens ON drops.drop (opens_at) WHERE NOT opened AND NOT paused;

CREATE TABLE drops.entry (
  drop text NOT NULL REFERENCES drops.drop (id) ON DELETE CASCADE,
  user_id text NOT NULL,
  -- Becomes the id of the claim.
  claim uuid NOT NULL,
  who text NOT NULL,
  nonce text NOT NULL,
  quantity int NOT NULL,
  -- Its place in the list, from 1 on.
  nth int NOT NULL,
  PRIMARY KEY (drop, user_id)
);
CREATE UNIQUE INDEX entry_nth ON drops.entry (drop, nth);

CREATE TABLE drops.claim (
  id uuid PRIMARY KEY,
  drop text NOT NULL REFERENCES drops.drop (id) ON DELETE CASCADE,
  user_id text NOT NULL,
  who text NOT NULL,
  quantity int NOT NULL CHECK (quantity > 0),
  state text NOT NULL,
  -- When a hold or an offer is over.
  until timestamptz,
  -- Its place in the order of the line, if it ever waited.
  turn int,
  -- Shown at pickup, once sold.
  code text,
  -- It came out of the lobby, and its owner has not asked for it yet.
  uncollected boolean NOT NULL DEFAULT false,
  redeemed_at timestamptz,
  redeemed_place text,
  created_at timestamptz NOT NULL DEFAULT now()
) WITH (fillfactor = 70);
CREATE INDEX claim_user ON drops.claim (user_id, drop);
CREATE UNIQUE INDEX claim_code ON drops.claim (code);
CREATE INDEX claim_line ON drops.claim (drop, turn) WHERE state = 'waiting';
CREATE INDEX claim_due ON drops.claim (until) WHERE state IN ('held', 'offered');
CREATE INDEX claim_due_of ON drops.claim (drop, until) WHERE state IN ('held', 'offered');
