CREATE TABLE `portcullis_client_counts` (
	`status` text PRIMARY KEY NOT NULL,
	`n` integer NOT NULL
);
--> statement-breakpoint
ALTER TABLE `portcullis_administrators` ADD `catch_up_expiry` integer;--> statement-breakpoint
ALTER TABLE `portcullis_administrators` ADD `catch_up_id` integer;--> statement-breakpoint
CREATE INDEX `portcullis_reminders_waiting` ON `portcullis_reminders` (`due_at`) WHERE due_at IS NOT NULL;--> statement-breakpoint
CREATE INDEX `portcullis_reminders_in_doubt` ON `portcullis_reminders` (`sending_at`) WHERE due_at IS NULL AND sent_at IS NULL;
--> statement-breakpoint
INSERT INTO portcullis_client_counts (status, n)
SELECT listed_status, count(*) FROM portcullis_clients GROUP BY listed_status;
--> statement-breakpoint
CREATE TRIGGER portcullis_client_counts_insert AFTER INSERT ON portcullis_clients BEGIN
  INSERT INTO portcullis_client_counts (status, n) VALUES (new.listed_status, 1)
  ON CONFLICT (status) DO UPDATE SET n = n + 1;
END;
--> statement-breakpoint
CREATE TRIGGER portcullis_client_counts_update AFTER UPDATE OF listed_status ON portcullis_clients
WHEN old.listed_status <> new.listed_status BEGIN
  UPDATE portcullis_client_counts SET n = n - 1 WHERE status = old.listed_status;
  INSERT INTO portcullis_client_counts (status, n) VALUES (new.listed_status, 1)
  ON CONFLICT (status) DO UPDATE SET n = n + 1;
END;
--> statement-breakpoint
CREATE TRIGGER portcullis_client_counts_delete AFTER DELETE ON portcullis_clients BEGIN
  UPDATE portcullis_client_counts SET n = n - 1 WHERE status = old.listed_status;
END;
