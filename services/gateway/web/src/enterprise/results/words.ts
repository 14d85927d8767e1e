/** What people read for codes of results, registrations and uploads. A code that is not known stands for itself. */

export interface Word {
  text: string
  kind: 'done' | 'open' | 'waiting' | 'wrong' | 'off'
}
type Words = Readonly<Record<string, Word>>
type Texts = Readonly<Record<string, string>>

export function wordOf(words: Words, code: string | null | undefined): Word {
  return words[code ?? ''] ?? { text: code || '—', kind: 'off' }
}

export function textOf(texts: Texts, code: string | null | undefined): string {
  return texts[code ?? ''] ?? (code || '—')
}

/** 超标, with how far over the limit where that is known. */
export function exceedance(multiple: string | null): string {
  return multiple ? `超标 ${multiple} 倍` : '超标'
}

export const METHODS: Texts = { manual: '手动监测', automatic: '自动监测' }
export const PERIOD_KINDS: Texts = { hour: '自动（小时值）', day: '自动（日均值）', manual: '手工' }
export const SOURCES: Texts = { logger: '数采仪上传', 're-sent': '数采仪补传', supplement: '人工补录', entered: '人工录入', manual: '手工监测' }

/** HJ 212, table 8: what the mark of a value says of the instrument. */
export const FLAGS: Texts = { N: '正常', F: '停运', M: '维护', S: '手工输入设定值', D: '故障', C: '校准', T: '超测量上限', B: '与数采仪通讯异常' }

export const ABNORMAL_KINDS: Texts = { stopped: '停产未监测', 'not-public': '正常监测未公开', 'device-fault': '设备故障', other: '其他' }

export const REGISTRATION_STATES: Words = {
  submitted: { text: '待审核', kind: 'waiting' },
  returned: { text: '被退回', kind: 'wrong' },
  withdrawn: { text: '已撤回', kind: 'off' },
  'in-force': { text: '已生效', kind: 'done' },
  ended: { text: '已结束', kind: 'off' },
  revoked: { text: '审核通过已撤销', kind: 'wrong' },
}

export const UPLOAD_KINDS: Texts = { plan: '监测方案', results: '监测数据', abnormal: '不正常运行登记', 'annual-report': '年度报告' }
export const UPLOAD_STATES: Words = {
  waiting: { text: '等待回执', kind: 'waiting' },
  acknowledged: { text: '已收到回执', kind: 'done' },
  refused: { text: '国家平台退回', kind: 'wrong' },
}
