-- The program's rules read a second time: what status, enrollment, stock and history have to be.
--
-- Plain SQL over rfba's base tables that calls nothing of rfba's. Keys are compared as text, so its
-- operators decide nothing here either. Every view called ..._difference is empty when all is well.

CREATE SCHEMA oracle;

-- The reasons in order of severity. A verdict never clears one that is beyond verdicts.
CREATE VIEW oracle.reason (severity, reason, class, beyond_verdicts) AS
    VALUES (1, 'NOT_ENROLLED', 'off', true),
           (2, 'SELLER_NOT_QUALIFIED', 'off', true),
           (3, 'REMOVED_BY_SELLER', 'removed', true),
           (4, 'PRODUCT_TYPE_EXCLUDED', 'ineligible', false),
           (5, 'COMPLIANCE', 'ineligible', false),
           (6, 'HIGH_RISK', 'ineligible', false),
           (7, 'TRANSPORT_CONSTRAINT', 'ineligible', false),
           (8, 'NOT_FBA_ENABLED', 'ineligible', false),
           (9, 'LOCAL_INVENTORY', 'ineligible', true),
           (10, 'SKU_CONFLICT', 'ineligible', true),
           (11, 'AMAZON_INELIGIBLE', 'ineligible', false),
           (12, 'RISK_NOT_ASSESSED', 'pending', false),
           (13, 'OFFER_INVALID', 'action', true),
           (14, 'NOT_IN_CATALOG', 'action', false),
           (15, 'GATED', 'action', false),
           (16, 'LISTING_PROBLEM', 'action', true),
           (17, 'OFFER_MISSING', 'action', false),
           (18, 'NO_US_INVENTORY', 'action', true),
           (19, 'AMAZON_ACTION_REQUIRED', 'action', false);

-- The status of an item whose severest reason is of this class.
CREATE VIEW oracle.status (class, status) AS
    VALUES ('off', 'not_enrolled'),
           ('removed', 'removed'),
           ('ineligible', 'ineligible'),
           ('pending', 'pending'),
           ('action', 'action_required'),
           (NULL, 'enabled');

-- Where a text, or below an edition, is both shipped and the user's, the user's counts.
CREATE VIEW oracle.verdict AS
    SELECT v.seller_id, v.sku::text AS sku, v.marketplace::text AS marketplace, t.meaning
    FROM rfba.amazon_verdict v
        CROSS JOIN LATERAL (
            SELECT meaning FROM rfba.amazon_status_text
            WHERE lower(btrim(status_text)) = lower(btrim(v.offer_status))
            ORDER BY shipped LIMIT 1) t;

