CREATE TABLE `portcullis_used_assertions` (
	`assertion_id` text PRIMARY KEY NOT NULL,
	`expires_at` integer NOT NULL
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `portcullis_used_assertions_by_expiry` ON `portcullis_used_assertions` (`expires_at`);--> statement-breakpoint
ALTER TABLE `portcullis_clients` ADD `assertion_audience` text DEFAULT 'issuer' NOT NULL;--> statement-breakpoint
ALTER TABLE `portcullis_secrets` ADD `kind` text DEFAULT 'secret' NOT NULL;--> statement-breakpoint
ALTER TABLE `portcullis_secrets` ADD `label` text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE `portcullis_secrets` ADD `created_by` text;--> statement-breakpoint
ALTER TABLE `portcullis_secrets` ADD `material` text;