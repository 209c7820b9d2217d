CREATE INDEX report_words ON reports.report USING gin (kernel.words_of(title || ' ' || details || ' ' || place_text));
