ALTER TABLE `portcullis_secrets` ADD `expiry_told` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
CREATE INDEX `portcullis_secrets_untold` ON `portcullis_secrets` (`expiry_told`,`expires_at`) WHERE retires_at IS NULL;--> statement-breakpoint
CREATE INDEX `portcullis_token_counts_refused` ON `portcullis_token_counts` (`day`,`count`) WHERE outcome <> 'issued';