CREATE TABLE `portcullis_administrators` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`administrator_id` text NOT NULL,
	`email` text NOT NULL,
	`access` text NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`version` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `portcullis_administrators_administrator_id_unique` ON `portcullis_administrators` (`administrator_id`);--> statement-breakpoint
CREATE UNIQUE INDEX `portcullis_administrators_email_unique` ON `portcullis_administrators` (`email`);--> statement-breakpoint
CREATE INDEX `portcullis_administrators_by_access` ON `portcullis_administrators` (`access`,`email`);--> statement-breakpoint
CREATE TABLE `portcullis_chores` (
	`name` text PRIMARY KEY NOT NULL,
	`ran_at` integer NOT NULL,
	`position` text
);
--> statement-breakpoint
CREATE TABLE `portcullis_configured_administrators` (
	`email` text PRIMARY KEY NOT NULL
);
--> statement-breakpoint
CREATE TABLE `portcullis_reminders` (
	`secret_id` text NOT NULL,
	`email` text NOT NULL,
	`expires_at` integer NOT NULL,
	`due_at` integer,
	`claimed_by` text,
	`message_id` text,
	`sending_at` integer,
	`sent_at` integer,
	`attempts` integer DEFAULT 0 NOT NULL,
	`failing_since` integer,
	`last_error` text,
	PRIMARY KEY(`secret_id`, `email`)
);
--> statement-breakpoint
CREATE INDEX `portcullis_reminders_by_recipient` ON `portcullis_reminders` (`email`,`due_at`);--> statement-breakpoint
CREATE INDEX `portcullis_reminders_by_claim` ON `portcullis_reminders` (`claimed_by`);--> statement-breakpoint
CREATE INDEX `portcullis_reminders_by_expiry` ON `portcullis_reminders` (`expires_at`);--> statement-breakpoint
CREATE INDEX `portcullis_reminders_failing` ON `portcullis_reminders` (`failing_since`) WHERE failing_since IS NOT NULL;--> statement-breakpoint
ALTER TABLE `portcullis_secrets` ADD `reminders_planned` integer DEFAULT false NOT NULL;--> statement-breakpoint
CREATE INDEX `portcullis_secrets_by_expiry` ON `portcullis_secrets` (`reminders_planned`,`expires_at`);--> statement-breakpoint
CREATE INDEX `portcullis_clients_on_denylist` ON `portcullis_clients` (`client_id`) WHERE denylist_version > 0;