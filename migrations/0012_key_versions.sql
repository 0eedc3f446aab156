CREATE TABLE `portcullis_seal_versions` (
	`version` text PRIMARY KEY NOT NULL,
	`first_seq` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `portcullis_secrets_by_pepper` ON `portcullis_secrets` (`pepper_version`,CASE WHEN retires_at IS NULL THEN expires_at ELSE retires_at END);
--> statement-breakpoint
-- Events are never taken away, so that once is enough for each version.
INSERT INTO portcullis_seal_versions (version, first_seq)
SELECT substr(seal, 1, instr(seal, '.') - 1), min(seq) FROM portcullis_audit_events GROUP BY 1;
--> statement-breakpoint
CREATE TRIGGER portcullis_seal_versions_insert AFTER INSERT ON portcullis_audit_events
WHEN NOT EXISTS (SELECT 1 FROM portcullis_seal_versions
  WHERE version = substr(new.seal, 1, instr(new.seal, '.') - 1)) BEGIN
  INSERT INTO portcullis_seal_versions (version, first_seq)
  VALUES (substr(new.seal, 1, instr(new.seal, '.') - 1), new.seq);
END;
