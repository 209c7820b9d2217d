-- What is said of a person beside who they are. A row is made when there is something to say.
CREATE TABLE people.person (
  user_id uuid PRIMARY KEY REFERENCES auth."user" (id) ON DELETE CASCADE,
  -- The campus's own number of a student or of one who works there.
  number text UNIQUE,
  lang text CHECK (lang IN ('en', 'id')),
  zone text,
  colour smallint CHECK (colour BETWEEN 0 AND 11),
  -- May not come in until an admin says otherwise.
  disabled_at timestamptz,
  -- The account was deleted by its owner: what stays is a name that says nothing.
  deleted_at timestamptz
);

CREATE INDEX user_role ON auth."user" (role);
CREATE INDEX user_guests ON auth."user" ("createdAt") WHERE "isAnonymous";
CREATE INDEX session_expires ON auth.session ("expiresAt");
CREATE INDEX user_listed ON auth."user" (lower(name), id);

-- A group with a roster: its teachers and its students.
CREATE TABLE people.class (
  id text PRIMARY KEY,
  name text NOT NULL,
  -- What timetables and rosters call it; the same in any spelling of case.
  code text,
  created_by text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  archived_at timestamptz
);
CREATE UNIQUE INDEX class_code ON people.class (lower(code));

CREATE TABLE people.enrolment (
  class text NOT NULL REFERENCES people.class (id) ON DELETE CASCADE,
  user_id uuid NOT NULL REFERENCES auth."user" (id) ON DELETE CASCADE,
  role text NOT NULL CHECK (role IN ('student', 'teacher')),
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (class, user_id)
);
CREATE INDEX enrolment_of_user ON people.enrolment (user_id);

-- Sessions that were ended before their time. Nothing that was issued to one is believed; kept for as long as anything
-- of theirs could still be about.
CREATE TABLE people.ended_session (
  session text PRIMARY KEY,
  user_id text NOT NULL,
  at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX ended_session_at ON people.ended_session (at);

-- A disabled person is not believed whatever was issued when: each change has a later `before`, so the latest one holds.
ALTER TABLE people.revocation ADD COLUMN disabled boolean NOT NULL DEFAULT false;

-- An open door for a class or a role: whoever shows the token comes in, until it expires or so many have. The token is
-- kept as it is, for posters to be printed again; it makes nobody an admin.
CREATE TABLE people.invite (
  id text PRIMARY KEY,
  token text NOT NULL UNIQUE,
  role text NOT NULL CHECK (role IN ('student', 'teacher', 'technician', 'organiser', 'guest')),
  class text REFERENCES people.class (id) ON DELETE CASCADE,
  uses int CHECK (uses > 0),
  expires_at timestamptz NOT NULL,
  created_by text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  ended_at timestamptz
);
CREATE INDEX invite_by ON people.invite (created_by);

CREATE TABLE people.joined (
  invite text NOT NULL REFERENCES people.invite (id) ON DELETE CASCADE,
  user_id uuid NOT NULL REFERENCES auth."user" (id) ON DELETE CASCADE,
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (invite, user_id)
);
CREATE INDEX joined_by_user ON people.joined (user_id);

-- One-time links by which a person sets a password. Only their hash: reading the database must not be enough to use one.
CREATE TABLE people.reset (
  hash bytea PRIMARY KEY,
  user_id uuid NOT NULL REFERENCES auth."user" (id) ON DELETE CASCADE,
  expires_at timestamptz NOT NULL
);
CREATE INDEX reset_of_user ON people.reset (user_id);

-- A demonstration: who and what in this installation is made up, so that it can be taken away again.
CREATE TABLE people.demo_person (
  user_id uuid PRIMARY KEY REFERENCES auth."user" (id) ON DELETE CASCADE
);
CREATE TABLE people.demo_thing (
  kind text NOT NULL,
  id text NOT NULL,
  PRIMARY KEY (kind, id)
);
CREATE TABLE people.demo (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  -- One for each time that it was asked for: what is made for it has keys that begin with this.
  fill text NOT NULL,
  filled_at timestamptz,
  cleared_at timestamptz
);
