CREATE TABLE `portcullis_audit_hours` (
	`hour` integer PRIMARY KEY NOT NULL,
	`first_seq` integer NOT NULL,
	`last_seq` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `portcullis_former_names` (
	`id` text PRIMARY KEY NOT NULL,
	`kind` text NOT NULL,
	`name` text NOT NULL,
	`ended_at` integer NOT NULL
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `portcullis_former_administrators` ON `portcullis_former_names` (`ended_at`) WHERE kind = 'administrator';--> statement-breakpoint
CREATE INDEX `portcullis_audit_events_by_actor` ON `portcullis_audit_events` (`actor_id`,`seq`);--> statement-breakpoint
CREATE INDEX `portcullis_audit_events_by_actor_action` ON `portcullis_audit_events` (`actor_id`,`action`,`seq`);--> statement-breakpoint
CREATE INDEX `portcullis_audit_events_by_client_actor` ON `portcullis_audit_events` (`client_id`,`actor_id`,`seq`);--> statement-breakpoint
CREATE INDEX `portcullis_audit_events_by_all` ON `portcullis_audit_events` (`client_id`,`actor_id`,`action`,`seq`);
--> statement-breakpoint
INSERT INTO portcullis_audit_hours (hour, first_seq, last_seq)
SELECT hour, min(first) OVER (ORDER BY hour DESC), max(last) OVER (ORDER BY hour) FROM (
  SELECT at / 3600 AS hour, min(seq) AS first, max(seq) AS last FROM portcullis_audit_events GROUP BY 1);
--> statement-breakpoint
-- A new event has the highest number. It can begin its own hour, and it ends its own hour and all later ones.
CREATE TRIGGER portcullis_audit_hours_insert AFTER INSERT ON portcullis_audit_events BEGIN
  INSERT INTO portcullis_audit_hours (hour, first_seq, last_seq)
  SELECT new.at / 3600, coalesce((SELECT first_seq FROM portcullis_audit_hours
    WHERE hour > new.at / 3600 ORDER BY hour LIMIT 1), new.seq), new.seq
  WHERE NOT EXISTS (SELECT 1 FROM portcullis_audit_hours WHERE hour = new.at / 3600);
  UPDATE portcullis_audit_hours SET last_seq = new.seq WHERE hour >= new.at / 3600 AND last_seq < new.seq;
END;
--> statement-breakpoint
INSERT OR IGNORE INTO portcullis_former_names (id, kind, name, ended_at)
SELECT target_id, 'client', changes ->> '$.client_name.from', at FROM portcullis_audit_events
WHERE action = 'client.deleted' AND changes ->> '$.client_name.from' IS NOT NULL;
--> statement-breakpoint
CREATE TRIGGER portcullis_former_names_of_administrators AFTER DELETE ON portcullis_administrators BEGIN
  INSERT OR REPLACE INTO portcullis_former_names (id, kind, name, ended_at)
  VALUES (old.administrator_id, 'administrator', old.email, unixepoch());
END;
--> statement-breakpoint
CREATE TRIGGER portcullis_former_names_of_clients AFTER DELETE ON portcullis_clients BEGIN
  INSERT OR REPLACE INTO portcullis_former_names (id, kind, name, ended_at)
  VALUES (old.client_id, 'client', old.name, unixepoch());
END;
--> statement-breakpoint
CREATE TRIGGER portcullis_former_names_of_apis AFTER DELETE ON portcullis_apis BEGIN
  INSERT OR REPLACE INTO portcullis_former_names (id, kind, name, ended_at)
  VALUES (old.api_id, 'api', old.name, unixepoch());
END;
--> statement-breakpoint
CREATE TRIGGER portcullis_former_names_of_roles AFTER DELETE ON portcullis_roles BEGIN
  INSERT OR REPLACE INTO portcullis_former_names (id, kind, name, ended_at)
  VALUES (old.role_id, 'role', old.name, unixepoch());
END;
