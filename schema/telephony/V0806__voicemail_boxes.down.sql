-- voicemail_boxes, down: drops the tables. DESTROYS every voicemail box and context.

DROP TABLE telephony.voicemail_boxes;  -- takes its trigger, indexes, policies, grants along
DROP TABLE telephony.voicemail_contexts;
