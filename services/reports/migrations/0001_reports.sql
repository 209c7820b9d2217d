CREATE SCHEMA reports;

CREATE TABLE reports.category (
  id text PRIMARY KEY,
  name_en text NOT NULL,
  name_id text NOT NULL,
  team text NOT NULL,
  priority text NOT NULL CHECK (priority IN ('emergency', 'medium', 'normal')),
  questions json NOT NULL DEFAULT '[]',
  templates json NOT NULL DEFAULT '[]',
  archived boolean NOT NULL DEFAULT false,
  "order" int NOT NULL DEFAULT 100
);

CREATE TABLE reports.place (
  id text PRIMARY KEY,
  parent text REFERENCES reports.place (id),
  kind text NOT NULL CHECK (kind IN ('campus', 'building', 'floor', 'room', 'asset')),
  name text NOT NULL,
  -- On its sticker; looked up in capitals.
  code text NOT NULL UNIQUE,
  -- Names from the campus down, kept true by whoever renames one of them.
  path text NOT NULL,
  -- Ids from the campus down, this one last.
  line text[] NOT NULL,
  lat double precision,
  lng double precision,
  archived boolean NOT NULL DEFAULT false
);
CREATE INDEX place_parent ON reports.place (parent);

-- Numbers are dense: this row's lock is held until the report that took one is committed, so none is ever lost.
CREATE TABLE reports.counter (one boolean PRIMARY KEY DEFAULT true CHECK (one), last bigint NOT NULL) WITH (fillfactor = 10);
INSERT INTO reports.counter (last) VALUES (0);

-- One report. Whoever changes it, its followers or its duplicates holds this row's lock.
CREATE TABLE reports.report (
  id text PRIMARY KEY,
  number bigint NOT NULL UNIQUE,
  title text NOT NULL,
  details text NOT NULL,
  answers json NOT NULL DEFAULT '{}',
  category text NOT NULL REFERENCES reports.category (id),
  priority text NOT NULL CHECK (priority IN ('emergency', 'medium', 'normal')),
  state text NOT NULL,
  place_id text REFERENCES reports.place (id),
  place_text text NOT NULL,
  building text,
  lat double precision,
  lng double precision,
  photos json NOT NULL DEFAULT '[]',
  private boolean NOT NULL,
  hide_name boolean NOT NULL,
  reporter text NOT NULL,
  reporter_name text NOT NULL,
  -- Whoever holds it may follow the report.
  receipt text NOT NULL UNIQUE,
  technician text,
  technician_name text,
  followers int NOT NULL DEFAULT 0,
  reopens int NOT NULL DEFAULT 0,
  merged_into text REFERENCES reports.report (id),
  -- The state that it was in when it was merged.
  before text,
  absorbed int NOT NULL DEFAULT 0,
  thread text,
  -- The change with which the alarm that rings for it began; an older one falls silent.
  alarm int NOT NULL DEFAULT 0,
  -- Changes so far: makes the tags of notifications.
  version int NOT NULL DEFAULT 0,
  created_at timestamptz NOT NULL,
  opened_at timestamptz NOT NULL,
  finished_at timestamptz,
  updated_at timestamptz NOT NULL,
  -- Who has it is never a matter of the state alone.
  CHECK ((technician IS NOT NULL) OR state NOT IN ('in_progress', 'waiting')),
  CHECK ((merged_into IS NOT NULL) = (state = 'duplicate'))
) WITH (fillfactor = 70);
CREATE INDEX report_reporter ON reports.report (reporter, created_at);
CREATE INDEX report_open ON reports.report (number) WHERE state IN ('pending', 'reopened', 'in_progress', 'waiting');
CREATE INDEX report_place ON reports.report (place_id, number);
CREATE INDEX report_technician ON reports.report (technician, number) WHERE technician IS NOT NULL;
CREATE INDEX report_merged ON reports.report (merged_into) WHERE merged_into IS NOT NULL;

-- The timeline: what was said on the report's topic, kept as long as the report is.
CREATE TABLE reports.entry (
  report text NOT NULL REFERENCES reports.report (id),
  "offset" bigint NOT NULL,
  kind text NOT NULL,
  at timestamptz NOT NULL,
  entry json NOT NULL,
  PRIMARY KEY (report, "offset")
);

