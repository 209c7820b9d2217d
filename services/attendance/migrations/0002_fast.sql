-- Whoever writes a record or an attempt holds the lock of the session's chain, which refers to the session: it is there,
-- and nobody deletes one. Asking again for each row was two fifths of the time that writing them took.
ALTER TABLE attendance.attempt DROP CONSTRAINT attempt_session_fkey;
ALTER TABLE attendance.record DROP CONSTRAINT record_session_fkey;
