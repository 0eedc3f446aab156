ALTER TABLE `portcullis_denylist_outbox` ADD `since` integer;--> statement-breakpoint
CREATE INDEX `portcullis_clients_held` ON `portcullis_clients` (`suspended_at`) WHERE suspended_reason >= 'Held: ' AND suspended_reason < 'Held:!';--> statement-breakpoint
CREATE INDEX `portcullis_token_counts_of_suspended` ON `portcullis_token_counts` (`day`,`count`) WHERE outcome = 'suspended';