-- Direct messages are channels of a fixed set of people; a thread is the channel of something in another service.
ALTER TABLE discussion.channel
  DROP CONSTRAINT channel_kind_check,
  ADD CONSTRAINT channel_kind_check CHECK (kind IN ('public', 'private', 'announcement', 'direct')),
  ADD COLUMN category text,
  ADD COLUMN about text,
  -- Whose thread this is: report 42, session 7.
  ADD COLUMN service text,
  ADD COLUMN subject text,
  -- Of direct messages: who they are between, as one word.
  ADD COLUMN people text UNIQUE,
  ADD COLUMN archived_at timestamptz,
  -- Somebody wants to be told of every message here.
  ADD COLUMN tells boolean NOT NULL DEFAULT false,
  -- Posting here is bound by more than rights: slow mode, rules, time-outs. Those who post look further only then.
  ADD COLUMN guarded boolean NOT NULL DEFAULT false,
  ADD COLUMN slow_seconds int NOT NULL DEFAULT 0 CHECK (slow_seconds BETWEEN 0 AND 21600),
  ADD UNIQUE (service, subject),
  ADD CHECK ((service IS NULL) = (subject IS NULL));

-- In a public channel only those who have a say stand here; whoever is here in a private one is in it.
ALTER TABLE discussion.member
  DROP CONSTRAINT member_role_check,
  ADD CONSTRAINT member_role_check CHECK (role IN ('owner', 'moderator', 'member'));

ALTER TABLE discussion.message
  -- What another service said happened; not somebody's words.
  ADD COLUMN note json,
  -- The offset of the event that says it as it reads now; absent while it is its own.
  ADD COLUMN said bigint,
  ADD COLUMN files text[],
  ADD COLUMN mentions json,
  ADD COLUMN edited_at timestamptz,
  ADD COLUMN removed_at timestamptz,
  ADD COLUMN removed_by text,
  ADD COLUMN pinned_at timestamptz,
  ADD COLUMN pinned_by text;
CREATE INDEX message_pinned ON discussion.message (channel, pinned_at) WHERE pinned_at IS NOT NULL;

-- What a message said before it was edited, and where the log holds it.
CREATE TABLE discussion.version (
  channel text NOT NULL,
  "offset" bigint NOT NULL,
  -- The offset of the event that said it.
  said bigint NOT NULL,
  text text NOT NULL,
  at timestamptz NOT NULL,
  PRIMARY KEY (channel, "offset", said)
);

CREATE TABLE discussion.reaction (
  channel text NOT NULL,
  "offset" bigint NOT NULL,
  emoji text NOT NULL,
  user_id text NOT NULL,
  user_name text NOT NULL,
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (channel, "offset", emoji, user_id)
);

-- Where a person stands in a channel: one row however many messages, never one for each of them.
ALTER TABLE discussion.cursor
  ADD COLUMN delivered bigint NOT NULL DEFAULT 0,
  -- Up to where a notification was sent; the next one waits until the person has read this far.
  ADD COLUMN told bigint NOT NULL DEFAULT 0,
  ADD COLUMN level text CHECK (level IN ('all', 'mentions', 'none')),
  -- The channel's head when the person put it out of sight.
  ADD COLUMN hidden bigint,
  ADD COLUMN draft text,
  ADD COLUMN drafted_at timestamptz,
  ALTER COLUMN read SET DEFAULT 0;
CREATE INDEX cursor_channel ON discussion.cursor (channel);

-- People who would rather not say what they have read.
CREATE TABLE discussion.discreet (
  user_id text PRIMARY KEY
);

CREATE TABLE discussion.mention (
  user_id text NOT NULL,
  channel text NOT NULL,
  "offset" bigint NOT NULL,
  told boolean NOT NULL DEFAULT false,
  PRIMARY KEY (user_id, channel, "offset")
);
CREATE INDEX mention_untold ON discussion.mention (channel) WHERE NOT told;

-- As it is written, and by the stems of both languages, so that "laporan" finds "melaporkan" and "reports" "reporting".
CREATE FUNCTION discussion.words_of(text text) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT to_tsvector('simple', text) || to_tsvector('indonesian', text) || to_tsvector('english', text)
$$;

-- Filled behind the writers' backs, within a second or two.
CREATE TABLE discussion.search (
  channel text NOT NULL,
  "offset" bigint NOT NULL,
  words tsvector NOT NULL,
  PRIMARY KEY (channel, "offset")
);
CREATE INDEX search_words ON discussion.search USING gin (words);
CREATE TABLE discussion.indexed (
  channel text PRIMARY KEY,
  upto bigint NOT NULL
) WITH (fillfactor = 70);

-- Whom a channel keeps quiet or out, and until when.
CREATE TABLE discussion.sanction (
  channel text NOT NULL,
  user_id text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('timeout', 'ban')),
  until timestamptz,
  reason text NOT NULL,
  by_id text NOT NULL,
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (channel, user_id, kind)
);

CREATE TABLE discussion.rule (
  id text PRIMARY KEY,
  channel text NOT NULL,
  words text NOT NULL,
  -- 'refuse': the message is not posted. 'flag': it is, and moderators are asked to look at it.
  action text NOT NULL CHECK (action IN ('refuse', 'flag'))
);
CREATE INDEX rule_channel ON discussion.rule (channel);

-- When somebody last posted in a slow channel. Unlogged: free to write, and starting anew after a crash does no harm.
CREATE UNLOGGED TABLE discussion.pace (
  channel text NOT NULL,
  user_id text NOT NULL,
  at timestamptz NOT NULL,
  PRIMARY KEY (channel, user_id)
) WITH (fillfactor = 70);

-- Messages that moderators are asked to look at.
CREATE TABLE discussion.flag (
  id text PRIMARY KEY,
  channel text NOT NULL,
  "offset" bigint NOT NULL,
  by_id text NOT NULL,
  by_name text NOT NULL,
  reason text NOT NULL,
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  settled_at timestamptz,
  settled_by text,
  outcome text CHECK (outcome IN ('kept', 'removed')),
  UNIQUE (channel, "offset", by_id)
);
CREATE INDEX flag_open ON discussion.flag (channel, at) WHERE settled_at IS NULL;

-- What moderators did, for good.
CREATE TABLE discussion.moderation (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  channel text NOT NULL,
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  actor text NOT NULL,
  actor_name text NOT NULL,
  action text NOT NULL,
  target text,
  reason text,
  detail json
);
CREATE INDEX moderation_channel ON discussion.moderation (channel, id);