CREATE VIEW oracle.expected_status AS
    WITH item AS MATERIALIZED (
        SELECT s.seller_id, i.sku::text AS sku, i.asin::text AS asin, d.marketplace,
               s.enrolled_at IS NOT NULL AS account_enrolled,
               s.professional_plan AND s.unified_account AND s.fba_export AS account_complete,
               s.fba_marketplaces::text[] AS registered_in,
               CASE e.fba_required_in
                   WHEN 'every_store' THEN e.destinations::text[] || 'US'::text
                   WHEN 'destination' THEN ARRAY[d.marketplace, 'US']
               END AS fba_needed_in,
               i.fba_quantity AS us_quantity
        FROM rfba.seller s
            CROSS JOIN LATERAL (
                SELECT destinations, fba_required_in FROM rfba.program_edition
                WHERE edition = s.program_edition
                ORDER BY shipped LIMIT 1) e
            CROSS JOIN LATERAL (SELECT DISTINCT unnest(e.destinations::text[])) d (marketplace)
            JOIN rfba.inventory i ON i.seller_id = s.seller_id AND i.fba_offer
    ),
    offer AS MATERIALIZED (
        SELECT o.seller_id, o.sku::text AS sku, o.asin::text AS asin,
               o.marketplace::text AS marketplace, o.fulfillment_channel = 'AMAZON_NA' AS by_fba,
               o.status, o.price IS NOT NULL AS has_price, o.has_issue,
               coalesce(i.fba_offer, false) AS under_global_sku
        FROM rfba.offer o
            LEFT JOIN rfba.inventory i
                ON i.seller_id = o.seller_id AND i.sku::text = o.sku::text
    ),
    assessment AS MATERIALIZED (
        SELECT a.asin::text AS asin, a.marketplace::text AS marketplace, a.assessment,
               a.fba_enabled, a.in_catalog
        FROM rfba.product_assessment a
    ),
    restriction AS MATERIALIZED (
        SELECT r.seller_id, r.asin::text AS asin, r.marketplace::text AS marketplace,
               r.reason_code
        FROM rfba.listing_restriction r
    ),
    enrollment AS MATERIALIZED (
        SELECT e.seller_id, e.sku::text AS sku, e.marketplace::text AS marketplace, e.state
        FROM rfba.enrollment e
    ),
    own AS MATERIALIZED (
        SELECT seller_id, sku, marketplace, 'NOT_ENROLLED' AS reason
        FROM item
        WHERE NOT account_enrolled
      UNION
        SELECT seller_id, sku, marketplace, 'SELLER_NOT_QUALIFIED'
        FROM item
        WHERE NOT account_complete OR NOT fba_needed_in <@ registered_in
      UNION
        SELECT seller_id, sku, marketplace, 'REMOVED_BY_SELLER'
        FROM item JOIN enrollment USING (seller_id, sku, marketplace)
        WHERE state = 'removed'
      UNION
        SELECT seller_id, sku, marketplace, a.reason
        FROM item
            JOIN assessment USING (asin, marketplace)
            JOIN (VALUES ('excluded_type', 'PRODUCT_TYPE_EXCLUDED'),
                         ('noncompliant', 'COMPLIANCE'),
                         ('high_risk', 'HIGH_RISK'),
                         ('transport_constraint', 'TRANSPORT_CONSTRAINT'),
                         ('not_assessed', 'RISK_NOT_ASSESSED')) a (assessment, reason)
                USING (assessment)
      UNION
        SELECT seller_id, sku, marketplace, 'RISK_NOT_ASSESSED'
        FROM item LEFT JOIN assessment USING (asin, marketplace)
        WHERE assessment IS NULL
      UNION
        SELECT seller_id, sku, marketplace, 'NOT_IN_CATALOG'
        FROM item JOIN assessment USING (asin, marketplace)
        WHERE NOT in_catalog
      UNION
        SELECT seller_id, sku, marketplace, r.reason
        FROM item
            JOIN restriction USING (seller_id, asin, marketplace)
            JOIN (VALUES ('NOT_ELIGIBLE', 'COMPLIANCE'),
                         ('ASIN_NOT_FOUND', 'NOT_IN_CATALOG'),
                         ('APPROVAL_REQUIRED', 'GATED')) r (reason_code, reason)
                USING (reason_code)
      UNION
        SELECT seller_id, sku, item.marketplace, 'NOT_FBA_ENABLED'
        FROM item JOIN assessment a USING (asin)
        WHERE a.marketplace = ANY (fba_needed_in) AND NOT a.fba_enabled
      UNION
        SELECT seller_id, item.sku, item.marketplace, 'LOCAL_INVENTORY'
        FROM item JOIN rfba.local_inventory l USING (seller_id)
        WHERE l.asin::text = item.asin AND l.marketplace::text = item.marketplace
            AND l.quantity > 0
      UNION
        SELECT seller_id, item.sku, marketplace, 'SKU_CONFLICT'
        FROM item JOIN offer USING (seller_id, asin, marketplace)
        WHERE NOT under_global_sku
      UNION
        SELECT seller_id, sku, item.marketplace, 'OFFER_INVALID'
        FROM item JOIN offer us USING (seller_id, sku)
        WHERE us.marketplace = 'US' AND us.status <> 'active'
      UNION
        SELECT seller_id, sku, marketplace, 'LISTING_PROBLEM'
        FROM item JOIN offer USING (seller_id, sku, marketplace)
        WHERE by_fba
            AND (status = 'incomplete' OR NOT has_price OR has_issue
                OR status = 'inactive' AND us_quantity > 0
                    AND NOT EXISTS (
                        SELECT FROM offer us
                        WHERE us.seller_id = item.seller_id AND us.sku = item.sku
                            AND us.marketplace = 'US' AND us.status <> 'active'))
      UNION
        (SELECT seller_id, sku, marketplace, 'OFFER_MISSING' FROM item
         EXCEPT
         SELECT seller_id, sku, marketplace, 'OFFER_MISSING' FROM offer WHERE by_fba)
      UNION
        SELECT seller_id, sku, marketplace, 'NO_US_INVENTORY'
        FROM item
        WHERE us_quantity = 0
    ),
    cleared AS (
        SELECT seller_id, sku, marketplace, reason
        FROM own
            JOIN oracle.reason USING (reason)
            JOIN oracle.verdict USING (seller_id, sku, marketplace)
            JOIN (VALUES ('enabled', 'ineligible'), ('enabled', 'pending'), ('enabled', 'action'),
                         ('ineligible', 'pending'),
                         ('action_required', 'ineligible'), ('action_required', 'pending'))
                c (meaning, class) USING (meaning, class)
        WHERE NOT beyond_verdicts
    ),
    added AS (
        SELECT seller_id, sku, marketplace, a.reason
        FROM item
            JOIN oracle.verdict USING (seller_id, sku, marketplace)
            JOIN (VALUES ('ineligible', 'AMAZON_INELIGIBLE'),
                         ('action_required', 'AMAZON_ACTION_REQUIRED')) a (meaning, reason)
                USING (meaning)
            JOIN oracle.reason explained USING (reason)
        WHERE NOT EXISTS (
            SELECT FROM own JOIN oracle.reason explanation USING (reason)
            WHERE (own.seller_id, own.sku, own.marketplace)
                    = (item.seller_id, item.sku, item.marketplace)
                AND explanation.class = explained.class)
    ),
    final AS (
        (TABLE own EXCEPT TABLE cleared) UNION TABLE added
    ),
    -- Own and final reasons side by side, in rows without a reason too.
    evaluation AS (
        SELECT seller_id, sku, marketplace,
               coalesce(array_agg(reason ORDER BY severity) FILTER (WHERE is_final), '{}')
                   AS reasons,
               coalesce(array_agg(reason ORDER BY severity) FILTER (WHERE NOT is_final), '{}')
                   AS own_reasons,
               (array_agg(class ORDER BY severity) FILTER (WHERE is_final))[1] AS class,
               (array_agg(class ORDER BY severity) FILTER (WHERE NOT is_final))[1] AS own_class,
               coalesce(bool_and(class NOT IN ('ineligible', 'pending')) FILTER (WHERE is_final),
                        true) AS eligible
        FROM item
            LEFT JOIN (SELECT *, true AS is_final FROM final
                       UNION ALL SELECT *, false FROM own) each_reason
                USING (seller_id, sku, marketplace)
            LEFT JOIN oracle.reason USING (reason)
        GROUP BY seller_id, sku, marketplace
    )
    SELECT seller_id, sku, asin, marketplace, final_status.status, eligible,
           enrollment.state IS NOT DISTINCT FROM 'enrolled' AS enrolled, reasons,
           own_status.status AS own_status, own_reasons,
           verdict.meaning <> own_status.status AS disagrees
    FROM item
        JOIN evaluation USING (seller_id, sku, marketplace)
        JOIN oracle.status final_status ON final_status.class IS NOT DISTINCT FROM evaluation.class
        JOIN oracle.status own_status ON own_status.class IS NOT DISTINCT FROM own_class
        LEFT JOIN oracle.verdict USING (seller_id, sku, marketplace)
        LEFT JOIN enrollment USING (seller_id, sku, marketplace);

