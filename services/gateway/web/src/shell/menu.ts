import type { Router } from 'vue-router'

export interface Entry {
  label: string
  /** For screen readers, where the label alone stands twice. */
  spoken?: string
  /** The route's name; an entry without a page yet is left out. */
  to?: string
  children?: Entry[]
}

/** The menus with the user manual's own names. */
export const ENTERPRISE: Entry[] = [
  { label: '工作台', to: 'workbench' },
  { label: '核对许可信息', to: 'permit-check' },
  {
    label: '基础信息',
    children: [
      { label: '企业信息', to: 'profile' },
      { label: '监测点信息', to: 'points' },
      { label: '数采仪', to: 'loggers' },
      { label: '监测示意图', to: 'diagram' },
    ],
  },
  {
    label: '匹配许可信息',
    children: [
      { label: '匹配监测点', to: 'matching' },
      { label: '核对监测项目', to: 'item-check' },
    ],
  },
  {
    label: '监测方案',
    children: [
      { label: '自测概况', to: 'overview' },
      { label: '方案导出', to: 'plans' },
      { label: '方案导入', to: 'plan-import' },
    ],
  },
  {
    label: '监测结果',
    children: [
      { label: '自动监测', children: [{ label: '数据录入', spoken: '自动监测数据录入', to: 'hourly-entry' }] },
      { label: '手工监测', children: [{ label: '数据录入', spoken: '手工监测数据录入', to: 'manual-entry' }] },
      { label: '结果查询', to: 'results' },
    ],
  },
  {
    label: '台账信息',
    children: [
      { label: '未监测原因', to: 'registrations' },
      { label: '运行台账', to: 'ledger' },
    ],
  },
  { label: '上报情况', to: 'uploads' },
]

export const EPB: Entry[] = [
  { label: '工作台', to: 'epb-workbench' },
  { label: '基础信息', children: [{ label: '企业信息管理', to: 'epb-dischargers' }] },
  { label: '数据审核', children: [{ label: '导入方案确认', to: 'plan-reviews' }] },
  { label: '台账信息', children: [{ label: '不监测登记', to: 'abnormal-reviews' }] },
]

export const OPERATOR: Entry[] = [{ label: '安全审计', children: [{ label: '操作日志', to: 'audit' }] }]

/** The menu's entries that have a page. */
export function withPages(entries: Entry[], router: Router): Entry[] {
  return entries.flatMap((entry) => {
    if (!entry.children) return entry.to && router.hasRoute(entry.to) ? [entry] : []
    const children = withPages(entry.children, router)
    return children.length ? [{ ...entry, children }] : []
  })
}
