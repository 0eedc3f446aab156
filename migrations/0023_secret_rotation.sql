ALTER TABLE `portcullis_secrets` ADD `first_used_at` integer;--> statement-breakpoint
ALTER TABLE `portcullis_secrets` ADD `retire_others_in` integer;--> statement-breakpoint
ALTER TABLE `portcullis_secrets` ADD `grace_at` integer;--> statement-breakpoint
CREATE INDEX `portcullis_secrets_replacing` ON `portcullis_secrets` (`last_used_at`) WHERE retire_others_in IS NOT NULL;