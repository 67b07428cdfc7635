#!/usr/bin/python3
"""Listings feeds of every kind satisfy Amazon's schema of them, and it refuses what is none. Prints TAP.

RFBA_LISTINGS_FEED_SCHEMA is the path of Amazon's listings-feed-schema-v2.json; without it the test is
skipped. Debian's Python is named because Debian's python3-jsonschema is for no other."""

import copy
import json
import os
import subprocess
import sys

from jsonschema import Draft7Validator

# New offers and other prices, with sales and without, stock to zero, and what was withdrawn; SKUs
# with characters that JSON writes in its own way.
FEEDS = r"""
    INSERT INTO rfba.seller (seller_id, program_edition) VALUES ('A1EXAMPLE2SELL', '2024');
    INSERT INTO rfba.product_assessment (asin, marketplace, assessment)
    SELECT a, d, 'cleared'
    FROM unnest('{B07XJ8C8F5,B000000PEN}'::rfba.asin[]) a, unnest('{CA,MX,BR}'::rfba.marketplace[]) d;
    UPDATE rfba.seller SET enrolled_at = now();
    INSERT INTO rfba.product (asin, product_type) VALUES ('B07XJ8C8F5', 'DRINKING_CUP');
    INSERT INTO rfba.inventory (seller_id, sku, asin, fba_offer, seller_fulfilled_quantity)
    VALUES ('A1EXAMPLE2SELL', 'MUG', 'B07XJ8C8F5', true, 7), ('A1EXAMPLE2SELL', 'PEN', 'B000000PEN', true, 7),
        ('A1EXAMPLE2SELL', 'A "new" \ one', 'B07XJ8C8F5', true, 0), ('A1EXAMPLE2SELL', 'price', 'B07XJ8C8F5', true, 0),
        ('A1EXAMPLE2SELL', 'Ünïcode 马克杯', 'B000000PEN', true, 0), ('A1EXAMPLE2SELL', 'sale', 'B000000PEN', true, 0);
    INSERT INTO rfba.offer (seller_id, marketplace, sku, asin, price, created_by, reported_price,
                            price_connected, sale_price, sale_starts_at, sale_ends_at)
    SELECT 'A1EXAMPLE2SELL', d::rfba.marketplace, o.*
    FROM unnest(ARRAY['CA', 'MX', 'BR']) d,
        (VALUES ('A "new" \ one', 'B07XJ8C8F5'::rfba.asin, 31.25, 'auto', NULL, true, NULL, NULL::timestamptz,
                 NULL::timestamptz),
                ('Ünïcode 马克杯', 'B000000PEN', 12345678901234567.89, 'auto', NULL, true, 24.22,
                 '2098-11-01', '2098-12-24 12:30:00.5'),
                ('price', 'B07XJ8C8F5', 9.99, 'seller', 10, false, NULL, NULL, NULL),
                ('sale', 'B000000PEN', 9.99, 'seller', 10, true, 9, NULL, 'infinity')) o;
    INSERT INTO rfba.withdrawn_offer (seller_id, marketplace, sku)
    SELECT 'A1EXAMPLE2SELL', d::rfba.marketplace, 'gone' FROM unnest(ARRAY['CA', 'MX', 'BR']) d;
    SELECT document FROM unnest(ARRAY['US', 'CA', 'MX', 'BR']) m,
        rfba.feed_documents('A1EXAMPLE2SELL', m::rfba.marketplace);
"""

# What the messages of a feed do: to the US, and to a destination.
OPERATIONS = [["PATCH", "PATCH"]] + 3 * [["DELETE", "UPDATE", "PATCH", "PATCH", "UPDATE"]]

# Mutants of a feed to a destination: where, and what is there instead; None for nothing. Its first
# message is a DELETE, the second an UPDATE, the third a PATCH.
PATCHES = [{"op": "replace", "path": "/attributes/purchasable_offer", "value": [{}]}]
MUTANTS = [
    (["header"], None),
    (["header", "sellerId"], None),
    (["header", "version"], "1.0"),
    (["header", "issueLocale"], 5),
    (["messages"], None),
    (["messages"], []),
    (["messages", 0, "messageId"], None),
    (["messages", 0, "messageId"], 0),
    (["messages", 0, "messageId"], "1"),
    (["messages", 0, "sku"], None),
    (["messages", 0, "sku"], ""),
    (["messages", 0, "operationType"], "delete"),
    (["messages", 0, "productType"], "PRODUCT"),
    (["messages", 0, "patches"], PATCHES),
    (["messages", 1, "productType"], None),
    (["messages", 1, "productType"], ""),
    (["messages", 1, "requirements"], "OFFER_ONLY"),
    (["messages", 1, "attributes"], None),
    (["messages", 1, "attributes"], {}),
    (["messages", 1, "patches"], PATCHES),
    (["messages", 2, "productType"], None),
    (["messages", 2, "requirements"], "LISTING_OFFER_ONLY"),
    (["messages", 2, "attributes"], {"purchasable_offer": [{}]}),
    (["messages", 2, "patches"], None),
    (["messages", 2, "patches"], []),
    (["messages", 2, "patches", 0, "op"], "set"),
    (["messages", 2, "patches", 0, "path"], None),
    (["messages", 2, "patches", 0, "value"], {}),
]

number = 0


def ok(passes, name, why=()):
    global number
    number += 1
    print(f"{'ok' if passes else 'not ok'} {number} - {name}")
    for line in why:
        print("#", line)


def mutant(document, path, value):
    document = copy.deepcopy(document)
    *parents, key = path
    place = document
    for parent in parents:
        place = place[parent]
    if value is None:
        del place[key]
    else:
        place[key] = value
    return document


try:
    with open(os.environ["RFBA_LISTINGS_FEED_SCHEMA"], encoding="utf-8") as file:
        schema = json.load(file)
except (KeyError, OSError) as error:
    why = "is not set" if isinstance(error, KeyError) else f"cannot be read: {error}"
    print(f"1..1\nok 1 # SKIP RFBA_LISTINGS_FEED_SCHEMA {why}")
    sys.exit()

Draft7Validator.check_schema(schema)
validator = Draft7Validator(schema)
psql = ["psql", "--no-psqlrc", "--quiet", "--no-align", "--tuples-only", "--set=ON_ERROR_STOP=1"]
lines = subprocess.run(psql, input=FEEDS, stdout=subprocess.PIPE, check=True, encoding="utf-8").stdout
documents = [json.loads(line) for line in lines.splitlines()]

operations = [[m["operationType"] for m in document["messages"]] for document in documents]
ok(operations == OPERATIONS, "feeds of every kind", [] if operations == OPERATIONS else operations)
for document in documents:
    errors = [f"{list(e.absolute_path)}: {e.message}" for e in validator.iter_errors(document)]
    ok(not errors, f"a feed in {document['header']['issueLocale']} is what Amazon takes", errors)
for path, value in MUTANTS:
    refused = not validator.is_valid(mutant(documents[-1], path, value))
    ok(refused, f"no feed: {'.'.join(map(str, path))} {'gone' if value is None else json.dumps(value)}")
print(f"1..{number}")
