select eventname, count(*) as total
    from EDS_ID
    where useridentity.principalid like '%:<INSTANCE_ID>'
    group by eventname
    order by total desc
