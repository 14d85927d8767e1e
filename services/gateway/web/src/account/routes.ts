import type { RouteRecordRaw } from 'vue-router'

/** What everybody has, of whatever realm. */
export const accountRoutes: RouteRecordRaw[] = [
  { path: '/inbox', name: 'inbox', component: () => import('./InboxScreen.vue'), meta: { title: '消息' } },
  { path: '/account', name: 'account', component: () => import('./AccountScreen.vue'), meta: { title: '我的账号' } },
]
