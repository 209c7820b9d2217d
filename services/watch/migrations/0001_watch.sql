-- Demonstrations only. When each kind of breakage was last asked for, by anybody: the next has to wait a little.
CREATE SCHEMA watch;

CREATE TABLE watch.pace (
  what text PRIMARY KEY,
  at timestamptz NOT NULL
);

-- The last sale to bots, as it was last told. One at a time.
CREATE TABLE watch.sale (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  told json NOT NULL,
  at timestamptz NOT NULL
);
