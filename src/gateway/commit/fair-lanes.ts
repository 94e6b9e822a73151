/** Part of a batch that refusals may use even while answers wait. */
const REFUSAL_SHARE = 0.25;

/** Waiting items by agency, none of them empty; the agency that was served longest ago stands first. */
type Lanes<T> = Map<string, T[]>;

/**
 * Waiting items by agency. A batch takes from each agency in turn, answers before refusals,
 * so that one partner's refusals delay nobody else's answer and no kind waits for ever.
 */
export class FairLanes<T> {
  readonly #answers: Lanes<T> = new Map();
  readonly #refusals: Lanes<T> = new Map();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  add(lane: string, answers: boolean, item: T): void {
    const lanes = answers ? this.#answers : this.#refusals;
    const waiting = lanes.get(lane);
    if (waiting === undefined) lanes.set(lane, [item]);
    else waiting.push(item);
    this.#size += 1;
  }

  *[Symbol.iterator](): Iterator<T> {
    for (const waiting of this.#answers.values()) yield* waiting;
    for (const waiting of this.#refusals.values()) yield* waiting;
  }

  /** Takes at most `most` items, oldest first within an agency and a kind. */
  take(most: number): T[] {
    const refusals = [...this.#refusals.values()].reduce((sum, waiting) => sum + waiting.length, 0);
    const kept = Math.min(refusals, Math.ceil(most * REFUSAL_SHARE));
    const taken = takeInTurn(this.#answers, most - kept);
    taken.push(...takeInTurn(this.#refusals, most - taken.length));
    this.#size -= taken.length;
    return taken;
  }
}

function takeInTurn<T>(lanes: Lanes<T>, most: number): T[] {
  const taken: T[] = [];
  while (lanes.size > 0 && taken.length < most) {
    // Equal shares of what is left; what an agency does not use goes to the others in the next round.
    const share = Math.max(1, Math.floor((most - taken.length) / lanes.size));
    for (const [name, waiting] of [...lanes]) {
      const part = Math.min(share, most - taken.length);
      if (part === 0) break;
      taken.push(...waiting.slice(0, part));
      // Goes to the end: the next batch begins with those who got nothing, however many agencies there are.
      lanes.delete(name);
      if (waiting.length > part) lanes.set(name, waiting.slice(part));
    }
  }
  return taken;
}
