import { type ListedOfficial } from './demo-access.ts';
import { type GatewayClient } from './gateway-client.ts';
import { until } from './gateway-process.ts';
import { type LineAnswer } from './load-lines.ts';

/** What an answer told its partner about its record. */
export interface Received {
  readonly queryId: string;
  readonly index: number;
  readonly leaf: Buffer;
}

/** A refusal or failure, with the record that it names. */
export interface Refused {
  readonly queryId: string;
  readonly code: string;
}

/** What partners got for their calls. */
export class Tally {
  readonly answers: Received[] = [];
  readonly refusals: Refused[] = [];
  /** Calls whose connection ended before an answer. */
  lost = 0;

  readonly #awaited: { readonly answers: number; readonly reached: () => void }[] = [];

  /** Resolves at once when so many answers have come. */
  async reached(answers: number): Promise<void> {
    return new Promise((reached) => this.#awaited.push({ answers, reached }));
  }

  /** Resolves when the call has ended in whatever way. */
  async count(call: Promise<LineAnswer>): Promise<void> {
    let answer: LineAnswer;
    try {
      answer = await call;
    } catch {
      this.lost += 1;
      return;
    }
    const body = answer.json();
    if (answer.status !== 200) {
      const queryId = String(body['instance']).replace('urn:uuid:', '');
      this.refusals.push({ queryId, code: String(body['code']) });
      return;
    }
    const { index, leaf } = body['receipt'] as { index: number; leaf: string };
    this.answers.push({ queryId: String(body['queryId']), index, leaf: Buffer.from(leaf, 'base64') });
    for (const { answers, reached } of this.#awaited) if (this.answers.length >= answers) reached();
  }

  /** How often each code was answered; `answered` and `lost` beside them. */
  codes(): Record<string, number> {
    const codes: Record<string, number> = {};
    const told = this.refusals.map(({ code }) => code);
    for (const code of told) codes[code] = (codes[code] ?? 0) + 1;
    if (this.answers.length > 0) codes['answered'] = this.answers.length;
    if (this.lost > 0) codes['lost'] = this.lost;
    return codes;
  }
}

/** Keeps so many calls under way until the first one is lost with the gateway; then resolves when all have ended. */
export async function callUntilLost(
  width: number,
  call: () => Promise<LineAnswer>,
  tally: Tally = new Tally(),
): Promise<Tally> {
  const caller = async (): Promise<void> => {
    while (tally.lost === 0) await tally.count(call());
  };
  await Promise.all(Array.from({ length: width }, caller));
  return tally;
}

/** A new token for an official. */
export async function fetchToken(
  client: GatewayClient,
  { clientId, clientSecret }: ListedOfficial,
): Promise<string> {
  const answer = await client.askToken(clientId, clientSecret);
  if (answer.status !== 200) throw new Error(`no token: ${answer.text}`);
  return String(answer.json()['access_token']);
}

/** Random numbers from 0 to 1 that a seed repeats (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Waits out the last minute of the day in Istanbul, so that a short test sees one day's quota only. */
export async function untilDayIsLong(): Promise<void> {
  const clock = new Intl.DateTimeFormat('en-GB', { timeZone: 'Europe/Istanbul', timeStyle: 'short' });
  await until(() => clock.format(new Date()) !== '23:59', 'a new day', 90_000);
}
