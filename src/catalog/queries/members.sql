-- member: what belongs to an extension, and is none of ours.
SELECT d.classid::regclass, d.objid FROM pg_depend AS d WHERE d.deptype = 'e'
