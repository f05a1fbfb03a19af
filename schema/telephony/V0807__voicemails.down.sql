-- voicemails, down: drops the table and its functions. DESTROYS every message and greeting.

DROP TABLE telephony.voicemails;  -- takes its trigger, indexes, policies, grants along
DROP FUNCTION telephony.assign_voicemails();
DROP FUNCTION telephony.fill_voicemail();
