CREATE SCHEMA discussion;

CREATE TABLE discussion.channel (
  id text PRIMARY KEY,
  name text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('public', 'private', 'announcement')),
  created_by text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);
INSERT INTO discussion.channel (id, name, kind, created_by) VALUES ('general', 'General', 'public', '');

-- Who is in a private channel.
CREATE TABLE discussion.member (
  channel text NOT NULL REFERENCES discussion.channel (id) ON DELETE CASCADE,
  user_id text NOT NULL,
  -- 'owner' may invite and remove.
  role text NOT NULL CHECK (role IN ('owner', 'member')),
  joined_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (channel, user_id)
);
CREATE INDEX member_user ON discussion.member (user_id);

-- What a channel shows. A message's id is its place: `<channel>.<offset>`.
CREATE TABLE discussion.message (
  channel text NOT NULL,
  "offset" bigint NOT NULL,
  author text NOT NULL,
  author_name text NOT NULL,
  text text NOT NULL,
  at timestamptz NOT NULL,
  reply_to bigint,
  key text NOT NULL,
  PRIMARY KEY (channel, "offset")
);

CREATE TABLE discussion.cursor (
  user_id text NOT NULL,
  channel text NOT NULL,
  read bigint NOT NULL,
  PRIMARY KEY (user_id, channel)
) WITH (fillfactor = 70);
