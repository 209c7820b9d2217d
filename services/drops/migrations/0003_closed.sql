-- Over for good: no claims any more, and nobody in line.
ALTER TABLE drops.drop ADD COLUMN closed boolean NOT NULL DEFAULT false;
DROP INDEX drops.drop_opens;
CREATE INDEX drop_opens ON drops.drop (opens_at) WHERE NOT opened AND NOT paused AND NOT closed;