CREATE VIEW oracle.status_difference AS
    WITH expected AS MATERIALIZED (
        TABLE oracle.expected_status
    ),
    actual AS MATERIALIZED (
        SELECT seller_id, sku::text, asin::text, marketplace::text, status::text, eligible,
               enrolled, reasons::text[], own_status::text, own_reasons::text[], disagrees
        FROM rfba.asin_status
    )
    SELECT 'missing' AS difference, * FROM (TABLE expected EXCEPT ALL TABLE actual) missing
    UNION ALL
    SELECT 'unexpected', * FROM (TABLE actual EXCEPT ALL TABLE expected) unexpected;

-- The auto-enroll condition, and what may be enrolled at all.
CREATE VIEW oracle.expected_enrollment AS
    SELECT seller_id, sku, marketplace,
           NOT 'NOT_ENROLLED' = ANY (own_reasons) AS may_be,
           eligible AND NOT own_reasons && ARRAY[
               'NOT_ENROLLED', 'SELLER_NOT_QUALIFIED', 'REMOVED_BY_SELLER'] AS must_be
    FROM oracle.expected_status;

CREATE VIEW oracle.enrollment_difference AS
    SELECT CASE WHEN must_be THEN 'missing' ELSE 'unexpected' END AS difference,
           seller_id, sku, marketplace, since, how
    FROM oracle.expected_enrollment
        FULL JOIN (
            SELECT seller_id, sku::text, marketplace::text, since, how
            FROM rfba.enrollment
            WHERE state = 'enrolled'
        ) enrolled USING (seller_id, sku, marketplace)
    WHERE must_be AND how IS NULL OR may_be IS NOT TRUE AND how IS NOT NULL;

