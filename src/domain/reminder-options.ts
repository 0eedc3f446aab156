import { readReminderDays, readReminderRecipients } from './reminder-days.ts'
import { readUnusedDays } from './unused-secret.ts'

/** The variables of the environment by which reminders are set. */
export type ReminderVariables = {
  REMINDER_DAYS?: string
  REMINDER_RECIPIENTS?: string
  UNUSED_SECRET_DAYS?: string
}

/** The people who are reminded, and when; `unusedSecretDays` is null where no secret is ended for want of use. */
export type ReminderSettings = {
  reminderDays: number[]
  reminderRecipients: string[]
  unusedSecretDays: number | null
}

type Given = {
  reminderDays?: number | readonly number[] | undefined
  reminderRecipients?: string | undefined
  unusedSecretDays?: number | undefined
}

/** @throws WrongSetting */
export function readReminderOptions(given: Given): ReminderSettings {
  return {
    reminderDays: readReminderDays('reminderDays', given.reminderDays),
    reminderRecipients: readReminderRecipients(given.reminderRecipients),
    unusedSecretDays: readUnusedDays('unusedSecretDays', given.unusedSecretDays),
  }
}
