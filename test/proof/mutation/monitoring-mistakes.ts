import type { Mistake } from './mistakes.ts'

/** Mistakes of the lines of refused requests, of metrics, and of what health tells. */
export const MONITORING_MISTAKES: Mistake[] = [
  {
    name: 'a line names what was sent as a client id, whatever it is',
    file: 'src/domain/request-facts.ts',
    find: 'return isLikeClientId(sent) ? sent : undefined',
    replace: 'return isLikeClientId(sent) ? sent : sent || undefined',
    noticedBy: 'test/http/refusal-lines.test.ts',
  },
  {
    name: 'a line has the path of the request in the place of its route',
    file: 'src/web/prepare.ts',
    find: 'const [{ method }, path] = [c.req, routePath(c)]',
    replace: 'const [{ method }, path] = [c.req, routePath(c) && c.req.path]',
    noticedBy: 'test/http/metrics.test.ts',
  },
  {
    name: 'a refusal of the admin API leaves no line',
    file: 'src/http/admin/shared/problems.ts',
    find: '  c.var.tell(status, refusal)\n',
    replace: '',
    noticedBy: 'test/http/every-refusal.test.ts',
  },
  {
    name: 'a refusal of an OAuth endpoint leaves no line',
    file: 'src/http/oauth/endpoint.ts',
    find: 'request.tell(name, answer.status, error as Error)',
    replace: 'request.tell(name, answer.status)',
    noticedBy: 'test/http/every-refusal.test.ts',
  },
  {
    name: 'a sign-in that failed leaves no line',
    file: 'src/console/sign-in/sign-in-page.tsx',
    find: '  if (problem) deps.learn({ refused: problem.cause })\n',
    replace: '',
    noticedBy: 'test/console/sign-in-lines.test.ts',
  },
  {
    name: 'a flood of strangers is a flood of lines',
    file: 'src/web/refusal-log.ts',
    find: 'strangers.count >= STRANGERS_LINES_MAX',
    replace: 'strangers.count >= STRANGERS_LINES_MAX * 1000',
    noticedBy: 'test/http/refusal-lines.test.ts',
  },
  {
    name: 'a flood of strangers hides a client that proved who it is',
    file: 'src/web/refusal-log.ts',
    find: 'const isCrowd = !refused.isProven && ',
    replace: 'const isCrowd = ',
    noticedBy: 'test/http/refusal-lines.test.ts',
  },
  {
    name: 'a suspended client counts as a stranger',
    file: 'src/actions/auth/authenticate-client.ts',
    find: '  deps.learn({ clientId: credential.clientId, isProven: true })\n  refuseSuspended(credential)\n',
    replace:
      '  refuseSuspended(credential)\n  deps.learn({ clientId: credential.clientId, isProven: true })\n',
    noticedBy: 'test/http/refusal-lines.test.ts',
  },
  {
    name: 'a dataset that throws fails the request',
    file: 'src/storage/upkeep/metrics.ts',
    find: '      } catch (error) {\n        failed()\n',
    replace: '      } catch (error) {\n        failed()\n        throw error\n',
    noticedBy: 'test/http/metrics.test.ts',
  },
  {
    name: 'a dataset that rejects later is told by nobody',
    file: 'src/storage/upkeep/metrics.ts',
    find: 'written.catch(failed)',
    replace: 'void written',
    noticedBy: 'test/http/metrics.test.ts',
  },
  {
    name: 'each data point that is not taken is a line',
    file: 'src/storage/upkeep/metrics.ts',
    find: '    isTold = true\n',
    replace: '',
    noticedBy: 'test/http/metrics.test.ts',
  },
  {
    name: 'a change is measured though another came first',
    file: 'src/storage/ledger/measured-ledger.ts',
    find: '      if (!isCommitted) return false\n',
    replace: '',
    noticedBy: 'test/storage/ledger/measured-ledger.test.ts',
  },
  {
    name: 'a problem begins anew with each run of the cron',
    file: 'src/actions/health/log-problems.ts',
    find: 'problems.map(({ name }) => [name, before[name] ?? now])',
    replace: 'problems.map(({ name }) => [name, before && now])',
    noticedBy: 'test/http/health.test.ts',
  },
  {
    name: 'guesses of the bootstrap token take the room of known callers',
    file: 'src/domain/token-counts.ts',
    find: "new Set<Outcome>(['wrong_secret', 'too_many_requests', GUESSED])",
    replace: "new Set<Outcome>(['wrong_secret', 'too_many_requests'])",
    noticedBy: 'test/domain/token-counts.test.ts',
  },
]
