import { type Finding, findingSentence, isTime, labelOfCheck } from '../../domain/token-finding.ts'
import type { Seconds } from '../../domain/time.ts'
import { minuteInUtc, relativeTime } from '../kit/words.ts'

export function findingInWords(finding: Finding, now: Seconds): [string, string] {
  const sentence = findingSentence(finding, (at) => momentInWords(at, now))
  return [labelOfCheck(finding.check), sentence]
}

export function momentInWords(at: Seconds, now: Seconds): string {
  return isTime(at) ? `${relativeTime(at, now)} (${minuteInUtc(at)})` : `at ${at}`
}
