-- For tests of loading: a load and its counts in a line.

CREATE FUNCTION load(
        report_type text, document bytea, marketplace text DEFAULT 'US',
        seller_id text DEFAULT 'ASELLER0001', force boolean DEFAULT false)
    RETURNS text
    LANGUAGE sql
    BEGIN ATOMIC
        SELECT concat_ws(', ', 'read ' || nullif(l.read, 0), 'loaded ' || nullif(l.loaded, 0),
                         'unchanged ' || nullif(l.unchanged, 0),
                         'rejected ' || nullif(l.rejected, 0), 'removed ' || nullif(l.removed, 0))
        FROM rfba.load_report(load.seller_id, load.marketplace, load.report_type, load.document,
                              load.force) l;
    END;
