import { randomBytes } from 'node:crypto';
import { encodeCheckpoint } from '../../src/audit/note/checkpoint.ts';
import {
  type Cosigner,
  createCosigner,
  createNoteSigner,
  type NoteSigner,
} from '../../src/audit/note/note-signer.ts';
import { encodeNote } from '../../src/audit/note/signed-note.ts';
import { proveInclusion } from '../../src/audit/tree/inclusion-proof.ts';
import { encodeTlogProof } from '../../src/audit/tree/tlog-proof.ts';
import { type PartnerAnswer } from '../../src/gateway/partner-gateway.ts';
import { answerText } from '../../src/http/query-answer.ts';
import { aRequest } from './exchange-builder.ts';
import { GatewayRig } from './gateway-rig.ts';
import { MemoryLog } from './memory-log.ts';

/** What a partner has in hand after a query, made by a real pipeline, and the keys of the log and of one witness. */
export class ReceiptKit {
  readonly rig = new GatewayRig();
  readonly log = new MemoryLog();
  readonly signer: NoteSigner;
  readonly witness: Cosigner = createCosigner('witness.example.org', randomBytes(32));
  readonly origin: string;

  constructor() {
    this.origin = this.rig.database.content.head.origin;
    this.signer = createNoteSigner(this.origin, randomBytes(32));
  }

  /** Asks `count` queries; the body of the last answer, as it goes over the wire. */
  async ask(
    count = 1,
    change: Parameters<typeof aRequest>[0] = {},
  ): Promise<{ answer: PartnerAnswer; text: string }> {
    for (let asked = 1; asked < count; asked += 1) await this.rig.gateway.answer(aRequest());
    const answer = await this.rig.gateway.answer(aRequest(change));
    const { leaves } = this.rig.database.content;
    for (const leaf of leaves.slice(this.log.size)) this.log.append(leaf.bytes);
    return { answer, text: answerText(answer) };
  }

  /** The signed checkpoint of the log as it is now. */
  checkpoint({
    origin = this.origin,
    signers = [this.signer],
    cosignedAt = [] as readonly number[],
  } = {}): string {
    const text = encodeCheckpoint({ origin, size: this.log.size, root: this.log.rootAt(this.log.size) });
    const lines = signers.map((signer) => signer.sign(text));
    return encodeNote(text, [...lines, ...cosignedAt.map((seconds) => this.witness.cosign(text, seconds))]);
  }

  /** The proof file of a leaf. */
  proof(index: number, checkpoint: string = this.checkpoint()): string {
    const { size } = this.log;
    const hashes = proveInclusion(this.log, { index, size, root: this.log.rootAt(size) });
    return encodeTlogProof({ index, hashes, checkpoint });
  }
}
