-- Words as they are written and by their stems in both languages, for services that search their own rows.
CREATE FUNCTION kernel.words_of(text text) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT to_tsvector('simple', text) || to_tsvector('indonesian', text) || to_tsvector('english', text)
$$;

-- What somebody typed, perhaps not to its end: the beginning of a word finds it too. Where they use quotes or a minus they
-- mean whole words.
CREATE FUNCTION kernel.words_asked(asked text) RETURNS tsquery LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT websearch_to_tsquery('simple', asked) || websearch_to_tsquery('indonesian', asked)
    || websearch_to_tsquery('english', asked)
    || CASE WHEN asked ~ '["-]' THEN ''::tsquery ELSE to_tsquery('simple', coalesce((
      SELECT string_agg(word || ':*', ' & ') FROM regexp_split_to_table(lower(asked), '[^[:alnum:]]+') AS word
      WHERE word <> ''), '')) END
$$;
