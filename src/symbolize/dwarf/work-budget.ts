/** How much may be spent on debug information: the rest keeps its symbols. */

/** Thrown when there is nothing left; what was found until then counts. */
export class BudgetSpent extends Error {
  constructor() {
    super('The time for debug information is over.')
    this.name = 'BudgetSpent'
  }
}

/** Counts steps and looks at the clock now and then: hostile files can make any loop long. */
export interface WorkBudget {
  /** Throws BudgetSpent when the time is over. */
  spend(steps: number): void
}

const STEPS_PER_LOOK = 20_000

/** A budget that ends when isOver says so. */
export function workBudget(isOver: () => boolean): WorkBudget {
  let left = STEPS_PER_LOOK
  return {
    spend(steps) {
      left -= steps
      if (left > 0) return
      left = STEPS_PER_LOOK
      if (isOver()) throw new BudgetSpent()
    },
  }
}
