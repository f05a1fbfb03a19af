-- outreach: templates to begin with, for the default organization where it is.
--
-- {{name}} stands for a variable, and `variables` has the defaults. Whoever has not written to us
-- is told how to get no more.

INSERT INTO outreach.templates (
    id, organization_id, name, category, subject, body, variables, is_shared
)
SELECT t.id, o.id, t.name, t.category, t.subject, t.body, t.variables, true
FROM users.organizations AS o
CROSS JOIN (
    VALUES
        (
            '00000000-0000-0000-0000-000000001101'::uuid,
            'First contact', 'introduction',
            '{{first_name}}, a question about {{company}}',
            'Hello {{first_name}},

I saw that {{company}} works on {{topic}}. We help teams like yours with {{benefit}}.

Would a call of 15 minutes next week be of use to you?

{{sender_name}}

No more mails from me? One click: {{unsubscribe_url}}',
            '{"first_name": "there", "company": "your company", "topic": "", "benefit": "",
              "sender_name": "", "unsubscribe_url": ""}'::jsonb
        ),
        (
            '00000000-0000-0000-0000-000000001102',
            'Follow-up', 'follow_up',
            'Re: {{first_name}}, a question about {{company}}',
            'Hello {{first_name}},

my last mail may have come at a bad time. In short: {{benefit}}.

If somebody else at {{company}} looks after {{topic}}, whom may I ask?

{{sender_name}}

No more mails from me? One click: {{unsubscribe_url}}',
            '{"first_name": "there", "company": "your company", "topic": "", "benefit": "",
              "sender_name": "", "unsubscribe_url": ""}'
        ),
        (
            '00000000-0000-0000-0000-000000001103',
            'Meeting', 'meeting',
            'Our call on {{meeting_date}}',
            'Hello {{first_name}},

thank you for your answer. I look forward to our call on {{meeting_date}} at {{meeting_time}}:
{{meeting_url}}

If that does not suit you any more, just answer this mail.

{{sender_name}}',
            '{"first_name": "there", "meeting_date": "", "meeting_time": "", "meeting_url": "",
              "sender_name": ""}'
        ),
        (
            '00000000-0000-0000-0000-000000001104',
            'Last mail', 'closing',
            'Shall I close your file, {{first_name}}?',
            'Hello {{first_name}},

I have not heard from you, so this is my last mail. If {{topic}} becomes a subject again at
{{company}}, you know where to find me.

{{sender_name}}

No more mails from me? One click: {{unsubscribe_url}}',
            '{"first_name": "there", "company": "your company", "topic": "", "sender_name": "",
              "unsubscribe_url": ""}'
        )
) AS t (id, name, category, subject, body, variables)
WHERE o.id = '00000000-0000-0000-0000-000000000001'
ON CONFLICT DO NOTHING;
