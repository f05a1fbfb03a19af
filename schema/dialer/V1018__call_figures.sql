-- dialer: what the analytics need of a call: the time it counts for, and what it cost.
--
-- Needs: V1004.
-- Locks: ACCESS EXCLUSIVE on dialer.calls, which is rewritten.

ALTER TABLE dialer.calls
    ADD COLUMN called_at timestamptz NOT NULL
        GENERATED ALWAYS AS (coalesce(started_at, created_at)) STORED,
    ADD COLUMN credits_used integer NOT NULL DEFAULT 0,
    -- Infinity has a day, but no hour.
    ADD CONSTRAINT calls_called_at_finite_check CHECK (isfinite(called_at));

COMMENT ON COLUMN dialer.calls.called_at IS
    'When the call counts in the analytics: when it started, or was created while it has not. '
    'Days and hours are those of UTC.';
COMMENT ON COLUMN dialer.calls.credits_used IS
    'What the call cost: its entries in dialer.credit_transactions of the types usage and '
    'refund, added up by a trigger there.';

-- An agent's calls of a day.
CREATE INDEX calls_agent_id_called_at_idx ON dialer.calls (agent_id, called_at);