CREATE VIEW oracle.stock_difference AS
    SELECT seller_id, i.sku::text AS sku, i.seller_fulfilled_quantity
    FROM rfba.inventory i
        JOIN rfba.seller s USING (seller_id)
    WHERE s.enrolled_at IS NOT NULL AND i.fba_offer AND i.seller_fulfilled_quantity > 0;

-- A seller follows an edition that is there, and a deleted seller takes its rows along.
CREATE VIEW oracle.reference_difference AS
    SELECT 'seller' AS table_name, s.seller_id, s.program_edition AS refers_to
    FROM rfba.seller s
    WHERE NOT EXISTS (SELECT FROM rfba.program_edition e WHERE e.edition = s.program_edition)
    UNION ALL
    SELECT table_name, seller_id, seller_id
    FROM (SELECT 'seller_destination' AS table_name, seller_id FROM rfba.seller_destination
          UNION ALL SELECT 'inventory', seller_id FROM rfba.inventory
          UNION ALL SELECT 'local_inventory', seller_id FROM rfba.local_inventory
          UNION ALL SELECT 'offer', seller_id FROM rfba.offer
          UNION ALL SELECT 'listing_restriction', seller_id FROM rfba.listing_restriction
          UNION ALL SELECT 'amazon_verdict', seller_id FROM rfba.amazon_verdict
          UNION ALL SELECT 'enrollment', seller_id FROM rfba.enrollment
          UNION ALL SELECT 'listing_opt_out', seller_id FROM rfba.listing_opt_out
          UNION ALL SELECT 'sku_fee_estimate', seller_id FROM rfba.sku_fee_estimate
          UNION ALL SELECT 'withdrawn_offer', seller_id FROM rfba.withdrawn_offer
          UNION ALL SELECT 'load', seller_id FROM rfba.load) each_row
    WHERE NOT EXISTS (SELECT FROM rfba.seller s WHERE s.seller_id = each_row.seller_id);

CREATE VIEW oracle.history_difference AS
    SELECT 'newest change' AS difference, seller_id, sku, marketplace, change_id,
           to_jsonb(newest) AS history, to_jsonb(status) AS status
    FROM (
        SELECT change_id, seller_id, sku::text, marketplace::text, asin::text, new_status, enrolled,
               reasons::text[], changed_at
        FROM rfba.status_history
        WHERE new_status IS NOT NULL
            AND change_id IN (
                SELECT max(change_id)
                FROM rfba.status_history
                GROUP BY seller_id, sku::text, marketplace::text)
    ) newest
        FULL JOIN (
            SELECT seller_id, sku::text, marketplace::text, asin::text, status, enrolled,
                   reasons::text[], changed_at
            FROM rfba.asin_status
        ) status USING (seller_id, sku, marketplace)
    WHERE (newest.asin, newest.new_status, newest.enrolled, newest.reasons, newest.changed_at)
        IS DISTINCT FROM
        (status.asin, status.status, status.enrolled, status.reasons, status.changed_at)
    UNION ALL
    SELECT 'order of changes', seller_id, sku, marketplace, change_id, to_jsonb(change), NULL
    FROM (
        SELECT change_id, seller_id, sku::text, marketplace::text, old_status, new_status,
               changed_at, lag(new_status) OVER item AS previous_status,
               lag(changed_at) OVER item AS previously_changed_at
        FROM rfba.status_history
        WINDOW item AS (PARTITION BY seller_id, sku::text, marketplace::text ORDER BY change_id)
    ) change
    WHERE old_status IS DISTINCT FROM previous_status
        OR coalesce(old_status, new_status) IS NULL
        OR changed_at < previously_changed_at
    UNION ALL
    SELECT 'deleted seller', seller_id, sku::text, marketplace::text, change_id, NULL, NULL
    FROM rfba.status_history h
    WHERE NOT EXISTS (SELECT FROM rfba.seller s WHERE s.seller_id = h.seller_id);

-- What a statement leaves alone: everything as oracle.remember() saw it before, but for what the
-- statement itself writes and what the rules make of that.

CREATE TABLE oracle.enrollment_before (
    seller_id text COLLATE "C", sku text, marketplace text, state text
);
CREATE TABLE oracle.offer_before (
    seller_id text COLLATE "C", sku text, marketplace text, by_fba boolean
);
CREATE TABLE oracle.seller_before (
    seller_id text COLLATE "C", is_enrolled boolean, rejects_stock boolean
);
CREATE TABLE oracle.global_sku_before (
    seller_id text COLLATE "C", sku text, zeroed_at timestamptz
);

