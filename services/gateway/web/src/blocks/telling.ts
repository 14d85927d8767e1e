import { ElMessage } from 'element-plus/es/components/message/index.mjs'
import 'element-plus/es/components/message/style/css'

/** Tell shortly that something is done; screen readers say it too. What went wrong belongs into the page (StateView, form), not here. */
export function tellDone(text: string): void {
  ElMessage({ message: text, type: 'success', duration: 4000, grouping: true })
}
