-- Tables that refer to each other can be put back in no order. A plan knows its place; a place names a plan that was kept
-- in the same transaction, and plans are never deleted.
ALTER TABLE reports.place DROP CONSTRAINT place_plan_fkey;
