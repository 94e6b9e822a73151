/** What must end when the gateway ends, newest first. */
export class Endings {
  readonly #steps: (() => Promise<unknown> | undefined)[] = [];

  add(step: () => Promise<unknown> | undefined): void {
    this.#steps.push(step);
  }

  /** Runs every step, also after one failed, so that records are written and files closed. Never rejects. */
  async runAll(onFailure: (error: unknown) => void): Promise<void> {
    for (const step of this.#steps.splice(0).reverse()) {
      try {
        await step();
      } catch (error) {
        onFailure(error);
      }
    }
  }

  /** @throws AggregateError with everything that failed */
  async run(): Promise<void> {
    const failures: unknown[] = [];
    await this.runAll((error) => failures.push(error));
    if (failures.length > 0) throw new AggregateError(failures, 'not everything ended cleanly');
  }
}
