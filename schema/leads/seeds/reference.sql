-- leads: what the statuses mean, in the order of Epic 3. Cold and dnc stand beside the funnel.

INSERT INTO leads.lead_statuses (status, label, description, stage_order, is_terminal)
VALUES
    ('new',       'New',         'Nobody has talked to the lead yet.',                1,    false),
    ('contacted', 'Contacted',   'Somebody has reached the lead.',                    2,    false),
    ('qualified', 'Qualified',   'The lead fits, and may be interested.',             3,    false),
    ('nurturing', 'Nurturing',   'The lead is interested, and not ready yet.',        4,    false),
    ('hot',       'Hot',         'The lead is about to decide.',                      5,    false),
    ('recruited', 'Recruited',   'The lead has decided for us.',                      6,    true),
    ('cold',      'Cold',        'The lead has lost interest; that may change.',      NULL, false),
    ('dnc',       'Do Not Call', 'The lead wants no more calls, and must get none.',  NULL, true)
ON CONFLICT DO NOTHING;
