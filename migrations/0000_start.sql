CREATE TABLE `portcullis_apis` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`api_id` text NOT NULL,
	`audience` text,
	`name` text NOT NULL,
	`name_key` text NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`version` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `portcullis_apis_api_id_unique` ON `portcullis_apis` (`api_id`);--> statement-breakpoint
CREATE UNIQUE INDEX `portcullis_apis_audience_unique` ON `portcullis_apis` (`audience`);--> statement-breakpoint
CREATE INDEX `portcullis_apis_by_name` ON `portcullis_apis` (`name_key`,`id`);--> statement-breakpoint
CREATE TABLE `portcullis_audit_events` (
	`seq` integer PRIMARY KEY NOT NULL,
	`event_id` text NOT NULL,
	`at` integer NOT NULL,
	`action` text NOT NULL,
	`actor_type` text NOT NULL,
	`actor_id` text NOT NULL,
	`client_id` text,
	`target_type` text NOT NULL,
	`target_id` text NOT NULL,
	`reason` text,
	`changes` text,
	`request_id` text NOT NULL,
	`seal` text NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `portcullis_audit_events_event_id_unique` ON `portcullis_audit_events` (`event_id`);--> statement-breakpoint
CREATE INDEX `portcullis_audit_events_by_client` ON `portcullis_audit_events` (`client_id`,`seq`);--> statement-breakpoint
CREATE INDEX `portcullis_audit_events_by_action` ON `portcullis_audit_events` (`action`,`seq`);--> statement-breakpoint
CREATE INDEX `portcullis_audit_events_by_client_action` ON `portcullis_audit_events` (`client_id`,`action`,`seq`);--> statement-breakpoint
CREATE TABLE `portcullis_client_permissions` (
	`client_id` text NOT NULL,
	`permission_id` integer NOT NULL,
	PRIMARY KEY(`client_id`, `permission_id`),
	FOREIGN KEY (`client_id`) REFERENCES `portcullis_clients`(`client_id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`permission_id`) REFERENCES `portcullis_permissions`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `portcullis_client_permissions_by_permission` ON `portcullis_client_permissions` (`permission_id`);--> statement-breakpoint
CREATE TABLE `portcullis_client_roles` (
	`client_id` text NOT NULL,
	`role_id` text NOT NULL,
	PRIMARY KEY(`client_id`, `role_id`),
	FOREIGN KEY (`client_id`) REFERENCES `portcullis_clients`(`client_id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`role_id`) REFERENCES `portcullis_roles`(`role_id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `portcullis_client_roles_by_role` ON `portcullis_client_roles` (`role_id`);--> statement-breakpoint
CREATE TABLE `portcullis_clients` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`client_id` text NOT NULL,
	`name` text NOT NULL,
	`name_key` text NOT NULL,
	`description` text NOT NULL,
	`search_text` text NOT NULL,
	`created_at` integer NOT NULL,
	`created_by` text NOT NULL,
	`updated_at` integer NOT NULL,
	`version` integer NOT NULL,
	`suspended_at` integer,
	`suspended_reason` text,
	`generation` integer NOT NULL,
	`tokens_valid_from` integer,
	`denylist_version` integer NOT NULL,
	`access_token_lifetime` integer NOT NULL,
	`last_token_at` integer,
	`listed_status` text DEFAULT 'available' NOT NULL,
	`listed_expiry` integer DEFAULT 0 NOT NULL,
	`listed_until` integer DEFAULT 0 NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `portcullis_clients_client_id_unique` ON `portcullis_clients` (`client_id`);--> statement-breakpoint
CREATE INDEX `portcullis_clients_by_creation` ON `portcullis_clients` (`created_at`,`id`);--> statement-breakpoint
CREATE INDEX `portcullis_clients_by_name` ON `portcullis_clients` (`name_key`,`id`);--> statement-breakpoint
CREATE INDEX `portcullis_clients_by_expiry` ON `portcullis_clients` (`listed_expiry`,`id`);--> statement-breakpoint
CREATE INDEX `portcullis_clients_by_status_creation` ON `portcullis_clients` (`listed_status`,`created_at`,`id`);--> statement-breakpoint
CREATE INDEX `portcullis_clients_by_status_name` ON `portcullis_clients` (`listed_status`,`name_key`,`id`);--> statement-breakpoint
CREATE INDEX `portcullis_clients_by_status_expiry` ON `portcullis_clients` (`listed_status`,`listed_expiry`,`id`);--> statement-breakpoint
CREATE INDEX `portcullis_clients_by_listed_until` ON `portcullis_clients` (`listed_until`);--> statement-breakpoint
CREATE TABLE `portcullis_deleted_clients` (
	`client_id` text PRIMARY KEY NOT NULL,
	`denylist_version` integer NOT NULL,
	`generation` integer NOT NULL,
	`deleted_at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `portcullis_denylist_outbox` (
	`client_id` text PRIMARY KEY NOT NULL,
	`version` integer NOT NULL,
	`claimed_by` text,
	`claimed_until` integer DEFAULT 0 NOT NULL,
	`unsettled_until` integer DEFAULT 0 NOT NULL
);
--> statement-breakpoint
CREATE INDEX `portcullis_denylist_outbox_by_turn` ON `portcullis_denylist_outbox` (`unsettled_until`,`client_id`);--> statement-breakpoint
CREATE TABLE `portcullis_ledger_head` (
	`id` integer PRIMARY KEY NOT NULL,
	`seq` integer NOT NULL,
	`seal` text NOT NULL,
	`reserved_by` text,
	`reserved_until` integer DEFAULT 0 NOT NULL
);
--> statement-breakpoint
CREATE TABLE `portcullis_permissions` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`api_id` text NOT NULL,
	`permission` text NOT NULL,
	`description` text,
	`permission_group` text,
	`declared` integer NOT NULL,
	`position` integer NOT NULL,
	FOREIGN KEY (`api_id`) REFERENCES `portcullis_apis`(`api_id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `portcullis_permissions_of_api` ON `portcullis_permissions` (`api_id`,`permission`);--> statement-breakpoint
CREATE TABLE `portcullis_revoked_tokens` (
	`jti` text PRIMARY KEY NOT NULL,
	`client_id` text NOT NULL,
	`expires_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `portcullis_revoked_tokens_by_client` ON `portcullis_revoked_tokens` (`client_id`,`expires_at`);--> statement-breakpoint
CREATE INDEX `portcullis_revoked_tokens_by_expiry` ON `portcullis_revoked_tokens` (`expires_at`);--> statement-breakpoint
CREATE TABLE `portcullis_role_permissions` (
	`role_id` text NOT NULL,
	`permission_id` integer NOT NULL,
	PRIMARY KEY(`role_id`, `permission_id`),
	FOREIGN KEY (`role_id`) REFERENCES `portcullis_roles`(`role_id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`permission_id`) REFERENCES `portcullis_permissions`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `portcullis_role_permissions_by_permission` ON `portcullis_role_permissions` (`permission_id`);--> statement-breakpoint
CREATE TABLE `portcullis_roles` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`role_id` text NOT NULL,
	`name` text NOT NULL,
	`name_key` text NOT NULL,
	`description` text NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`version` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `portcullis_roles_role_id_unique` ON `portcullis_roles` (`role_id`);--> statement-breakpoint
CREATE INDEX `portcullis_roles_by_name` ON `portcullis_roles` (`name_key`,`id`);--> statement-breakpoint
CREATE TABLE `portcullis_secrets` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`secret_id` text NOT NULL,
	`client_id` text NOT NULL,
	`key_id` text NOT NULL,
	`digest` text NOT NULL,
	`pepper_version` text NOT NULL,
	`hint` text NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`retires_at` integer,
	`last_used_at` integer,
	`remind` integer NOT NULL,
	`reminded_at` integer,
	FOREIGN KEY (`client_id`) REFERENCES `portcullis_clients`(`client_id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `portcullis_secrets_secret_id_unique` ON `portcullis_secrets` (`secret_id`);--> statement-breakpoint
CREATE UNIQUE INDEX `portcullis_secrets_key_id_unique` ON `portcullis_secrets` (`key_id`);--> statement-breakpoint
CREATE INDEX `portcullis_secrets_by_client` ON `portcullis_secrets` (`client_id`,`id`);--> statement-breakpoint
CREATE TABLE `portcullis_signing_keys` (
	`kid` text PRIMARY KEY NOT NULL,
	`algorithm` text NOT NULL,
	`public_jwk` text NOT NULL,
	`wrapped_key` text NOT NULL,
	`created_at` integer NOT NULL,
	`activates_at` integer NOT NULL,
	`revoked_at` integer
);
