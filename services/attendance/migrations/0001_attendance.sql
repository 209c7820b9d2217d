CREATE SCHEMA attendance;

-- What holds for the whole campus. One row.
CREATE TABLE attendance.setting (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  -- Raw coordinates are kept so long; what was made of them stays.
  location_days int NOT NULL DEFAULT 7 CHECK (location_days BETWEEN 0 AND 90),
  zone text NOT NULL DEFAULT 'Asia/Jakarta',
  -- Days without lessons, as YYYY-MM-DD.
  holidays json NOT NULL DEFAULT '[]',
  networks json NOT NULL DEFAULT '[]'
);
INSERT INTO attendance.setting DEFAULT VALUES;

CREATE TABLE attendance.session (
  id text PRIMARY KEY,
  title text NOT NULL,
  -- A class of People's; its roster is taken when the session is made and again when it opens.
  class text,
  -- Sessions of one timetable entry.
  series text,
  zone text NOT NULL,
  opens_at timestamptz NOT NULL,
  starts_at timestamptz NOT NULL,
  late_at timestamptz,
  closes_at timestamptz NOT NULL,
  -- Its opening and its end have been told.
  opened boolean NOT NULL DEFAULT false,
  closed boolean NOT NULL DEFAULT false,
  once boolean NOT NULL,
  -- What becomes of people who are not on the list.
  walk_ins text NOT NULL CHECK (walk_ins IN ('accept', 'review', 'refuse')),
  place json,
  rules json NOT NULL,
  warn_below int,
  thread boolean NOT NULL DEFAULT false,
  -- Makes codes and tickets; never told to anybody.
  secret text NOT NULL,
  created_by text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX session_times ON attendance.session (starts_at);
CREATE INDEX session_class ON attendance.session (class, starts_at) WHERE class IS NOT NULL;
CREATE INDEX session_opens ON attendance.session (opens_at) WHERE NOT opened;
CREATE INDEX session_closes ON attendance.session (closes_at) WHERE NOT closed;

-- The head of a session's chain. Whoever changes anything of the session holds this row's lock.
CREATE TABLE attendance.chain (
  session text PRIMARY KEY REFERENCES attendance.session (id) ON DELETE CASCADE,
  seq int NOT NULL,
  hash text NOT NULL,
  at timestamptz NOT NULL
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000);

-- Who is expected, and who teaches.
CREATE TABLE attendance.member (
  session text NOT NULL REFERENCES attendance.session (id) ON DELETE CASCADE,
  user_id text NOT NULL,
  name text NOT NULL,
  teaches boolean NOT NULL DEFAULT false,
  -- Rules that are not asked of this person.
  exempt json NOT NULL DEFAULT '[]',
  PRIMARY KEY (session, user_id)
);
CREATE INDEX member_user ON attendance.member (user_id);

-- What was accepted.
CREATE TABLE attendance.record (
  id uuid PRIMARY KEY,
  session text NOT NULL REFERENCES attendance.session (id) ON DELETE CASCADE,
  user_id text NOT NULL,
  name text NOT NULL,
  direction text NOT NULL CHECK (direction IN ('in', 'out')),
  at timestamptz NOT NULL,
  node text NOT NULL,
  state text NOT NULL CHECK (state IN ('accepted', 'pending', 'declined', 'undone')),
  late boolean NOT NULL,
  how text NOT NULL,
  band text,
  flags json NOT NULL,
  -- The scan that it was made with: good for one person.
  scan text,
  seq int NOT NULL
);
CREATE INDEX record_person ON attendance.record (session, user_id, direction, at);
CREATE INDEX record_user ON attendance.record (user_id, at);
CREATE INDEX record_scan ON attendance.record (session, scan) WHERE scan IS NOT NULL;

-- What a teacher says of a person, which stands above what was recorded.
CREATE TABLE attendance.mark (
  session text NOT NULL REFERENCES attendance.session (id) ON DELETE CASCADE,
  user_id text NOT NULL,
  name text NOT NULL,
  status text NOT NULL CHECK (status IN ('present', 'late', 'absent', 'excused')),
  by_id text NOT NULL,
  by_name text NOT NULL,
  at timestamptz NOT NULL,
  reason text,
  PRIMARY KEY (session, user_id)
);
CREATE INDEX mark_user ON attendance.mark (user_id);

-- Everything that was tried or decided, in order. Only coordinates and their salt are ever taken out again.
CREATE TABLE attendance.attempt (
  session text NOT NULL REFERENCES attendance.session (id) ON DELETE CASCADE,
  seq int NOT NULL,
  at timestamptz NOT NULL,
  kind text NOT NULL,
  actor text NOT NULL,
  user_id text NOT NULL,
  name text NOT NULL,
  direction text NOT NULL,
  verdict text NOT NULL,
  reason text NOT NULL,
  -- The exact text that was hashed.
  details text NOT NULL,
  commitment text NOT NULL,
  hash text NOT NULL,
  coordinates text,
  salt text,
  PRIMARY KEY (session, seq)
);
CREATE INDEX attempt_wrong ON attendance.attempt (session, user_id, at) WHERE reason = 'wrong_code';
CREATE INDEX attempt_located ON attendance.attempt (at) WHERE coordinates IS NOT NULL;

-- What card readers sent: each record once, with its answer.
CREATE TABLE attendance.ingested (
  device text NOT NULL,
  key text NOT NULL,
  output json NOT NULL,
  PRIMARY KEY (device, key)
);

CREATE TABLE attendance.card (
  card text PRIMARY KEY,
  user_id text NOT NULL,
  name text NOT NULL
);

-- The secret address of somebody's calendar; only its hash.
CREATE TABLE attendance.feed (
  user_id text PRIMARY KEY,
  hash text NOT NULL UNIQUE
);

-- Who was warned about a class: the student first, the teacher at a later session.
CREATE TABLE attendance.warning (
  class text NOT NULL,
  user_id text NOT NULL,
  stage text NOT NULL CHECK (stage IN ('student', 'teacher')),
  session text NOT NULL,
  PRIMARY KEY (class, user_id, stage)
);
