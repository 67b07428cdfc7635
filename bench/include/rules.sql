-- The program's rules as a view over the tables of the first schema of search_path, written so that a
-- seller, a SKU or an ASIN that is asked for is looked up through indexes.

CREATE VIEW expected_status AS
    SELECT i.seller_id, i.sku, d.marketplace, i.asin, status_of(final.reasons) AS status,
           coalesce(e.state = 'enrolled', false) AS enrolled, final.reasons, own.reasons AS own_reasons
    FROM seller s
        CROSS JOIN LATERAL (
            SELECT p.destinations, p.fba_required_in FROM program_edition p
            WHERE p.edition = s.program_edition
            ORDER BY p.shipped LIMIT 1) p
        CROSS JOIN LATERAL (
            SELECT u.marketplace,
                   CASE p.fba_required_in
                       WHEN 'every_store' THEN p.destinations || '{US}'::marketplace[]
                       ELSE ARRAY[u.marketplace, 'US'::marketplace]
                   END AS needed
            FROM unnest(p.destinations) u (marketplace)) d
        JOIN inventory i ON i.seller_id = s.seller_id AND i.fba_offer
        LEFT JOIN product_assessment a ON a.asin = i.asin AND a.marketplace = d.marketplace
        LEFT JOIN listing_restriction r
            ON r.seller_id = i.seller_id AND r.asin = i.asin AND r.marketplace = d.marketplace
        LEFT JOIN offer o
            ON o.seller_id = i.seller_id AND o.sku = i.sku AND o.marketplace = d.marketplace
        LEFT JOIN offer us
            ON us.seller_id = i.seller_id AND us.sku = i.sku AND us.marketplace = 'US'
        LEFT JOIN enrollment e
            ON e.seller_id = i.seller_id AND e.sku = i.sku AND e.marketplace = d.marketplace
        LEFT JOIN amazon_verdict v
            ON v.seller_id = i.seller_id AND v.sku = i.sku AND v.marketplace = d.marketplace
        -- OFFSET 0: computed once a row, however often it is read.
        CROSS JOIN LATERAL (
            SELECT (s.enrolled_at IS NULL)::integer
                   + (NOT (s.professional_plan AND s.unified_account AND s.fba_export
                           AND s.fba_marketplaces @> d.needed))::integer * (1 << 1)
                   + coalesce(e.state = 'removed', false)::integer * (1 << 2)
                   + CASE a.assessment
                         WHEN 'cleared' THEN 0
                         WHEN 'excluded_type' THEN 1 << 3
                         WHEN 'noncompliant' THEN 1 << 4
                         WHEN 'high_risk' THEN 1 << 5
                         WHEN 'transport_constraint' THEN 1 << 6
                         ELSE 1 << 11
                     END
                   + (coalesce(r.reason_code = 'NOT_ELIGIBLE', false)
                      AND a.assessment IS DISTINCT FROM 'noncompliant')::integer * (1 << 4)
                   + EXISTS (
                         SELECT FROM product_assessment f
                         WHERE f.asin = i.asin AND NOT f.fba_enabled AND f.marketplace = ANY (d.needed)
                     )::integer * (1 << 7)
                   + EXISTS (
                         SELECT FROM local_inventory l
                         WHERE l.seller_id = i.seller_id AND l.asin = i.asin
                             AND l.marketplace = d.marketplace AND l.quantity > 0
                     )::integer * (1 << 8)
                   + EXISTS (
                         SELECT FROM offer c
                         WHERE c.seller_id = i.seller_id AND c.asin = i.asin
                             AND c.marketplace = d.marketplace
                             AND NOT EXISTS (
                                 SELECT FROM inventory g
                                 WHERE g.seller_id = c.seller_id AND g.sku = c.sku AND g.fba_offer)
                     )::integer * (1 << 9)
                   + coalesce(us.status <> 'active', false)::integer * (1 << 12)
                   + (coalesce(NOT a.in_catalog, false)
                      OR coalesce(r.reason_code = 'ASIN_NOT_FOUND', false))::integer * (1 << 13)
                   + coalesce(r.reason_code = 'APPROVAL_REQUIRED', false)::integer * (1 << 14)
                   + coalesce(o.fulfillment_channel = 'AMAZON_NA'
                              AND (o.status = 'incomplete' OR o.price IS NULL OR o.has_issue
                                   OR o.status = 'inactive' AND i.fba_quantity > 0
                                      AND NOT coalesce(us.status <> 'active', false)),
                              false)::integer * (1 << 15)
                   + (o.fulfillment_channel IS DISTINCT FROM 'AMAZON_NA')::integer * (1 << 16)
                   + (i.fba_quantity = 0)::integer * (1 << 17) AS reasons,
                   CASE WHEN v.offer_status IS NOT NULL THEN meaning_of(v.offer_status) END AS meaning
            OFFSET 0) own
        CROSS JOIN LATERAL (
            SELECT CASE own.meaning
                -- Clears what is of class ineligible, pending and action, where verdicts reach.
                WHEN 'enabled' THEN own.reasons & ~92408
                WHEN 'ineligible'
                    THEN own.reasons & ~2048 | CASE own.reasons & 2040 WHEN 0 THEN 1 << 10 ELSE 0 END
                WHEN 'action_required'
                    THEN own.reasons & ~2296 | CASE own.reasons & 258048 WHEN 0 THEN 1 << 18 ELSE 0 END
                ELSE own.reasons
            END AS reasons) final;
