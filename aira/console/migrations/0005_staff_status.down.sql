-- The people stay inactive. Nothing else would tell who they were.
select 1;
