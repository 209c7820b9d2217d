-- What goes along to a person's other devices: how the pages look, and which first steps they have done or don't want shown.
ALTER TABLE people.person
  ADD COLUMN theme text CHECK (theme IN ('system', 'light', 'dark')),
  ADD COLUMN guide text[];
