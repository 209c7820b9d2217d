-- The last proof that was asked for on the cluster's page, as it was last told. One at a time.
CREATE TABLE watch.proof (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  told json NOT NULL,
  at timestamptz NOT NULL
);
