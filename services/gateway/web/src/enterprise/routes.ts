import type { RouteRecordRaw } from 'vue-router'

/** A screen of one discharger: its name is the menu's and the workbench's, its address ends with it. */
function screen(name: string, title: string, crumbs: string[], component: RouteRecordRaw['component']): RouteRecordRaw {
  const record = { path: `/dischargers/:discharger_id/${name}`, name, component, props: true, meta: { title, crumbs, realm: 'enterprise' as const } }
  return record as RouteRecordRaw
}

export const enterpriseRoutes: RouteRecordRaw[] = [
  screen('workbench', '工作台', [], () => import('./WorkbenchScreen.vue')),
  screen('permit-check', '核对许可信息', [], () => import('./permit/PermitCheckScreen.vue')),
  screen('profile', '企业信息', ['基础信息'], () => import('./ProfileScreen.vue')),
  screen('overview', '自测概况', ['监测方案'], () => import('./plan/OverviewScreen.vue')),
  screen('plans', '方案导出', ['监测方案'], () => import('./plan/PlanExportScreen.vue')),
  screen('plan-import', '方案导入', ['监测方案'], () => import('./plan/PlanImportScreen.vue')),
  screen('hourly-entry', '数据录入', ['监测结果', '自动监测'], () => import('./results/HourlyEntryScreen.vue')),
  screen('manual-entry', '数据录入', ['监测结果', '手工监测'], () => import('./results/ManualEntryScreen.vue')),
  screen('results', '结果查询', ['监测结果'], () => import('./results/ResultsScreen.vue')),
  screen('registrations', '未监测原因', ['台账信息'], () => import('./registers/RegistrationsScreen.vue')),
  screen('ledger', '运行台账', ['台账信息'], () => import('./registers/LedgerScreen.vue')),
  screen('uploads', '上报情况', [], () => import('./registers/UploadsScreen.vue')),
]
