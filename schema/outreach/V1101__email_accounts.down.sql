-- email_accounts, down: drops the table, its functions and the schema. DESTROYS every account.

DROP FUNCTION outreach.remaining_today(outreach.email_accounts);
DROP TABLE outreach.email_accounts;  -- takes its triggers, indexes, policy and grants along
DROP FUNCTION outreach.count_sent_today();
DROP FUNCTION outreach.normalize_email_column();
DROP FUNCTION outreach.is_ciphertext(text);
DROP SCHEMA outreach;
