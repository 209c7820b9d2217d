-- Asked by those who post or edit once they hold the place of what they say in the channel's order, which whoever
-- sanctions holds too: so one of them comes first for everybody. Who looked before a sanction was there begins anew.
CREATE FUNCTION discussion.may_still_speak(channels text[], users text[]) RETURNS boolean
LANGUAGE plpgsql STABLE AS $$
BEGIN
  IF EXISTS (
    SELECT 1 FROM discussion.channel c WHERE c.id = ANY (channels) AND (c.archived_at IS NOT NULL
      OR c.guarded AND EXISTS (
        SELECT 1 FROM discussion.sanction x JOIN unnest(channels, users) AS k(channel, user_id) USING (channel, user_id)
        WHERE x.channel = c.id AND (x.until IS NULL OR x.until > clock_timestamp())))
  ) THEN
    RAISE EXCEPTION 'somebody may not speak any more' USING ERRCODE = 'serialization_failure';
  END IF;
  RETURN true;
END $$;
