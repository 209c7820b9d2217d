CREATE INDEX drop_words ON drops.drop USING gin (kernel.words_of(title));
