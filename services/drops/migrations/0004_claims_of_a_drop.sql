-- A claim is only ever made under the lock of its drop's row, so the drop is there. Looking for it again for every claim of
-- a batch was the dearest part of writing one. What goes with a drop still does.
ALTER TABLE drops.claim DROP CONSTRAINT claim_drop_fkey;

CREATE FUNCTION drops.discard_claims() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM drops.claim WHERE drop = OLD.id;
  RETURN NULL;
END $$;
CREATE TRIGGER drop_discarded AFTER DELETE ON drops.drop
  FOR EACH ROW EXECUTE FUNCTION drops.discard_claims();
