-- The template of every test's database.
CREATE DATABASE fresh;
\connect fresh
CREATE EXTENSION pgtap;
CREATE EXTENSION rfba;
