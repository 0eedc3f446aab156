DROP INDEX `portcullis_reminders_by_recipient`;--> statement-breakpoint
ALTER TABLE `portcullis_reminders` ADD `days` integer;--> statement-breakpoint
CREATE INDEX `portcullis_reminders_due` ON `portcullis_reminders` (`email`,`due_at`) WHERE due_at IS NOT NULL;--> statement-breakpoint
ALTER TABLE `portcullis_clients` ADD `contacts` text DEFAULT '[]' NOT NULL;--> statement-breakpoint
ALTER TABLE `portcullis_secrets` ADD `reminder_days` integer DEFAULT 1000 NOT NULL;--> statement-breakpoint
ALTER TABLE `portcullis_secrets` ADD `unused_notice_at` integer;--> statement-breakpoint
CREATE INDEX `portcullis_secrets_by_reminder` ON `portcullis_secrets` (`reminder_days`,`expires_at`) WHERE reminders_planned = 1;