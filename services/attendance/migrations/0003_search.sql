CREATE INDEX session_words ON attendance.session USING gin (kernel.words_of(title));
