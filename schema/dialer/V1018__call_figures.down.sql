-- call_figures, down: drops the columns. DESTROYS what calls cost; the ledger still says it.

DROP INDEX dialer.calls_agent_id_called_at_idx;
ALTER TABLE dialer.calls
    DROP CONSTRAINT calls_called_at_finite_check,
    DROP COLUMN credits_used,
    DROP COLUMN called_at;
