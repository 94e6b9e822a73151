import { Histogram, WAITING_SECONDS } from './histogram.ts';
import { type Metric, single } from './metric.ts';

const RECORDS = [1, 2, 4, 8, 16, 32, 64, 128, 256] as const;

/** How records become durable: many in one commit. */
export class CommitFigures {
  readonly #records = new Histogram(RECORDS);
  readonly #seconds = new Histogram(WAITING_SECONDS);

  /** @param records of one commit */
  note(records: number, milliseconds: number): void {
    this.#records.note(records);
    this.#seconds.note(milliseconds / 1000);
  }

  metrics(): Metric[] {
    return [
      {
        name: 'gecit_records_total',
        help: 'Records that this process made durable',
        type: 'counter',
        read: () => single(this.#records.sum),
      },
      {
        name: 'gecit_commit_records',
        help: 'Records in one commit',
        type: 'histogram',
        read: () => [[{}, this.#records]],
      },
      {
        name: 'gecit_commit_duration_seconds',
        help: 'Time of one commit, from its first look at the registers until it is on the disk',
        type: 'histogram',
        read: () => [[{}, this.#seconds]],
      },
    ];
  }
}
