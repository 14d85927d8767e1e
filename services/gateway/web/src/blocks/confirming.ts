import { reactive } from 'vue'

export interface Question {
  title: string
  text: string
  yes?: string
  no?: string
  danger?: boolean
}

const nobody: (yes: boolean) => void = () => undefined
/** The one question that is open; ConfirmDialog, mounted once in the frame, shows it. */
export const asked = reactive({ question: null as Question | null, answer: nobody })

/** Ask the user; true where he agrees. `if (await confirm({ title, text }))` */
export function confirm(question: Question): Promise<boolean> {
  asked.answer(false)
  return new Promise((resolve) => {
    asked.question = question
    asked.answer = (yes) => {
      asked.question = null
      asked.answer = nobody
      resolve(yes)
    }
  })
}
