import { GeneralizedTime } from 'asn1js';
import { TSTInfo } from 'pkijs';
import { StampError } from './stamp-fault.ts';
import { childrenOf, parseWhole } from './stamp-response.ts';

/** What an authority states in a token (RFC 3161 §2.4.2). */
export interface StampStatement {
  readonly version: number;
  /** Object identifier. */
  readonly policy: string;
  readonly imprintAlgorithm: string;
  readonly imprint: Buffer;
  /** Lower-case hex. */
  readonly serial: string;
  /** Epoch milliseconds. */
  readonly genTime: number;
  /** 0 where the authority names none. */
  readonly accuracyMilliseconds: number;
  readonly nonce: bigint | undefined;
  readonly hasCriticalExtension: boolean;
}

/** RFC 3161 §2.4.2: UTC, seconds, and a fraction without trailing zeros. */
const GENERALIZED_TIME = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\.\d*[1-9])?Z$/;
const GEN_TIME_PLACE = 4;

/** @throws StampError `unreadable` */
export function readStatement(content: Buffer): StampStatement {
  const block = parseWhole(content);
  const time = childrenOf(block)[GEN_TIME_PLACE];
  const info = new TSTInfo({ schema: block });
  const { hashAlgorithm, hashedMessage } = info.messageImprint;
  return {
    version: info.version,
    policy: info.policy,
    imprintAlgorithm: hashAlgorithm.algorithmId,
    imprint: Buffer.from(hashedMessage.getValue()),
    serial: info.serialNumber.toBigInt().toString(16),
    genTime: epochOf(time instanceof GeneralizedTime ? time.valueBlock.valueHexView : new Uint8Array()),
    accuracyMilliseconds: accuracyOf(info),
    nonce: info.nonce?.toBigInt(),
    hasCriticalExtension: info.extensions?.some(({ critical }) => critical) ?? false,
  };
}

/** Not the library's own reading, which takes a time without zone for local time and the 31st of February for March. */
function epochOf(bytes: Uint8Array): number {
  const match = GENERALIZED_TIME.exec(Buffer.from(bytes).toString('latin1'));
  if (match === null) throw new StampError('unreadable');
  const [, year, month, day, hour, minute, second, fraction = ''] = match as unknown as string[];
  const seconds = `${String(year)}-${String(month)}-${String(day)}T${String(hour)}:${String(minute)}:${String(second)}`;
  const epoch = Date.parse(`${seconds}Z`);
  const exists = !Number.isNaN(epoch) && new Date(epoch).toISOString().startsWith(seconds);
  if (!exists) throw new StampError('unreadable');
  return epoch + Number(fraction.slice(1, 4).padEnd(3, '0'));
}

function accuracyOf({ accuracy }: TSTInfo): number {
  const { seconds = 0, millis = 0, micros = 0 } = accuracy ?? {};
  return seconds * 1000 + millis + micros / 1000;
}
