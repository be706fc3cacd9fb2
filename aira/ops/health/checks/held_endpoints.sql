-- title: Endpoints on hold
-- why: Their webhooks wait until somebody resumes them.
-- hint: manage.py endpoint resume NAME, when the receiver is well.
-- warn: 1
select e.name, 1, 'held since ' || e.held_at || coalesce(': ' || e.held_reason, '') from private.service_endpoints e where e.held_at is not null
