/** What people read for codes of permits, points and items. A code that is not known stands for itself. */
import type { Word } from '../results/words'

type Texts = Readonly<Record<string, string>>

export const CATEGORIES: Texts = {
  exhaust: '废气', wastewater: '废水', rainwater: '雨水', fugitive: '无组织废气', noise: '噪声', surroundings: '周边环境', other: '其他',
}
export const POINT_KINDS: Texts = {
  'organised-exhaust': '有组织废气',
  'wastewater-outlet': '废水总排口',
  'workshop-outlet': '车间排放口',
  inflow: '进水口',
  rainwater: '雨水排放口',
  'fugitive-boundary': '无组织废气（厂界）',
  'fugitive-site': '无组织废气（厂内）',
  'boundary-noise': '厂界噪声',
  surroundings: '周边环境',
}
/** The permit's own words for how something is monitored. */
export const FACILITIES: Texts = { manual: '手工', automatic: '自动' }
export const FIELDS: Texts = { method: '监测方式', frequency: '监测频次', upper: '标准上限', lower: '标准下限' }
export const COMPARISONS: Readonly<Record<string, Word>> = {
  equal: { text: '一致', kind: 'done' },
  stricter: { text: '严于许可证', kind: 'open' },
  weaker: { text: '低于许可证', kind: 'wrong' },
  unknown: { text: '无法比较，请核对', kind: 'waiting' },
}
export const CHANGES: Readonly<Record<string, Word>> = {
  added: { text: '新增', kind: 'open' },
  removed: { text: '删除', kind: 'wrong' },
  changed: { text: '变更', kind: 'waiting' },
}
