-- A report's category is looked up by the command that writes it, and categories are put away, never deleted; an entry is
-- written in the transaction of its report. So these two looked for what can't be missing, once for every row, and locked it.
ALTER TABLE reports.report DROP CONSTRAINT report_category_fkey;
ALTER TABLE reports.entry DROP CONSTRAINT entry_report_fkey;
