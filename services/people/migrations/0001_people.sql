-- Users, sessions and passwords in the layout that better-auth expects; a test asks it whether anything is missing.
CREATE SCHEMA auth;

CREATE TABLE auth."user" (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  name text NOT NULL,
  email text NOT NULL UNIQUE,
  "emailVerified" boolean NOT NULL,
  image text,
  "createdAt" timestamptz NOT NULL DEFAULT now(),
  "updatedAt" timestamptz NOT NULL DEFAULT now(),
  "isAnonymous" boolean,
  role text NOT NULL CHECK (role IN ('student', 'teacher', 'technician', 'organiser', 'admin', 'guest'))
);
CREATE INDEX user_admins ON auth."user" (id) WHERE role = 'admin';

CREATE TABLE auth.session (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  "expiresAt" timestamptz NOT NULL,
  token text NOT NULL UNIQUE,
  "createdAt" timestamptz NOT NULL DEFAULT now(),
  "updatedAt" timestamptz NOT NULL,
  "ipAddress" text,
  "userAgent" text,
  "userId" uuid NOT NULL REFERENCES auth."user" (id) ON DELETE CASCADE
);
CREATE INDEX "session_userId_idx" ON auth.session ("userId");

CREATE TABLE auth.account (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  "accountId" text NOT NULL,
  "providerId" text NOT NULL,
  "userId" uuid NOT NULL REFERENCES auth."user" (id) ON DELETE CASCADE,
  "accessToken" text,
  "refreshToken" text,
  "idToken" text,
  "accessTokenExpiresAt" timestamptz,
  "refreshTokenExpiresAt" timestamptz,
  scope text,
  password text,
  "createdAt" timestamptz NOT NULL DEFAULT now(),
  "updatedAt" timestamptz NOT NULL
);
CREATE INDEX "account_userId_idx" ON auth.account ("userId");

CREATE TABLE auth.verification (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  identifier text NOT NULL,
  value text NOT NULL,
  "expiresAt" timestamptz NOT NULL,
  "createdAt" timestamptz NOT NULL DEFAULT now(),
  "updatedAt" timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX verification_identifier_idx ON auth.verification (identifier);

CREATE SCHEMA people;

-- The one-time token that makes the first admin. Only its hash: reading the database must not be enough to use it.
CREATE TABLE people.setup_token (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  hash bytea NOT NULL,
  at timestamptz NOT NULL DEFAULT now()
);

-- What was issued to a user before this moment is not believed any more: tokens carry a role that has changed since.
CREATE TABLE people.revocation (
  user_id text PRIMARY KEY,
  before timestamptz NOT NULL
);

-- How often something may be tried: the moment up to which a bucket's allowance is used up. Unlogged: free to write,
-- and starting anew after a crash does no harm.
CREATE UNLOGGED TABLE people.pace (
  bucket text PRIMARY KEY,
  used_until timestamptz NOT NULL,
  every interval NOT NULL,
  burst interval NOT NULL
) WITH (fillfactor = 70);
