import type { RouteRecordRaw } from 'vue-router'

const realm = 'epb' as const
const BASIC = ['基础信息']
const REVIEW = ['数据审核']
const LEDGERS = ['台账信息']

export const epbRoutes: RouteRecordRaw[] = [
  { path: '/workbench', name: 'epb-workbench', component: () => import('./WorkbenchScreen.vue'), meta: { title: '工作台', realm } },
  { path: '/enterprises', name: 'epb-dischargers', component: () => import('./DischargersScreen.vue'), meta: { title: '企业信息管理', crumbs: BASIC, realm } },
  {
    path: '/enterprises/:discharger_id/:tab?', name: 'epb-discharger', component: () => import('./DischargerScreen.vue'), props: true,
    meta: { title: '企业信息', crumbs: [...BASIC, '企业信息管理'], menu: 'epb-dischargers', realm },
  },
  { path: '/plan-reviews', name: 'plan-reviews', component: () => import('./review/PlanReviewsScreen.vue'), meta: { title: '导入方案确认', crumbs: REVIEW, realm } },
  {
    path: '/plan-reviews/:submission_id', name: 'plan-review', component: () => import('./review/PlanReviewScreen.vue'), props: true,
    meta: { title: '方案审核', crumbs: [...REVIEW, '导入方案确认'], menu: 'plan-reviews', realm },
  },
  { path: '/abnormal-reviews', name: 'abnormal-reviews', component: () => import('./review/AbnormalReviewsScreen.vue'), meta: { title: '不监测登记', crumbs: LEDGERS, realm } },
  {
    path: '/abnormal-reviews/:submission_id', name: 'abnormal-review', component: () => import('./review/AbnormalReviewScreen.vue'), props: true,
    meta: { title: '不监测登记审核', crumbs: [...LEDGERS, '不监测登记'], menu: 'abnormal-reviews', realm },
  },
]
