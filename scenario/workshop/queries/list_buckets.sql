select useridentity.principalid, eventsource, eventname, count(*) as total
from EDS_ID
where useridentity.principalid like '%:i-%'
and eventsource = 's3.amazonaws.com'
and eventname = 'ListBuckets'
group by useridentity.principalid, eventsource, eventname
order by total desc