CREATE TABLE reports.follower (
  report text NOT NULL REFERENCES reports.report (id),
  user_id text NOT NULL,
  -- It happened to them too.
  too boolean NOT NULL DEFAULT false,
  PRIMARY KEY (report, user_id)
);
CREATE INDEX follower_user ON reports.follower (user_id);

-- Technicians who said that they are on duty, and of which team they are; without a team: of all.
CREATE TABLE reports.duty (
  user_id text PRIMARY KEY,
  on_duty boolean NOT NULL,
  team text
);

INSERT INTO reports.category (id, name_en, name_id, team, priority, "order", questions, templates) VALUES
('electricity', 'Electricity and lights', 'Listrik dan lampu', 'electrical', 'medium', 10,
 '[{"id":"danger","text":{"en":"Is there smoke, sparks or a bare wire?","id":"Ada asap, percikan api, atau kabel terbuka?"},"choices":[{"en":"No","id":"Tidak"},{"en":"Yes","id":"Ya"}]}]',
 '[{"id":"parts","text":{"en":"We have ordered the part and will be back when it is here.","id":"Suku cadang sudah dipesan; kami kembali begitu barangnya tiba."}},{"id":"fixed","text":{"en":"Checked and repaired. The power is safe again.","id":"Sudah diperiksa dan diperbaiki. Listrik kembali aman."}}]'),
('water', 'Water and toilets', 'Air dan toilet', 'plumbing', 'medium', 20,
 '[{"id":"what","text":{"en":"What is it?","id":"Apa masalahnya?"},"choices":[{"en":"Leak","id":"Bocor"},{"en":"Blocked","id":"Mampet"},{"en":"No water","id":"Air mati"},{"en":"Broken fixture","id":"Perlengkapan rusak"}]}]',
 '[{"id":"fixed","text":{"en":"The leak is closed and the floor is dry.","id":"Kebocoran sudah ditutup dan lantai sudah kering."}}]'),
('cooling', 'Air conditioning and fans', 'AC dan kipas', 'cooling', 'normal', 30,
 '[{"id":"what","text":{"en":"What does it do?","id":"Bagaimana gejalanya?"},"choices":[{"en":"Not cold","id":"Tidak dingin"},{"en":"Drips","id":"Menetes"},{"en":"Noisy","id":"Berisik"},{"en":"Dead","id":"Mati"}]}]',
 '[{"id":"fixed","text":{"en":"Cleaned and refilled; it cools again.","id":"Sudah dicuci dan diisi ulang; kembali dingin."}}]'),
('network', 'Wi-Fi and network', 'Wi-Fi dan jaringan', 'it', 'medium', 40, '[]',
 '[{"id":"fixed","text":{"en":"The access point runs again.","id":"Titik akses sudah menyala kembali."}}]'),
('equipment', 'Projectors and lab equipment', 'Proyektor dan alat lab', 'it', 'medium', 50, '[]', '[]'),
('furniture', 'Furniture, doors and windows', 'Mebel, pintu, dan jendela', 'building', 'normal', 60, '[]',
 '[{"id":"fixed","text":{"en":"Repaired on the spot.","id":"Sudah diperbaiki di tempat."}}]'),
('building', 'Roof, walls, floor and stairs', 'Atap, dinding, lantai, dan tangga', 'building', 'medium', 70, '[]', '[]'),
('lift', 'Lifts', 'Lift', 'building', 'emergency', 80,
 '[{"id":"inside","text":{"en":"Is somebody inside?","id":"Apakah ada orang di dalam?"},"choices":[{"en":"No","id":"Tidak"},{"en":"Yes","id":"Ya"}],"required":true}]', '[]'),
('cleaning', 'Cleaning and waste', 'Kebersihan dan sampah', 'cleaning', 'normal', 90, '[]', '[]'),
('safety', 'Safety: fire, gas, danger', 'Keselamatan: api, gas, bahaya', 'safety', 'emergency', 100, '[]', '[]'),
('other', 'Something else', 'Lainnya', 'building', 'normal', 900, '[]', '[]');
