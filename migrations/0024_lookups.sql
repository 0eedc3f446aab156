CREATE INDEX `portcullis_secrets_by_hint` ON `portcullis_secrets` (`hint`) WHERE kind = 'secret';--> statement-breakpoint
CREATE INDEX `portcullis_keys_by_kid` ON `portcullis_secrets` (material ->> 'kid') WHERE kind = 'public_key';--> statement-breakpoint
CREATE INDEX `portcullis_credentials_by_thumbprint` ON `portcullis_secrets` (material ->> 'thumbprint') WHERE kind IN ('public_key', 'certificate');--> statement-breakpoint
CREATE INDEX `portcullis_audit_events_of_incidents` ON `portcullis_audit_events` (`target_id`,`seq`) WHERE target_type = 'incident';