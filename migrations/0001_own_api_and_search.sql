INSERT INTO portcullis_ledger_head (id, seq, seal) VALUES (1, 0, '');
--> statement-breakpoint
-- Portcullis itself is an API. It has no audience of its own here: that is the issuer, wherever it is served.
INSERT INTO portcullis_apis (api_id, audience, name, name_key, created_at, updated_at, version)
VALUES ('api_portcullis', NULL, 'Portcullis', 'portcullis', unixepoch(), unixepoch(), 1);
--> statement-breakpoint
INSERT INTO portcullis_permissions (api_id, permission, description, permission_group, declared, position) VALUES
  ('api_portcullis', 'clients:read', 'Read clients, APIs, roles and signing keys', 'Administration', 1, 0),
  ('api_portcullis', 'clients:manage', 'Change clients, APIs and roles', 'Administration', 1, 1),
  ('api_portcullis', 'tokens:introspect', 'Learn of every token whether it is active', 'Tokens', 1, 2),
  ('api_portcullis', 'audit:read', 'Read the audit events', 'Administration', 1, 3);
--> statement-breakpoint
-- Substring search that costs what it finds, not what there is (https://sqlite.org/fts5.html#the_trigram_tokenizer).
-- The text is in lower case already, by Unicode's rules.
CREATE VIRTUAL TABLE portcullis_client_search USING fts5(
  search_text, content='portcullis_clients', content_rowid='id', tokenize='trigram case_sensitive 1'
);
--> statement-breakpoint
CREATE TRIGGER portcullis_client_search_insert AFTER INSERT ON portcullis_clients BEGIN
  INSERT INTO portcullis_client_search (rowid, search_text) VALUES (new.id, new.search_text);
END;
--> statement-breakpoint
CREATE TRIGGER portcullis_client_search_update AFTER UPDATE OF search_text ON portcullis_clients
WHEN old.search_text <> new.search_text BEGIN
  INSERT INTO portcullis_client_search (portcullis_client_search, rowid, search_text) VALUES ('delete', old.id, old.search_text);
  INSERT INTO portcullis_client_search (rowid, search_text) VALUES (new.id, new.search_text);
END;
--> statement-breakpoint
CREATE TRIGGER portcullis_client_search_delete AFTER DELETE ON portcullis_clients BEGIN
  INSERT INTO portcullis_client_search (portcullis_client_search, rowid, search_text) VALUES ('delete', old.id, old.search_text);
END;