CREATE PROCEDURE oracle.remember()
    LANGUAGE sql
    BEGIN ATOMIC
        DELETE FROM oracle.enrollment_before;
        INSERT INTO oracle.enrollment_before
        SELECT e.seller_id, e.sku::text, e.marketplace::text, e.state FROM rfba.enrollment e;

        DELETE FROM oracle.offer_before;
        INSERT INTO oracle.offer_before
        SELECT o.seller_id, o.sku::text, o.marketplace::text,
               o.fulfillment_channel = 'AMAZON_NA'
        FROM rfba.offer o;

        DELETE FROM oracle.seller_before;
        INSERT INTO oracle.seller_before
        SELECT s.seller_id, s.enrolled_at IS NOT NULL, s.seller_fulfilled_guard = 'reject'
        FROM rfba.seller s;

        DELETE FROM oracle.global_sku_before;
        INSERT INTO oracle.global_sku_before
        SELECT i.seller_id, i.sku::text, i.seller_fulfilled_zeroed_at
        FROM rfba.inventory i
        WHERE i.fba_offer;
    END;

-- Side effects of a statement that the rules do not know.
CREATE FUNCTION oracle.side_effects(statement text)
    RETURNS TABLE (difference text, seller_id text, sku text, marketplace text)
    LANGUAGE sql STABLE
    BEGIN ATOMIC
        WITH enrollment AS MATERIALIZED (
            SELECT seller_id, sku, marketplace, before.state AS old_state, now.state AS new_state,
                   coalesce(may_be, false) AS may_be, coalesce(must_be, false) AS must_be
            FROM oracle.enrollment_before before
                FULL JOIN (SELECT e.seller_id, e.sku::text, e.marketplace::text, e.state
                           FROM rfba.enrollment e) now
                    USING (seller_id, sku, marketplace)
                JOIN rfba.seller USING (seller_id)
                LEFT JOIN oracle.expected_enrollment USING (seller_id, sku, marketplace)
        ),
        -- Unenrolling takes the destination offers of enrolled items where no stock lies.
        taken AS (
            SELECT e.seller_id, e.sku, e.marketplace
            FROM oracle.seller_before before
                JOIN rfba.seller s ON s.seller_id = before.seller_id AND s.enrolled_at IS NULL
                JOIN oracle.enrollment_before e
                    ON e.seller_id = s.seller_id AND e.state = 'enrolled'
                JOIN rfba.inventory i ON i.seller_id = e.seller_id AND i.sku::text = e.sku
            WHERE before.is_enrolled
                AND NOT EXISTS (
                    SELECT FROM rfba.local_inventory l
                    WHERE l.seller_id = i.seller_id AND l.asin::text = i.asin::text
                        AND l.marketplace::text = e.marketplace AND l.quantity > 0)
        )
        SELECT 'enrollment', seller_id, sku, marketplace
        FROM enrollment
        WHERE statement !~* '\menrollment\M|_item\('
            AND new_state IS DISTINCT FROM CASE
                WHEN old_state = 'removed' THEN 'removed'
                WHEN must_be OR old_state = 'enrolled' AND may_be THEN 'enrolled'
            END
        UNION ALL
        SELECT 'added back', seller_id, sku, marketplace
        FROM enrollment
        WHERE statement !~* '\mtruncate\M'
            AND old_state = 'removed' AND new_state IS NULL AND may_be
        UNION ALL
        SELECT 'offer', seller_id, sku, marketplace
        FROM oracle.offer_before before
            JOIN rfba.seller USING (seller_id)
            LEFT JOIN (SELECT o.seller_id, o.sku::text, o.marketplace::text, true AS is_there
                       FROM rfba.offer o) now
                USING (seller_id, sku, marketplace)
        WHERE statement !~* '\m(offer|enrollment)\M|_item\('
            AND is_there IS NOT DISTINCT FROM (
                by_fba AND (seller_id, sku, marketplace) IN (TABLE taken))
        UNION ALL
        SELECT 'stock', seller_id, sku, NULL
        FROM oracle.global_sku_before before
            JOIN oracle.seller_before USING (seller_id)
            JOIN rfba.seller s USING (seller_id)
            JOIN (SELECT i.seller_id, i.sku::text, i.seller_fulfilled_zeroed_at AS zeroed_at
                  FROM rfba.inventory i) now USING (seller_id, sku)
        WHERE is_enrolled AND rejects_stock AND s.seller_fulfilled_guard = 'reject'
            AND now.zeroed_at IS DISTINCT FROM before.zeroed_at;
    END;
