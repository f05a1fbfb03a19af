-- dialer: the settings that have a default, so that they can be found and changed.
--
-- Not here: max_concurrent_calls and max_concurrent_calls_per_user. Without them there is no limit.

INSERT INTO dialer.system_config (key, value, description)
VALUES
    ('credits_per_minute', '1',   'Credits that a minute of a call takes, begun minutes whole.'),
    ('default_timezone',   'UTC', 'Time zone of users whose location names none.')
ON CONFLICT DO NOTHING;
