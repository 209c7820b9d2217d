-- What concerns one person, until it is read and for a while after. `tag` names the change that it tells of: told again,
-- by a job that ran twice or a command under another key, it is still one row.
CREATE SCHEMA inbox;

CREATE TABLE inbox.notification (
  id uuid PRIMARY KEY,
  user_id text NOT NULL,
  tag text NOT NULL,
  kind text NOT NULL,
  title json NOT NULL,
  body json NOT NULL,
  url text NOT NULL,
  urgent boolean NOT NULL,
  actions json NOT NULL,
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  read_at timestamptz,
  UNIQUE (user_id, tag)
);
CREATE INDEX notification_newest ON inbox.notification (user_id, id DESC);
CREATE INDEX notification_unread ON inbox.notification (user_id) WHERE read_at IS NULL;
CREATE INDEX notification_age ON inbox.notification (at);

-- Browsers that asked to be told while no page is open. The endpoint is an address at the browser's maker; whoever has
-- it and the keys can send to this device, so they are told to nobody.
CREATE TABLE inbox.device (
  id uuid PRIMARY KEY,
  user_id text NOT NULL,
  endpoint text NOT NULL UNIQUE,
  p256dh text NOT NULL,
  auth text NOT NULL,
  label text NOT NULL,
  lang text NOT NULL,
  at timestamptz NOT NULL DEFAULT now(),
  -- When the app on it last said that it is there.
  seen_at timestamptz NOT NULL DEFAULT now(),
  -- When the push service last took a message for it.
  sent_at timestamptz,
  -- Why the last try failed, in its own words; nothing once one succeeds.
  trouble text
);
CREATE INDEX device_user ON inbox.device (user_id);

-- What went to which device: a job that runs twice sends once more only if it died between sending and noting it.
CREATE TABLE inbox.sent (
  notification uuid NOT NULL REFERENCES inbox.notification (id) ON DELETE CASCADE,
  device uuid NOT NULL REFERENCES inbox.device (id) ON DELETE CASCADE,
  at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (notification, device)
);
CREATE INDEX sent_device ON inbox.sent (device);

-- How a person wants to be told. `levels`: {"report": "push" | "bell" | "off"}, by the first word of a notification's kind.
CREATE TABLE inbox.wishes (
  user_id text PRIMARY KEY,
  levels json NOT NULL DEFAULT '{}',
  -- No push in these hours, unless it is urgent. Minutes of the day in `zone`; both or neither.
  quiet_from smallint CHECK (quiet_from BETWEEN 0 AND 1439),
  quiet_to smallint CHECK (quiet_to BETWEEN 0 AND 1439),
  zone text NOT NULL DEFAULT 'Asia/Jakarta',
  CHECK ((quiet_from IS NULL) = (quiet_to IS NULL))
);

-- The pair of keys by which push services know this installation, the private one sealed with its secret. One row a
-- secret: with another secret the old pair can't be opened, and devices subscribe anew.
CREATE TABLE inbox.server_key (
  secret_id text PRIMARY KEY,
  public_key text NOT NULL,
  sealed_private_key bytea NOT NULL,
  at timestamptz NOT NULL DEFAULT now()
);
