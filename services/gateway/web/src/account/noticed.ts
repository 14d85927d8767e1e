import type { RouteLocationRaw } from 'vue-router'
import type { Schema } from '../blocks/api'
import type { Me } from '../blocks/session'

type Notice = Schema<'inbox.NoticeView'>
const REVIEWS: Readonly<Record<string, string>> = { 'plan-reviews': 'plan-review', 'abnormal-reviews': 'abnormal-review' }

/** Where a notice leads: an officer to the review or to the enterprise's file, an enterprise to its own screen; null for nowhere. */
export function leadsTo(notice: Notice, realm: Me['realm']): RouteLocationRaw | null {
  if (notice.screen === 'account') return { name: 'account' }
  if (realm === 'epb') {
    const review = REVIEWS[notice.screen]
    if (review) return { name: review, params: { submission_id: notice.subject } }
    return notice.discharger_id ? { name: 'epb-discharger', params: { discharger_id: notice.discharger_id, tab: notice.screen } } : null
  }
  // What is told of a plan is about what was handed in.
  const name = notice.screen === 'plans' ? 'plan-import' : notice.screen
  return notice.discharger_id ? { name, params: { discharger_id: notice.discharger_id } } : null
}
