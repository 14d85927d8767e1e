/** What people read for the states of a plan and for the verdicts of the coverage check (P4). */
import type { Word } from '../results/words'

export const PLAN_STATES: Readonly<Record<string, Word>> = {
  draft: { text: '草稿', kind: 'off' },
  rendering: { text: '正在生成', kind: 'waiting' },
  exported: { text: '已导出，待盖章导入', kind: 'open' },
  checking: { text: '正在检查盖章件', kind: 'waiting' },
  submitted: { text: '已提交，待审核', kind: 'waiting' },
  withdrawn: { text: '已撤回', kind: 'off' },
  returned: { text: '被退回', kind: 'wrong' },
  'in-force': { text: '已生效', kind: 'done' },
  superseded: { text: '已被新版代替', kind: 'off' },
  failed: { text: '未成功', kind: 'wrong' },
  cancelled: { text: '已取消', kind: 'off' },
}

export const VERDICTS: Readonly<Record<string, Word>> = {
  covered: { text: '符合', kind: 'done' },
  stricter: { text: '严于许可证', kind: 'done' },
  weaker: { text: '弱于许可证', kind: 'wrong' },
  missing: { text: '未覆盖', kind: 'wrong' },
  unclear: { text: '需人工核对', kind: 'open' },
}
