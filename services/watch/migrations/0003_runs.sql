-- What goes on once at a time, by its kind, as it was last told. Takes the place of `watch.sale` and `watch.proof`, which
-- stay until no node is left that asks for them: a node of the version before works beside those of this one.
CREATE TABLE watch.run (
  kind text PRIMARY KEY,
  told json NOT NULL,
  at timestamptz NOT NULL
);
