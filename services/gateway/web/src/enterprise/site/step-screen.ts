/** The route that a step is done at: export and import share the API's name of a screen, the console has one for each. */
export function screenOf(step: { step: string; screen: string }): string {
  return step.screen === 'plans' && step.step !== 'plan-export' ? 'plan-import' : step.screen
}
