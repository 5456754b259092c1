-- What to grant, as statements, so that Kanal can make its tables and the schemas of its read
-- models; NULL where nothing is missing.
SELECT string_agg(format('GRANT CREATE ON %s TO %I', place, current_user), '; ')
FROM (
    SELECT 'DATABASE ' || quote_ident(current_database())
    WHERE NOT has_database_privilege(current_database(), 'CREATE')
    UNION ALL
    SELECT 'SCHEMA ' || quote_ident(current_schema())
    WHERE NOT has_schema_privilege(current_schema(), 'CREATE')
) AS refused (place)
