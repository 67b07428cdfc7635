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
SELECT pg_extension_config_dump('rfba.amazon_verdict', '');
SELECT pg_extension_config_dump('rfba.enrollment', '');
SELECT pg_extension_config_dump('rfba.status_change', '');
SELECT pg_extension_config_dump('rfba.status_change_change_id_seq', '');
SELECT pg_extension_config_dump('rfba.load', '');
SELECT pg_extension_config_dump('rfba.load_load_id_seq', '');
SELECT pg_extension_config_dump('rfba.load_rejection', '');
