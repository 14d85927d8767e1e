/** What officers read for codes of the enterprises' records and of review tasks. */
import type { Word } from '../enterprise/results/words'

export const PERMIT_CHECKS: Readonly<Record<string, Word>> = {
  open: { text: '未核对', kind: 'open' },
  confirmed: { text: '已确认', kind: 'done' },
  'wrong-enterprise': { text: '反馈不是本企业', kind: 'wrong' },
}
export const PERMIT_STATES: Readonly<Record<string, Word>> = {
  none: { text: '尚未下发', kind: 'off' },
  valid: { text: '有效', kind: 'done' },
  ended: { text: '已注销、撤销或吊销', kind: 'wrong' },
}
export const TASK_STATES: Readonly<Record<string, Word>> = {
  open: { text: '待审核', kind: 'open' },
  approved: { text: '审核通过', kind: 'done' },
  returned: { text: '已退回', kind: 'wrong' },
  withdrawn: { text: '企业已撤回', kind: 'off' },
  revoked: { text: '已撤销', kind: 'wrong' },
}
export const POINT_KINDS: Readonly<Record<string, string>> = {
  'organised-exhaust': '有组织废气',
  'wastewater-outlet': '废水总排口',
  'workshop-outlet': '车间排口',
  inflow: '进水',
  rainwater: '雨水',
  'fugitive-boundary': '厂界无组织',
  'fugitive-site': '厂区内无组织',
  'boundary-noise': '厂界噪声',
  surroundings: '周边环境',
}
