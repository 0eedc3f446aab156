/**
 * The required outcome of each operation when one call to a binding goes wrong: for each of its call
 * sites, in order, and each way to fail. A site is a binding, `write` if D1 is changed, and the
 * question; with a number if the same is asked again. A `-` marks a pair that does not exist: a read
 * whose answer is lost did not answer, and only KV is ever stale.
 *
 * - `new`: all of the change is there, with its event; `old`: none of it. If the answer is not a 2xx,
 *   it is asked again too, and must then be `new`, once.
 * - 500: workerd's own answer when a request waits for something that can never come.
 * - `lost, then down`: the answer of the commit is lost, and D1 is out of reach from then on.
 * - `stale`: KV shows nothing of what was written.
 */
export const MATRIX = `
## POST /oauth/token
| site             | throws       | hangs        | slow        |
| d1: credential   | 503 no token | 503 no token | 200 a token |
| d1: signing keys | 503 no token | 503 no token | -           |
| key: unwrap      | 200 a token  | 500 no token | 200 a token |
| d1: note use     | 200 a token  | 200 a token  | -           |
| d1: note token   | 200 a token  | 200 a token  | -           |
| d1: token counts | 200 a token  | 200 a token  | -           |
| d1: all          | 503 no token | 503 no token | -           |

## POST /oauth/token, of a suspended client
| site             | throws       | hangs        | slow         |
| d1: credential   | 503 no token | 503 no token | 401 no token |
| d1: token counts | 401 no token | 401 no token | -            |
| d1: all          | 503 no token | 503 no token | -            |

## POST /oauth/introspect, by Basic
| site                     | throws        | hangs         | slow       |
| d1: credential and token | 503 no answer | 503 no answer | 200 active |
| key: unwrap              | 503 no answer | 500 no answer | 200 active |
| d1: note use             | 200 active    | 200 active    | -          |
| d1: all                  | 503 no answer | 503 no answer | -          |

## POST /oauth/introspect, of a token of a suspended client
| site                     | throws        | hangs         | slow         |
| d1: credential and token | 503 no answer | 503 no answer | 200 inactive |
| d1: note use             | 200 inactive  | 200 inactive  | -            |
| d1: all                  | 503 no answer | 503 no answer | -            |

## POST /oauth/introspect, by Bearer
| site                     | throws        | hangs         | slow       |
| d1: credential and token | 503 no answer | 503 no answer | 200 active |
| key: unwrap              | 503 no answer | 500 no answer | 200 active |
| d1: all                  | 503 no answer | 503 no answer | -          |

## POST /oauth/introspect, by Bearer, of a token of a suspended client
| site                     | throws        | hangs         | slow         |
| d1: credential and token | 503 no answer | 503 no answer | 200 inactive |
| key: unwrap              | 503 no answer | 500 no answer | 200 inactive |
| d1: all                  | 503 no answer | 503 no answer | -            |

## GET /.well-known/jwks.json
| site             | throws      | hangs       |
| d1: signing keys | 503 no keys | 503 no keys |
| key: unwrap      | 503 no keys | 500 no keys |
| key: unwrap 2    | 503 no keys | 500 no keys |
| d1: all          | 503 no keys | 503 no keys |

## GET /health
| site               | throws                   | hangs           | slow   | stale  |
| d1: schema         | 503 failing: d1          | 503 failing: d1 | -      | -      |
| d1: key checks     | 503 failing: d1          | 503 failing: d1 | -      | -      |
| kv: probe          | 503 failing: kv          | 503 failing: kv | 200 ok | 200 ok |
| d1: signing keys   | 503 failing: d1          | 503 failing: d1 | -      | -      |
| key: unwrap        | 503 failing: signing_key | 500 no answer   | 200 ok | -      |
| key: unwrap 2      | 503 failing: signing_key | 500 no answer   | 200 ok | -      |
| d1: signing keys 2 | 503 failing: d1          | 503 failing: d1 | -      | -      |
| key: unwrap 3      | 503 failing: signing_key | 500 no answer   | 200 ok | -      |
| d1: job states         | 503 failing: d1          | 503 failing: d1 | -      | -      |
| d1: backlog        | 503 failing: d1          | 503 failing: d1 | -      | -      |
| d1: signing keys 3 | 503 failing: d1          | 503 failing: d1 | -      | -      |
| d1: all            | 503 failing: d1          | 503 failing: d1 | -      | -      |
| kv: all            | 503 failing: kv          | 503 failing: kv | -      | 200 ok |

## GET /admin/v1/clients/{id}, with a token
| site                     | throws      | hangs       | slow      |
| d1: credential and token | 503 refused | 503 refused | 200 shown |
| key: unwrap              | 503 refused | 500 refused | 200 shown |
| d1: client               | 503 refused | 503 refused | 200 shown |
| d1: all                  | 503 refused | 503 refused | -         |

## GET /admin/v1/clients/{id}, with a token of a suspended client
| site                     | throws      | hangs       | slow        |
| d1: credential and token | 503 refused | 503 refused | 401 refused |
| d1: all                  | 503 refused | 503 refused | -           |

## the cron
| site                            | throws                       | throws after commit          | hangs                        | stale  | lost, then down |
| d1: job states                      | 500 failed: d1               | -                            | 500 failed: d1               | -      | -               |
| kv: get anchor                  | 500 failed: anchor           | -                            | 500 failed: anchor           | 200 ok | -               |
| d1: head                        | 500 failed: anchor           | -                            | 500 failed: anchor           | -      | -               |
| d1: seals                       | 500 failed: anchor           | -                            | 500 failed: anchor           | -      | -               |
| kv: put anchor                  | 500 failed: anchor           | 500 failed: anchor           | 500 failed: anchor           | -      | -               |
| kv: put anchor of the day       | 500 failed: anchor           | 500 failed: anchor           | 500 failed: anchor           | -      | -               |
| kv: list entries                | 500 failed: hold             | -                            | 500 failed: hold             | 200 ok | -               |
| d1: entries ahead               | 500 failed: hold             | -                            | 500 failed: hold             | -      | -               |
| d1 write: claim entry           | 500 failed: denylist         | 500 failed: denylist         | 500 failed: denylist         | -      | -               |
| kv: get entry                   | 200 ok                       | -                            | 200 ok                       | 200 ok | -               |
| kv: put entry                   | 200 ok                       | 200 ok                       | 200 ok                       | -      | -               |
| d1 write: settle entry          | 500 failed: denylist         | 500 failed: denylist         | 500 failed: denylist         | -      | -               |
| d1: never configured            | 500 failed: administrators   | -                            | 500 failed: administrators   | -      | -               |
| d1: signing keys                | 500 failed: signing_keys     | -                            | 500 failed: signing_keys     | -      | -               |
| key: unwrap                     | 500 failed: signing_keys     | -                            | -                            | -      | -               |
| key: unwrap 2                   | 500 failed: signing_keys     | -                            | -                            | -      | -               |
| key: unwrap 3                   | 500 failed: signing_keys     | -                            | -                            | -      | -               |
| d1: clients not filed           | 500 failed: search           | -                            | 500 failed: search           | -      | -               |
| d1 write: plan reminders        | 500 failed: reminders        | 500 failed: reminders        | 500 failed: reminders        | -      | -               |
| d1: reminder recipients         | 500 failed: reminders        | -                            | 500 failed: reminders        | -      | -               |
| d1 write: claim reminders       | 500 failed: reminders        | 500 failed: reminders        | 500 failed: reminders        | -      | -               |
| d1 write: hand over reminders   | 500 failed: reminders        | 500 failed: reminders        | 500 failed: reminders        | -      | -               |
| mail: send                      | 200 ok                       | 200 ok                       | 200 ok                       | -      | -               |
| d1: head 2                      | 200 ok                       | -                            | 200 ok                       | -      | -               |
| d1 write: commit                | 200 ok                       | 200 ok                       | 200 ok                       | -      | 500 failed: d1  |
| d1 write: settle lists          | 500 failed: lists            | 500 failed: lists            | 500 failed: lists            | -      | -               |
| d1 write: forget revoked tokens | 500 failed: revoked_tokens   | 500 failed: revoked_tokens   | 500 failed: revoked_tokens   | -      | -               |
| d1 write: forget reminders      | 500 failed: old_reminders    | 500 failed: old_reminders    | 500 failed: old_reminders    | -      | -               |
| d1 write: forget token counts   | 500 failed: old_token_counts | 500 failed: old_token_counts | 500 failed: old_token_counts | -      | -               |
| d1 write: forget idempotency    | 500 failed: old_idempotency  | 500 failed: old_idempotency  | 500 failed: old_idempotency  | -      | -               |
| d1: key versions                | 500 failed: keys             | -                            | 500 failed: keys             | -      | -               |
| d1: denylist states             | 500 failed: reconciliation   | -                            | 500 failed: reconciliation   | -      | -               |
| kv: get entry 2                 | 500 failed: reconciliation   | -                            | 500 failed: reconciliation   | 200 ok | -               |
| kv: list anchors                | 500 failed: verification     | -                            | 500 failed: verification     | 200 ok | -               |
| d1: head 3                      | 500 failed: verification     | -                            | 500 failed: verification     | -      | -               |
| d1: seals 2                     | 500 failed: verification     | -                            | 500 failed: verification     | -      | -               |
| d1: head 4                      | 500 failed: verification     | -                            | 500 failed: verification     | -      | -               |
| d1: events                      | 500 failed: verification     | -                            | 500 failed: verification     | -      | -               |
| d1 write: forget used assertions | 500 failed: used_assertions | 500 failed: used_assertions | 500 failed: used_assertions | -      | -               |
| d1: backlog                     | 200 ok                       | -                            | 200 ok                       | -      | -               |
| d1 write: note job states           | 500 failed: d1               | 500 failed: d1               | 500 failed: d1               | -      | -               |
| d1: all                         | 500 failed: d1               | -                            | -                            | -      | -               |

## suspend
| site                       | throws  | throws after commit | hangs   | hangs after commit | slow    | stale   | lost, then down |
| d1: head                   | 503 old | -                   | 503 old | -                  | -       | -       | -               |
| d1: client                 | 503 old | -                   | 503 old | -                  | 200 new | -       | -               |
| d1 write: commit           | 503 old | 200 new             | 503 old | 200 new            | 200 new | -       | 503 new         |
| d1 write: claim entry      | 200 new | 200 new             | 200 new | -                  | -       | -       | -               |
| kv: get entry              | 200 new | -                   | 200 new | -                  | -       | 200 new | -               |
| kv: put entry              | 200 new | 200 new             | 200 new | 200 new            | 200 new | -       | -               |
| d1 write: settle entry     | 200 new | 200 new             | 200 new | -                  | -       | -       | -               |
| kv: get anchor             | 200 new | -                   | 200 new | -                  | -       | 200 new | -               |
| d1: head 2                 | 200 new | -                   | 200 new | -                  | -       | -       | -               |
| d1: seals                  | 200 new | -                   | 200 new | -                  | -       | -       | -               |
| kv: put anchor of a change | 200 new | 200 new             | 200 new | -                  | -       | -       | -               |
| d1 write: claim entry 2    | 200 new | 200 new             | 200 new | -                  | -       | -       | -               |
| d1: all                    | 503 old | -                   | 503 old | -                  | -       | -       | -               |
| kv: all                    | 200 new | -                   | 200 new | -                  | -       | 200 new | -               |

## suspend, by a machine
| site                       | throws  | throws after commit | hangs   | hangs after commit | slow    | stale   | lost, then down |
| d1: credential and token   | 503 old | -                   | 503 old | -                  | 200 new | -       | -               |
| key: unwrap                | 503 old | -                   | 500 old | -                  | 200 new | -       | -               |
| d1: head                   | 503 old | -                   | 503 old | -                  | -       | -       | -               |
| d1: credential and token 2 | 503 old | -                   | 503 old | -                  | 200 new | -       | -               |
| d1: client                 | 503 old | -                   | 503 old | -                  | 200 new | -       | -               |
| d1 write: commit           | 503 old | 200 new             | 503 old | 200 new            | 200 new | -       | 503 new         |
| d1 write: claim entry      | 200 new | 200 new             | 200 new | -                  | -       | -       | -               |
| kv: get entry              | 200 new | -                   | 200 new | -                  | -       | 200 new | -               |
| kv: put entry              | 200 new | 200 new             | 200 new | 200 new            | 200 new | -       | -               |
| d1 write: settle entry     | 200 new | 200 new             | 200 new | -                  | -       | -       | -               |
| kv: get anchor             | 200 new | -                   | 200 new | -                  | -       | 200 new | -               |
| d1: head 2                 | 200 new | -                   | 200 new | -                  | -       | -       | -               |
| d1: seals                  | 200 new | -                   | 200 new | -                  | -       | -       | -               |
| kv: put anchor of a change | 200 new | 200 new             | 200 new | -                  | -       | -       | -               |
| d1 write: claim entry 2    | 200 new | 200 new             | 200 new | -                  | -       | -       | -               |
| d1: all                    | 503 old | -                   | 503 old | -                  | -       | -       | -               |
| kv: all                    | 200 new | -                   | 200 new | -                  | -       | 200 new | -               |

## suspend, in the console
| site                       | throws  | throws after commit | hangs   | hangs after commit | slow    | stale   | lost, then down |
| d1: session                | 503 old | -                   | 503 old | -                  | 303 new | -       | -               |
| d1: head                   | 503 old | -                   | 503 old | -                  | -       | -       | -               |
| d1: session 2              | 503 old | -                   | 503 old | -                  | 303 new | -       | -               |
| d1: client                 | 503 old | -                   | 503 old | -                  | 303 new | -       | -               |
| d1 write: commit           | 503 old | 303 new             | 503 old | 303 new            | 303 new | -       | 503 new         |
| d1 write: claim entry      | 303 new | 303 new             | 303 new | -                  | -       | -       | -               |
| kv: get entry              | 303 new | -                   | 303 new | -                  | -       | 303 new | -               |
| kv: put entry              | 303 new | 303 new             | 303 new | 303 new            | 303 new | -       | -               |
| d1 write: settle entry     | 303 new | 303 new             | 303 new | -                  | -       | -       | -               |
| kv: get anchor             | 303 new | -                   | 303 new | -                  | -       | 303 new | -               |
| d1: head 2                 | 303 new | -                   | 303 new | -                  | -       | -       | -               |
| d1: seals                  | 303 new | -                   | 303 new | -                  | -       | -       | -               |
| kv: put anchor of a change | 303 new | 303 new             | 303 new | -                  | -       | -       | -               |
| d1: all                    | 503 old | -                   | 503 old | -                  | -       | -       | -               |
| kv: all                    | 303 new | -                   | 303 new | -                  | -       | 303 new | -               |

## resume
| site                       | throws  | throws after commit | hangs   | hangs after commit | slow    | stale   | lost, then down |
| d1: head                   | 503 old | -                   | 503 old | -                  | -       | -       | -               |
| d1: client                 | 503 old | -                   | 503 old | -                  | 200 new | -       | -               |
| d1 write: commit           | 503 old | 200 new             | 503 old | 200 new            | 200 new | -       | 503 new         |
| d1 write: claim entry      | 200 new | 200 new             | 200 new | -                  | -       | -       | -               |
| kv: get entry              | 200 new | -                   | 200 new | -                  | -       | 200 new | -               |
| kv: put entry              | 200 new | 200 new             | 200 new | 200 new            | 200 new | -       | -               |
| d1 write: settle entry     | 200 new | 200 new             | 200 new | -                  | -       | -       | -               |
| kv: get anchor             | 200 new | -                   | -       | -                  | -       | -       | -               |
| d1: head 2                 | 200 new | -                   | -       | -                  | -       | -       | -               |
| d1: seals                  | 200 new | -                   | -       | -                  | -       | -       | -               |
| kv: put anchor of a change | 200 new | -                   | -       | -                  | -       | -       | -               |
| d1 write: claim entry 2    | 200 new | 200 new             | 200 new | -                  | -       | -       | -               |
| d1: all                    | 503 old | -                   | 503 old | -                  | -       | -       | -               |
| kv: all                    | 200 new | -                   | 200 new | -                  | -       | 200 new | -               |

## delete
| site                       | throws  | throws after commit | hangs   | hangs after commit | slow    | stale   | lost, then down |
| d1: head                   | 503 old | -                   | 503 old | -                  | -       | -       | -               |
| d1: client                 | 503 old | -                   | 503 old | -                  | 204 new | -       | -               |
| d1 write: commit           | 503 old | 204 new             | 503 old | 204 new            | 204 new | -       | 503 new         |
| d1 write: claim entry      | 204 new | 204 new             | 204 new | -                  | -       | -       | -               |
| kv: get entry              | 204 new | -                   | 204 new | -                  | -       | 204 new | -               |
| kv: put entry              | 204 new | 204 new             | 204 new | 204 new            | 204 new | -       | -               |
| d1 write: settle entry     | 204 new | 204 new             | 204 new | -                  | -       | -       | -               |
| kv: get anchor             | 204 new | -                   | -       | -                  | -       | -       | -               |
| d1: head 2                 | 204 new | -                   | -       | -                  | -       | -       | -               |
| d1: seals                  | 204 new | -                   | -       | -                  | -       | -       | -               |
| kv: put anchor of a change | 204 new | -                   | -       | -                  | -       | -       | -               |
| d1 write: claim entry 2    | 204 new | 204 new             | 204 new | -                  | -       | -       | -               |
| d1: all                    | 503 old | -                   | 503 old | -                  | -       | -       | -               |
| kv: all                    | 204 new | -                   | 204 new | -                  | -       | 204 new | -               |

## change access, of issued tokens too
| site                       | throws  | throws after commit | hangs   | hangs after commit | slow    | stale   | lost, then down |
| d1: head                   | 503 old | -                   | 503 old | -                  | -       | -       | -               |
| d1: client                 | 503 old | -                   | 503 old | -                  | 200 new | -       | -               |
| d1: permissions            | 503 old | -                   | 503 old | -                  | -       | -       | -               |
| d1 write: commit           | 503 old | 200 new             | 503 old | 200 new            | 200 new | -       | 503 new         |
| d1 write: claim entry      | 200 new | 200 new             | 200 new | -                  | -       | -       | -               |
| kv: get entry              | 200 new | -                   | 200 new | -                  | -       | 200 new | -               |
| kv: put entry              | 200 new | 200 new             | 200 new | 200 new            | 200 new | -       | -               |
| d1 write: settle entry     | 200 new | 200 new             | 200 new | -                  | -       | -       | -               |
| kv: get anchor             | 200 new | -                   | -       | -                  | -       | -       | -               |
| d1: head 2                 | 200 new | -                   | -       | -                  | -       | -       | -               |
| d1: seals                  | 200 new | -                   | -       | -                  | -       | -       | -               |
| kv: put anchor of a change | 200 new | -                   | -       | -                  | -       | -       | -               |
| d1 write: claim entry 2    | 200 new | 200 new             | 200 new | -                  | -       | -       | -               |
| d1: all                    | 503 old | -                   | 503 old | -                  | -       | -       | -               |
| kv: all                    | 200 new | -                   | 200 new | -                  | -       | 200 new | -               |

## revoke all tokens
| site                       | throws  | throws after commit | hangs   | hangs after commit | slow    | stale   | lost, then down |
| d1: head                   | 503 old | -                   | 503 old | -                  | -       | -       | -               |
| d1: client                 | 503 old | -                   | 503 old | -                  | 200 new | -       | -               |
| d1 write: commit           | 503 old | 200 new             | 503 old | 200 new            | 200 new | -       | 503 new         |
| d1 write: claim entry      | 200 new | 200 new             | 200 new | -                  | -       | -       | -               |
| kv: get entry              | 200 new | -                   | 200 new | -                  | -       | 200 new | -               |
| kv: put entry              | 200 new | 200 new             | 200 new | 200 new            | 200 new | -       | -               |
| d1 write: settle entry     | 200 new | 200 new             | 200 new | -                  | -       | -       | -               |
| kv: get anchor             | 200 new | -                   | -       | -                  | -       | -       | -               |
| d1: head 2                 | 200 new | -                   | -       | -                  | -       | -       | -               |
| d1: seals                  | 200 new | -                   | -       | -                  | -       | -       | -               |
| kv: put anchor of a change | 200 new | -                   | -       | -                  | -       | -       | -               |
| d1 write: claim entry 2    | 200 new | 200 new             | 200 new | -                  | -       | -       | -               |
| d1: all                    | 503 old | -                   | 503 old | -                  | -       | -       | -               |
| kv: all                    | 200 new | -                   | 200 new | -                  | -       | 200 new | -               |

## POST /oauth/revoke
| site                       | throws  | throws after commit | hangs   | hangs after commit | slow    | stale   | lost, then down |
| d1: credential and token   | 503 old | -                   | 503 old | -                  | 200 new | -       | -               |
| key: unwrap                | 503 old | -                   | 500 old | -                  | 200 new | -       | -               |
| d1: head                   | 503 old | -                   | 503 old | -                  | -       | -       | -               |
| d1: client                 | 503 old | -                   | 503 old | -                  | 200 new | -       | -               |
| d1: is revoked             | 503 old | -                   | 503 old | -                  | -       | -       | -               |
| d1: revoked by itself      | 503 old | -                   | 503 old | -                  | -       | -       | -               |
| d1 write: commit           | 503 old | 200 new             | 503 old | 200 new            | 200 new | -       | 503 new         |
| d1 write: claim entry      | 200 new | 200 new             | 200 new | -                  | -       | -       | -               |
| kv: get entry              | 200 new | -                   | 200 new | -                  | -       | 200 new | -               |
| kv: put entry              | 200 new | 200 new             | 200 new | 200 new            | 200 new | -       | -               |
| d1 write: settle entry     | 200 new | 200 new             | 200 new | -                  | -       | -       | -               |
| kv: get anchor             | 200 new | -                   | -       | -                  | -       | -       | -               |
| d1: head 2                 | 200 new | -                   | -       | -                  | -       | -       | -               |
| d1: seals                  | 200 new | -                   | -       | -                  | -       | -       | -               |
| kv: put anchor of a change | 200 new | -                   | -       | -                  | -       | -       | -               |
| d1: all                    | 503 old | -                   | 503 old | -                  | -       | -       | -               |
| kv: all                    | 200 new | -                   | 200 new | -                  | -       | 200 new | -               |

## POST /oauth/rotate
| site                     | throws  | throws after commit | hangs   | hangs after commit | slow    | lost, then down |
| d1: credential and token | 503 old | -                   | 503 old | -                  | 201 new | -               |
| d1: head                 | 503 old | -                   | 503 old | -                  | -       | -               |
| d1: client               | 503 old | -                   | 503 old | -                  | 201 new | -               |
| d1: events of an action  | 503 old | -                   | 503 old | -                  | -       | -               |
| d1 write: commit         | 503 old | 201 new             | 503 old | 201 new            | 201 new | 503 new         |
| d1: all                  | 503 old | -                   | 503 old | -                  | -       | -               |

## create a client
| site                  | throws  | throws after commit | hangs   | hangs after commit | slow    | lost, then down |
| d1: head              | 503 old | -                   | 503 old | -                  | -       | -               |
| d1: permissions       | 503 old | -                   | 503 old | -                  | -       | -               |
| d1 write: commit      | 503 old | 201 new             | 503 old | 201 new            | 201 new | 503 new         |
| d1 write: claim entry | 201 new | 201 new             | 201 new | -                  | -       | -               |
| d1: all               | 503 old | -                   | 503 old | -                  | -       | -               |

## create a client, with a key
| site                   | throws  | throws after commit | hangs   | hangs after commit | slow    | lost, then down |
| d1: head               | 503 old | -                   | 503 old | -                  | -       | -               |
| d1: idempotency record | 503 old | -                   | 503 old | -                  | -       | -               |
| d1: permissions        | 503 old | -                   | 503 old | -                  | -       | -               |
| d1 write: commit       | 503 old | 201 new             | 503 old | 201 new            | 201 new | 503 new         |
| d1 write: claim entry  | 201 new | 201 new             | 201 new | -                  | -       | -               |
| d1: all                | 503 old | -                   | 503 old | -                  | -       | -               |

## create a secret
| site                  | throws  | throws after commit | hangs   | hangs after commit | slow    | lost, then down |
| d1: head              | 503 old | -                   | 503 old | -                  | -       | -               |
| d1: client            | 503 old | -                   | 503 old | -                  | 201 new | -               |
| d1 write: commit      | 503 old | 201 new             | 503 old | 201 new            | 201 new | 503 new         |
| d1 write: claim entry | 201 new | 201 new             | 201 new | -                  | -       | -               |
| d1: all               | 503 old | -                   | 503 old | -                  | -       | -               |

## create a secret, and retire the others
| site                  | throws  | throws after commit | hangs   | hangs after commit | slow    | lost, then down |
| d1: head              | 503 old | -                   | 503 old | -                  | -       | -               |
| d1: client            | 503 old | -                   | 503 old | -                  | 201 new | -               |
| d1 write: commit      | 503 old | 201 new             | 503 old | 201 new            | 201 new | 503 new         |
| d1 write: claim entry | 201 new | 201 new             | 201 new | -                  | -       | -               |
| d1: all               | 503 old | -                   | 503 old | -                  | -       | -               |

## delete a secret
| site                       | throws  | throws after commit | hangs   | hangs after commit | slow    | lost, then down |
| d1: head                   | 503 old | -                   | 503 old | -                  | -       | -               |
| d1: client                 | 503 old | -                   | 503 old | -                  | 204 new | -               |
| d1 write: commit           | 503 old | 204 new             | 503 old | 204 new            | 204 new | 503 new         |
| kv: get anchor             | 204 new | -                   | -       | -                  | -       | -               |
| d1: head 2                 | 204 new | -                   | -       | -                  | -       | -               |
| d1: seals                  | 204 new | -                   | -       | -                  | -       | -               |
| kv: put anchor of a change | 204 new | -                   | -       | -                  | -       | -               |
| d1 write: claim entry      | 204 new | 204 new             | 204 new | -                  | -       | -               |
| d1: all                    | 503 old | -                   | 503 old | -                  | -       | -               |

## create an API
| site                  | throws  | throws after commit | hangs   | hangs after commit | slow    | lost, then down |
| d1: head              | 503 old | -                   | 503 old | -                  | -       | -               |
| d1: API of audience   | 503 old | -                   | 503 old | -                  | -       | -               |
| d1 write: commit      | 503 old | 201 new             | 503 old | 201 new            | 201 new | 503 new         |
| d1 write: claim entry | 201 new | 201 new             | 201 new | -                  | -       | -               |
| d1: all               | 503 old | -                   | 503 old | -                  | -       | -               |

## rotate the signing key
| site                  | throws  | throws after commit | hangs   | hangs after commit | slow    | lost, then down |
| d1: head              | 503 old | -                   | 503 old | -                  | -       | -               |
| d1: signing keys      | 503 old | -                   | 503 old | -                  | -       | -               |
| key: unwrap           | 503 old | -                   | 500 old | -                  | 201 new | -               |
| key: unwrap 2         | 503 old | -                   | -       | -                  | -       | -               |
| key: unwrap 3         | 503 old | -                   | -       | -                  | -       | -               |
| d1 write: commit      | 503 old | 201 new             | 503 old | 201 new            | 201 new | 503 new         |
| d1 write: claim entry | 201 new | 201 new             | 201 new | -                  | -       | -               |
| d1: all               | 503 old | -                   | 503 old | -                  | -       | -               |

## revoke a signing key
| site                       | throws  | throws after commit | hangs   | hangs after commit | slow    | lost, then down |
| d1: head                   | 503 old | -                   | 503 old | -                  | -       | -               |
| d1: signing keys           | 503 old | -                   | 503 old | -                  | -       | -               |
| key: unwrap                | 503 old | -                   | 500 old | -                  | 204 new | -               |
| key: unwrap 2              | 503 old | -                   | -       | -                  | -       | -               |
| key: unwrap 3              | 503 old | -                   | -       | -                  | -       | -               |
| key: unwrap 4              | 503 old | -                   | -       | -                  | -       | -               |
| d1 write: commit           | 503 old | 204 new             | 503 old | 204 new            | 204 new | 503 new         |
| kv: get anchor             | 204 new | -                   | -       | -                  | -       | -               |
| d1: head 2                 | 204 new | -                   | -       | -                  | -       | -               |
| d1: seals                  | 204 new | -                   | -       | -                  | -       | -               |
| kv: put anchor of a change | 204 new | -                   | -       | -                  | -       | -               |
| d1 write: claim entry      | 204 new | 204 new             | 204 new | -                  | -       | -               |
| d1: all                    | 503 old | -                   | 503 old | -                  | -       | -               |

## sign in
| site             | throws  | throws after commit | hangs   | hangs after commit | slow    | lost, then down |
| d1: head         | 503 old | -                   | 503 old | -                  | -       | -               |
| d1 write: commit | 503 old | 303 new             | 503 old | 303 new            | 303 new | 503 new         |
| d1: all          | 503 old | -                   | 503 old | -                  | -       | -               |

## sign out
| site             | throws  | throws after commit | hangs   | hangs after commit | slow    | lost, then down |
| d1: session      | 503 old | -                   | 503 old | -                  | 303 new | -               |
| d1: head         | 503 old | -                   | 503 old | -                  | -       | -               |
| d1: session 2    | 503 old | -                   | 503 old | -                  | 303 new | -               |
| d1 write: commit | 503 old | 303 new             | 503 old | 303 new            | 303 new | 503 new         |
| d1: all          | 503 old | -                   | 503 old | -                  | -       | -               |
`
