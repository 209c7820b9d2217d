-- Whose people are in this channel.
ALTER TABLE discussion.channel ADD COLUMN class text;
CREATE INDEX channel_class ON discussion.channel (class) WHERE class IS NOT NULL;

-- Who has been brought into a channel because they are in its class. Who then leaves, or is taken out, isn't brought
-- back; only who comes to the class newly is.
CREATE TABLE discussion.class_member (
  channel text NOT NULL REFERENCES discussion.channel (id) ON DELETE CASCADE,
  user_id text NOT NULL,
  PRIMARY KEY (channel, user_id)
);
