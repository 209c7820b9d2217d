-- Pictures of floors, on which a pin may stand. One stays known when another takes its place: older pins stand on it.
CREATE TABLE reports.plan (
  file text PRIMARY KEY,
  place text NOT NULL REFERENCES reports.place (id),
  -- What the picture's width is in life.
  metres double precision NOT NULL
);
-- The plan that is shown for this place and all that is inside of it.
ALTER TABLE reports.place ADD COLUMN plan text REFERENCES reports.plan (file);
ALTER TABLE reports.report ADD COLUMN pin json;
