-- voicemail_boxes, down: drops the table. DESTROYS every voicemail box.

DROP TABLE telephony.voicemail_boxes;  -- takes its trigger, indexes, policies, grants along
