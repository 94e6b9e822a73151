/**
 * Looks at something that may never come back, such as a file system of another machine. A look that is late is given up;
 * until it comes back after all no other one is begun, so that nothing piles up behind it.
 */
export class InTime<T> {
  readonly #look: () => Promise<T>;
  readonly #milliseconds: number;
  #late: Promise<T> | undefined;

  constructor(look: () => Promise<T>, milliseconds: number) {
    this.#look = look;
    this.#milliseconds = milliseconds;
  }

  /** Undefined where it did not come in time. Rejects with what the look rejected with in time. */
  async now(): Promise<T | undefined> {
    if (this.#late !== undefined) return undefined;
    const look = this.#look();
    let timer: NodeJS.Timeout | undefined;
    const tooLate = new Promise<undefined>((resolve) => {
      timer = setTimeout(() => {
        this.#waitFor(look);
        resolve(undefined);
      }, this.#milliseconds);
    });
    try {
      return await Promise.race([look, tooLate]);
    } finally {
      clearTimeout(timer);
    }
  }

  #waitFor(look: Promise<T>): void {
    this.#late = look;
    const over = (): void => {
      this.#late = undefined;
    };
    look.then(over, over);
  }
}
