import { read, type Schema, send } from '../../blocks/api'
import { Problem } from '../../blocks/problem'
import type { Loading } from '../../blocks/useLoading'

export type Task = Schema<'review.TaskView'>

/** What an officer may do to a task: each names the digest that he saw. Decided meanwhile by another, the task is loaded anew. */
export function decisionsOn(task: () => Task | undefined, page: Loading<unknown>) {
  async function decide(work: (ids: { submission_id: string }, digest: string) => Promise<unknown>): Promise<unknown> {
    const seen = task()
    if (!seen) throw new Problem(409, 'task.away', '审核事项尚未载入，请稍后再试')
    try {
      return await work({ submission_id: seen.submission_id }, seen.digest)
    } catch (error) {
      if (error instanceof Problem && error.status === 409) void page.load()
      throw error
    }
  }
  return {
    approve: (comment: string, key: string) => decide((ids, digest) => send('post', '/reviews/{submission_id}/approval', { ids, body: { digest, comment }, key })),
    giveBack: (reason: string, key: string) => decide((ids, digest) => send('post', '/reviews/{submission_id}/return', { ids, body: { digest, reason }, key })),
    revoke: (reason: string, key: string) => decide((ids) => send('post', '/reviews/{submission_id}/revocation', { ids, body: { reason }, key })),
  }
}

/** The task with its timeline. */
export async function loadTask(submission_id: string) {
  const [task, events] = await Promise.all([read('/reviews/{submission_id}', { submission_id }), read('/reviews/{submission_id}/timeline', { submission_id })])
  return { task, events }
}
