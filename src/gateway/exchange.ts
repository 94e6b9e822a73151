import { type Clock } from '../shared/clock.ts';
import { type Logger } from '../shared/logger.ts';
import { asGatewayError, type GatewayError } from '../shared/problem.ts';
import { draftPersonal, draftRefusal } from './commit/draft-leaf.ts';
import { type Entry, type Recorded } from './commit/entry.ts';
import { type FloodRecorder } from './commit/flood-recorder.ts';
import { type Arrived, type Partly } from './exchange-state.ts';
import { type Caller } from './partner-gateway.ts';
import { type Standing } from './standing.ts';
import { RecordedRefusal } from './steps/record-answer.ts';

/** What one exchange works with. */
export interface ExchangeParts {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly standing: () => Standing;
  readonly record: (entry: Entry) => Promise<Recorded>;
  readonly floods: FloodRecorder;
  /** Called for each attempt with a certificate that nobody registered: counted and logged, no leaf. */
  readonly strangerSeen: (caller: Caller) => void;
}

/** Codes of which a flood becomes one record with a count: those of the burst gate and of what stands before it. */
const FLOOD_CODES = new Set(['AGENCY_NOT_RECOGNISED', 'REVOCATION_UNKNOWN', 'RATE_LIMITED', 'OVERLOADED']);

/** Runs what arrives and is the one place that catches refusals: each is durable before its caller hears of it. */
export class ExchangeRunner {
  readonly #parts: ExchangeParts;

  constructor(parts: ExchangeParts) {
    this.#parts = parts;
  }

  /**
   * @param work runs on the state it is given, adding to it what it finds
   * @throws GatewayError always recorded; AUDIT_NOT_DURABLE when recording the refusal itself fails
   */
  async run<State extends Arrived, Result>(
    caller: Caller,
    extend: (arrived: Arrived) => State,
    work: (state: State) => Promise<Result>,
  ): Promise<Result> {
    const undo: (() => void)[] = [];
    const state = extend({
      caller,
      standing: this.#parts.standing(),
      now: this.#parts.clock.now(),
      onExit: (step) => undo.push(step),
    });
    try {
      return await work(state);
    } catch (thrown) {
      const recorded = thrown instanceof RecordedRefusal;
      const error = recorded ? thrown.error : asGatewayError(thrown);
      this.#logFault(error, caller);
      if (!recorded) await this.#recordRefusal(state, error);
      throw error;
    } finally {
      for (const step of undo) step();
    }
  }

  async #recordRefusal(state: Partly, error: GatewayError): Promise<void> {
    const { caller, standing } = state;
    const certificate = standing.identities.certificate(caller.certificateFingerprint);
    if (certificate === undefined) {
      this.#parts.strangerSeen(caller);
      return;
    }
    // A record that could not be made durable is not tried a second time: the store is down or late.
    if (error.code === 'AUDIT_NOT_DURABLE') return;
    const entry = (): Entry => ({
      lane: certificate.agencyId,
      draft: draftRefusal(state, error),
      personal: draftPersonal(state),
      disclosure: null,
      changes: [],
    });
    if (FLOOD_CODES.has(error.code)) {
      await this.#parts.floods.record(`${certificate.fingerprint} ${error.code}`, caller.address, entry);
    } else {
      await this.#parts.record(entry());
    }
  }

  #logFault(error: GatewayError, caller: Caller): void {
    if (error.code === 'INTERNAL_ERROR') {
      this.#parts.logger.error('exchange.internal-error: an exchange failed for a reason nobody foresaw', {
        queryId: caller.queryId,
        error,
      });
    } else if (error.code === 'SOURCE_UNAVAILABLE' || error.code === 'SOURCE_ANSWER_INVALID') {
      this.#parts.logger.warn('exchange.source-fault: a source did not give a usable answer', {
        queryId: caller.queryId,
        code: error.code,
        error,
      });
    }
  }
}
