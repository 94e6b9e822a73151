/** What a year counted. */
export class YearFigures {
  days = 0;
  /** By problem code; `answered` beside them. */
  readonly codes: Record<string, number> = {};
  checkpoints = 0;
  stamps = 0;
  cosigned = 0;
  /** Days that were sealed; a day may be sealed for two logs. */
  seals = 0;
  destroyedKids = 0;
  destroyedParts = 0;
  /** Whatever a job reported as an alarm, with its day. */
  readonly alarms: string[] = [];

  get answered(): number {
    return this.codes['answered'] ?? 0;
  }

  count(code: string): void {
    this.codes[code] = (this.codes[code] ?? 0) + 1;
  }
}
