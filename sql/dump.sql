-- What a dump holds: the user's rows. The status follows from them.

SELECT pg_extension_config_dump('rfba.program_edition', 'WHERE NOT shipped');
SELECT pg_extension_config_dump('rfba.amazon_status_text', 'WHERE NOT shipped');
SELECT pg_extension_config_dump('rfba.seller', '');
SELECT pg_extension_config_dump('rfba.seller_destination', '');
SELECT pg_extension_config_dump('rfba.inventory', '');
SELECT pg_extension_config_dump('rfba.local_inventory', '');
SELECT pg_extension_config_dump('rfba.offer', '');
SELECT pg_extension_config_dump('rfba.product', '');
SELECT pg_extension_config_dump('rfba.product_assessment', '');
SELECT pg_extension_config_dump('rfba.listing_restriction', '');
SELECT pg_extension_config_dump('rfba.size_tier', 'WHERE NOT shipped');
SELECT pg_extension_config_dump('rfba.fulfillment_fee', 'WHERE NOT shipped');
SELECT pg_extension_config_dump('rfba.referral_fee', 'WHERE NOT shipped');
SELECT pg_extension_config_dump('rfba.referral_category', 'WHERE NOT shipped');
SELECT pg_extension_config_dump('rfba.surcharge', 'WHERE NOT shipped');
SELECT pg_extension_config_dump('rfba.return_processing_fee', 'WHERE NOT shipped');
SELECT pg_extension_config_dump('rfba.currency_converter_rate', 'WHERE NOT shipped');
SELECT pg_extension_config_dump('rfba.exchange_rate', '');
SELECT pg_extension_config_dump('rfba.sku_fee_estimate', '');
SELECT pg_extension_config_dump('rfba.amazon_verdict', '');
SELECT pg_extension_config_dump('rfba.enrollment', '');
SELECT pg_extension_config_dump('rfba.listing_opt_out', '');
SELECT pg_extension_config_dump('rfba.status_change', '');
SELECT pg_extension_config_dump('rfba.status_change_change_id_seq', '');
SELECT pg_extension_config_dump('rfba.load', '');
SELECT pg_extension_config_dump('rfba.load_load_id_seq', '');
SELECT pg_extension_config_dump('rfba.load_rejection', '');
SELECT pg_extension_config_dump('rfba.latest_notification', '');
SELECT pg_extension_config_dump('rfba.feed', '');
SELECT pg_extension_config_dump('rfba.feed_feed_id_seq', '');
SELECT pg_extension_config_dump('rfba.feed_message', '');
SELECT pg_extension_config_dump('rfba.withdrawn_offer', '');
SELECT pg_extension_config_dump('rfba.source_rejection',
    'WHERE EXISTS (SELECT FROM pg_catalog.pg_class c WHERE c.oid = source)');
