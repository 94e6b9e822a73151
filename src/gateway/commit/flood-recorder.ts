import { type LeafDraft } from '../../audit/leaf.ts';
import { type Entry, type Recorded } from './entry.ts';

/** How long equal refusals of one certificate are gathered into one record. */
const WINDOW_MILLISECONDS = 250;
/** A window closes early at this many; callers that wait are bounded by the connections that are accepted. */
const MOST_IN_WINDOW = 1_000;
const MOST_ADDRESSES = 16;

interface Flood {
  readonly entry: Entry;
  readonly addresses: Set<string>;
  count: number;
  readonly recorded: Promise<Recorded>;
  readonly close: () => void;
}

/**
 * Turns a flood of equal refusals into one record with a count. Each caller still waits for the durable record,
 * which slows the flood down and keeps refusing cheaper than asking.
 */
export class FloodRecorder {
  readonly #floods = new Map<string, Flood>();
  readonly #record: (entry: Entry) => Promise<Recorded>;
  #collapsed = 0;

  constructor(record: (entry: Entry) => Promise<Recorded>) {
    this.#record = record;
  }

  /** Refusals since the start that share the record of another. */
  get collapsed(): number {
    return this.#collapsed;
  }

  /** @param key what makes refusals equal: certificate and code */
  async record(key: string, address: string, first: () => Entry): Promise<Recorded> {
    const open = this.#floods.get(key);
    if (open !== undefined) this.#collapsed += 1;
    const flood = open ?? this.#open(key, first());
    flood.count += 1;
    if (flood.addresses.size < MOST_ADDRESSES) flood.addresses.add(address);
    if (flood.count >= MOST_IN_WINDOW) flood.close();
    return flood.recorded;
  }

  /** Closes every window now; used when the gateway stops. */
  closeAll(): void {
    for (const flood of [...this.#floods.values()]) flood.close();
  }

  #open(key: string, entry: Entry): Flood {
    let closed: (recorded: Promise<Recorded>) => void = () => undefined;
    const recorded = new Promise<Recorded>((resolve) => {
      closed = resolve;
    });
    const flood: Flood = {
      entry,
      addresses: new Set(),
      count: 0,
      recorded,
      close: () => {
        if (!this.#floods.delete(key)) return;
        clearTimeout(timer);
        closed(this.#record(counted(flood)));
      },
    };
    const timer = setTimeout(flood.close, WINDOW_MILLISECONDS);
    this.#floods.set(key, flood);
    return flood;
  }
}

function counted({ entry, addresses, count }: Flood): Entry {
  const draft: LeafDraft = { ...entry.draft, count };
  if (entry.personal === null) return { ...entry, draft };
  const content = { ...entry.personal.content, address: [...addresses] };
  return { ...entry, draft, personal: { ...entry.personal, content } };
}
