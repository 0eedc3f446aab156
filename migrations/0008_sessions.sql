CREATE TABLE `portcullis_sessions` (
	`session_id` text PRIMARY KEY NOT NULL,
	`administrator_id` text,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`ended_at` integer
);
--> statement-breakpoint
CREATE INDEX `portcullis_sessions_by_expiry` ON `portcullis_sessions` (`expires_at`);