CREATE SCHEMA files;

-- A file from its announcement to its end.
--
--   uploading ──last byte──▶ pending ──processed──▶ ready
--                               └── can't be read ──▶ failed        (any) ──removed, or nobody wanted it──▶ gone
CREATE TABLE files.file (
  id uuid PRIMARY KEY,
  owner text NOT NULL,
  name text NOT NULL,
  -- As announced. What comes is counted against it.
  bytes int NOT NULL CHECK (bytes > 0),
  received int NOT NULL DEFAULT 0 CHECK (received BETWEEN 0 AND bytes),
  state text NOT NULL CHECK (state IN ('uploading', 'pending', 'ready', 'failed', 'gone')),
  -- By its first bytes, never by its name; nothing before they came.
  type text,
  -- What it hangs on: who may read that topic may read the file. Nothing: its owner alone.
  topic text,
  width int,
  height int,
  -- A few pixels as a data address, to be shown until the image is there.
  blur text,
  -- What is served: {"full": {"type": "image/webp", "bytes": 1234}, "thumb": {…}}.
  variants json NOT NULL DEFAULT '{}',
  -- Why it failed, as a word of ours.
  trouble text,
  at timestamptz NOT NULL DEFAULT now(),
  -- When its job was last added anew.
  tried_at timestamptz,
  CHECK ((state = 'uploading') = (received < bytes) OR state = 'gone')
);
CREATE INDEX file_unattached ON files.file (owner, at) WHERE topic IS NULL AND state <> 'gone';
CREATE INDEX file_waiting ON files.file (at) WHERE topic IS NULL OR state IN ('pending', 'gone');
CREATE INDEX file_topic ON files.file (topic) WHERE topic IS NOT NULL;

-- What has come of an upload, in pieces that any node can go on from. The bytes are in the storage, under these names.
CREATE TABLE files.part (
  file uuid NOT NULL REFERENCES files.file (id) ON DELETE CASCADE,
  "offset" int NOT NULL,
  bytes int NOT NULL CHECK (bytes > 0),
  name text NOT NULL,
  PRIMARY KEY (file, "offset")
);
