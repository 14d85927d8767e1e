import type { RouteRecordRaw } from 'vue-router'

/** A screen of one discharger: its name is the menu's and the workbench's, its address ends with it. */
function screen(name: string, title: string, crumbs: string[], component: RouteRecordRaw['component'], menu?: string): RouteRecordRaw {
  const record = { path: `/dischargers/:discharger_id/${name}`, name, component, props: true, meta: { title, crumbs, menu, realm: 'enterprise' as const } }
  return record as RouteRecordRaw
}

export const enterpriseRoutes: RouteRecordRaw[] = [
  screen('workbench', '工作台', [], () => import('./WorkbenchScreen.vue')),
  screen('permit-check', '核对许可信息', [], () => import('./permit/PermitCheckScreen.vue')),
  screen('profile', '企业信息', ['基础信息'], () => import('./ProfileScreen.vue')),
  screen('points', '监测点信息', ['基础信息'], () => import('./points/PointsScreen.vue')),
  screen('take-over', '按许可证新增', ['基础信息', '监测点信息'], () => import('./points/TakeOverScreen.vue'), 'points'),
  screen('loggers', '数采仪', ['基础信息'], () => import('./points/LoggersScreen.vue')),
  screen('diagram', '监测示意图', ['基础信息'], () => import('./diagram/DiagramScreen.vue')),
  screen('matching', '匹配监测点', ['匹配许可信息'], () => import('./matching/MatchingScreen.vue')),
  screen('item-check', '核对监测项目', ['匹配许可信息'], () => import('./matching/ItemCheckScreen.vue')),
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
