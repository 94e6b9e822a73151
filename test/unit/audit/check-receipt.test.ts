import { randomBytes } from 'node:crypto';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { checkReceipt, type ReceiptEvidence } from '../../../src/audit/check-receipt.ts';
import { commitAnswer } from '../../../src/audit/commitment.ts';
import { decodeLeaf, encodeLeaf, type Leaf } from '../../../src/audit/leaf.ts';
import { createCosigner, createNoteSigner } from '../../../src/audit/note/note-signer.ts';
import { parseWitnessPolicy } from '../../../src/audit/note/parse-witness-policy.ts';
import { signatureLine } from '../../../src/audit/note/signature-line.ts';
import { readReceiptAnswer } from '../../../src/audit/receipt-answer.ts';
import { ReceiptKit } from '../../support/receipt-builder.ts';

let kit: ReceiptKit;
/** A sound answer, third of five in its log, its index, and its proof. */
let text: string;
let index: number;
let proof: string;

beforeAll(async () => {
  kit = new ReceiptKit();
  const asked = await kit.ask(3);
  text = asked.text;
  ({ index } = asked.answer.receipt);
  await kit.ask(2);
  proof = kit.proof(index);
});

function check(change: Partial<ReceiptEvidence> = {}): ReturnType<typeof checkReceipt> {
  return checkReceipt({ answer: text, proof, keys: [kit.signer.key], ...change });
}

function policyOf(lines: string): ReceiptEvidence['policy'] {
  return parseWitnessPolicy(lines, 'policy');
}

/** The answer with its receipt and data changed. */
function answerWith(change: (answer: { receipt: Record<string, unknown>; data: Record<string, unknown> } & Record<string, unknown>) => void): string {
  const answer = JSON.parse(text) as Parameters<typeof change>[0];
  change(answer);
  return JSON.stringify(answer);
} // prettier-ignore

describe('a receipt', () => {
  test('proves the answer of the gateway as it went over the wire, and as it was stored anew', () => {
    const report = check();
    expect(report).toMatchObject({ verdict: 'sound', code: 'RECEIPT_SOUND', detail: null });
    expect(report.checks.map(({ name, state }) => `${name} ${state}`)).toEqual([
      'answer passed',
      'proof passed',
      'checkpoint passed',
      'inclusion passed',
      'leaf passed',
      'query passed',
      'agreement passed',
      'purpose passed',
      'outcome passed',
      'opening passed',
      'witnesses not-checked',
    ]);
    expect(report.proven).toMatchObject({ origin: kit.origin, index, size: 5, witnesses: [] });
    const sorted = Object.fromEntries(Object.entries(JSON.parse(text) as object).reverse());
    expect(check({ answer: JSON.stringify(sorted, null, 2) }).verdict).toBe('sound');
    expect(check({ proof: Buffer.from(proof, 'utf8') }).verdict).toBe('sound');
  });

  test('proves that nobody was found, and a repeated answer', async () => {
    const other = new ReceiptKit();
    other.rig.source.answerWith();
    const none = await other.ask(1, { idempotencyKey: 'key-1' });
    const again = await other.ask(1, { idempotencyKey: 'key-1' });
    expect(other.rig.database.leaves.map(({ type, outcome }) => [type, outcome])).toEqual([
      ['disclosure', 'not-found'],
      ['repeat', 'not-found'],
    ]);
    for (const { answer, text: body } of [none, again]) {
      const evidence = { answer: body, proof: other.proof(answer.receipt.index), keys: [other.signer.key] };
      expect(checkReceipt(evidence).verdict).toBe('sound');
    }
  });

  test('needs the key under the name of its own log', () => {
    const stranger = createNoteSigner('another.example/log', randomBytes(32));
    const namesake = createNoteSigner(kit.origin, randomBytes(32));
    const cosigner = createCosigner(kit.origin, randomBytes(32));
    for (const keys of [[], [stranger.key], [namesake.key], [cosigner.key]]) {
      expect(check({ keys })).toMatchObject({
        verdict: 'not-sound',
        code: 'RECEIPT_NOT_SIGNED',
        proven: null,
      });
    }
    expect(check({ keys: [stranger.key, namesake.key, kit.signer.key] }).verdict).toBe('sound');
  });

  test('is not proven by a witness alone', () => {
    const signed = proofWith(kit.checkpoint({ signers: [], cosignedAt: [1] }));
    const policy = policyOf(`witness w ${kit.witness.vkey}\nquorum w`);
    expect(check({ proof: signed, policy }).code).toBe('RECEIPT_NOT_SIGNED');
  });
});

function proofWith(checkpoint: string): string {
  return kit.proof(index, checkpoint);
}

describe('a witness policy', () => {
  const witnessed = (): string => proofWith(kit.checkpoint({ cosignedAt: [1_790_000_000] }));
  const quorum = (): ReceiptEvidence['policy'] => policyOf(`witness w ${kit.witness.vkey}\nquorum w`);

  test('that is met tells who cosigned and when', () => {
    const report = check({ proof: witnessed(), policy: quorum() });
    expect(report.verdict).toBe('sound');
    expect(report.checks.at(-1)).toEqual({ name: 'witnesses', state: 'passed' });
    expect(report.proven?.witnesses).toEqual([{ name: 'witness.example.org', seconds: 1_790_000_000 }]);
  });

  test('that is not met leaves a sound receipt incomplete', () => {
    const report = check({ policy: quorum() });
    expect(report).toMatchObject({ verdict: 'incomplete', code: 'RECEIPT_NOT_WITNESSED', proven: { index } });
    expect(report.checks.at(-1)).toEqual({ name: 'witnesses', state: 'failed' });
  });

  test('that names logs accepts no other', () => {
    const other = createNoteSigner(kit.origin, randomBytes(32));
    const [of, ofOther] = [kit.signer, other].map(({ vkey }) => policyOf(`log ${vkey}\nquorum none`));
    expect(check({ policy: of }).verdict).toBe('sound');
    expect(check({ policy: ofOther }).code).toBe('RECEIPT_LOG_NOT_IN_POLICY');
  });

  test('rejects the checkpoint when the cosignature of its witness is forged', () => {
    const forged = `${kit.checkpoint()}${signatureLine(kit.witness.key, randomBytes(72))}\n`;
    expect(check({ proof: proofWith(forged), policy: quorum() }).code).toBe('RECEIPT_SIGNATURE_INVALID');
    expect(check({ proof: proofWith(forged) }).verdict).toBe('sound');
  });
});

describe('what was changed in the answer is found', () => {
  test.each([
    ['a value', (a) => (a.data['workers'] = 13), 'RECEIPT_OTHER_DATA'],
    ['the spelling of a name', (a) => (a.data['fullName'] = 'Ayşe Ornek'), 'RECEIPT_OTHER_DATA'],
    ['a value that went missing', (a) => delete a.data['workers'], 'RECEIPT_OTHER_DATA'],
    ['a value that was added', (a) => (a.data['more'] = null), 'RECEIPT_OTHER_DATA'],
    ['all values', (a) => Object.assign(a, { data: null }), 'RECEIPT_OTHER_DATA'],
    ['the opening', (a) => (a.receipt['opening'] = randomBytes(32).toString('base64')), 'RECEIPT_OTHER_DATA'],
    ['the query id', (a) => (a['queryId'] = '0190a0a0-0000-7000-8000-000000000009'), 'RECEIPT_OTHER_QUERY'],
    ['the agreement', (a) => Object.assign(a['agreement'] as object, { id: 'other' }), 'RECEIPT_OTHER_AGREEMENT'],
    ['its version', (a) => Object.assign(a['agreement'] as object, { version: 2 }), 'RECEIPT_OTHER_AGREEMENT'],
    ['its hash', (a) => Object.assign(a['agreement'] as object, { hash: 'sha256:00' }), 'RECEIPT_OTHER_AGREEMENT'],
    ['the purpose', (a) => (a['purpose'] = 'marketing'), 'RECEIPT_OTHER_PURPOSE'],
    ['the outcome', (a) => (a['outcome'] = 'not-found'), 'RECEIPT_OTHER_OUTCOME'],
    ['the index', (a) => (a.receipt['index'] = 0), 'RECEIPT_OTHER_INDEX'],
    ['the origin', (a) => (a.receipt['origin'] = 'another.example/log'), 'RECEIPT_NOT_SIGNED'],
    ['the leaf', (a) => (a.receipt['leaf'] = Buffer.from('gecit-audit/v1\n{}').toString('base64')), 'RECEIPT_NOT_INCLUDED'],
    ['the receipt', (a) => delete (a as Partial<typeof a>).receipt, 'RECEIPT_ANSWER_UNREADABLE'],
    ['the type of a member', (a) => (a.receipt['index'] = '0'), 'RECEIPT_ANSWER_UNREADABLE'],
    ['the length of the opening', (a) => (a.receipt['opening'] = 'AAAA'), 'RECEIPT_ANSWER_UNREADABLE'],
    ['the base64 of the leaf', (a) => (a.receipt['leaf'] = 'AAB='), 'RECEIPT_ANSWER_UNREADABLE'],
    ['data that are a list', (a) => Object.assign(a, { data: [] }), 'RECEIPT_ANSWER_UNREADABLE'],
  ] as [string, Parameters<typeof answerWith>[0], string][])('%s', (_, change, code) => {
    const report = check({ answer: answerWith(change) });
    expect(report).toMatchObject({ verdict: 'not-sound', code, proven: null });
    expect(report.checks.filter(({ state }) => state === 'failed')).toHaveLength(1);
  }); // prettier-ignore

  test('a member named twice, at any depth, whatever text stands in strings', () => {
    const twice = [
      text.replace('"workers":', '"workers":99,"workers":'),
      text.replace('{', '{"data":{"workers":99},'),
      text.replace('"fullName":', '"a:b":"\\"c\\":1","fullName":1,"fullName":'),
    ];
    for (const answer of twice) expect(check({ answer }).code).toBe('RECEIPT_ANSWER_UNREADABLE');
    const colons = text.replace('"receipt":', '"note":"a:\\"b\\":{c: \\\\","receipt":');
    expect(check({ answer: colons }).verdict).toBe('sound');
  });

  test('text that is no answer', () => {
    for (const answer of ['', '{', 'null', '[]', '"text"', `${text}x`, '['.repeat(500_000)]) {
      expect(check({ answer }).code).toBe('RECEIPT_ANSWER_UNREADABLE');
    }
    expect(check({ answer: text + ' '.repeat(1024 * 1024) }).code).toBe('RECEIPT_ANSWER_UNREADABLE');
    const long = answerWith((answer) => (answer['note'] = '\\"'.repeat(150_000)));
    expect(check({ answer: long }).verdict).toBe('sound');
  });
});

describe('what was changed in the proof is found', () => {
  test.each([
    ['that is none', () => 'no proof', 'RECEIPT_PROOF_UNREADABLE'],
    ['with CRLF', () => proof.replaceAll('\n', '\r\n'), 'RECEIPT_PROOF_UNREADABLE'],
    ['of another leaf', () => kit.proof(0), 'RECEIPT_OTHER_INDEX'],
    ['of another leaf under this index', () => kit.proof(0).replace('index 0', `index ${String(index)}`), 'RECEIPT_NOT_INCLUDED'],
    ['without hashes', () => proof.replace(/(index \d+\n)[^]*?\n\n/, '$1\n'), 'RECEIPT_NOT_INCLUDED'],
    ['without signatures', () => proof.replace(/\n— [^]*/, '\n'), 'RECEIPT_CHECKPOINT_UNREADABLE'],
    ['with another size', () => proof.replace('\n5\n', '\n6\n'), 'RECEIPT_SIGNATURE_INVALID'],
    ['with the checkpoint of another log', () => proofWith(kit.checkpoint({ origin: 'another.example/log' })), 'RECEIPT_OTHER_ORIGIN'],
    ['whose signature stands twice', () => proofWith(kit.checkpoint({ signers: [kit.signer, kit.signer] })), 'RECEIPT_SIGNATURE_INVALID'],
    ['whose checkpoint was extended', () => extended('more\n'), 'RECEIPT_CHECKPOINT_UNREADABLE'],
  ])('one %s', (_, changed, code) => {
    const report = check({ proof: changed() });
    expect(report).toMatchObject({ verdict: 'not-sound', code, proven: null });
    expect(report.reason.tr).not.toBe(report.reason.en);
  }); // prettier-ignore

  test('and what exactly is wrong with its form', () => {
    expect(check({ proof: 'no proof' }).detail?.en).toContain('c2sp.org/tlog-proof@v1');
    expect(check({ proof: extended('more\n') }).detail?.en).toContain('lines beyond its three');
  });

  test('in any one bit', () => {
    const bytes = Buffer.from(proof, 'utf8');
    for (let place = 0; place < bytes.length; place += 1) {
      const changed = Buffer.from(bytes);
      changed.writeUInt8(changed.readUInt8(place) ^ 1, place);
      expect(check({ proof: changed }).verdict).toBe('not-sound');
    }
  });
});

/** A proof whose log signed more lines than a checkpoint has. */
function extended(more: string): string {
  const note = kit.checkpoint();
  const text = `${note.slice(0, note.indexOf('\n\n') + 1)}${more}`;
  return proofWith(`${text}\n${kit.signer.sign(text)}\n`);
}

describe('a leaf that the log signed but that records something else', () => {
  function checkLeaf(bytes: Buffer): string {
    const other = new ReceiptKit();
    other.log.append(bytes);
    const answer = JSON.parse(text) as { receipt: Record<string, unknown> };
    answer.receipt = { ...answer.receipt, index: 0, leaf: bytes.toString('base64') };
    const evidence = { answer: JSON.stringify(answer), proof: other.proof(0), keys: [other.signer.key] };
    return checkReceipt(evidence).code;
  }

  function leafWith(change: Partial<Leaf>): Buffer {
    const leaf = decodeLeaf(
      Buffer.from((JSON.parse(text) as { receipt: { leaf: string } }).receipt.leaf, 'base64'),
    );
    return encodeLeaf({ ...leaf, ...change });
  }

  test.each(['refusal', 'failure', 'not-delivered', 'act', 'reading'] as const)('%s is no evidence of an answer', (type) => {
    expect(checkLeaf(leafWith({ type }))).toBe('RECEIPT_OTHER_TYPE');
  }); // prettier-ignore

  test.each([
    [{ queryId: 'other' }, 'RECEIPT_OTHER_QUERY'],
    [{ agreement: null }, 'RECEIPT_OTHER_AGREEMENT'],
    [{ agreementVersion: 9 }, 'RECEIPT_OTHER_AGREEMENT'],
    [{ agreementHash: 'sha256:00' }, 'RECEIPT_OTHER_AGREEMENT'],
    [{ purpose: null }, 'RECEIPT_OTHER_PURPOSE'],
    [{ outcome: 'not-found' as const }, 'RECEIPT_OTHER_OUTCOME'],
    [{ answer: null }, 'RECEIPT_OTHER_DATA'],
    [{}, 'RECEIPT_SOUND'],
  ])('with %j is told from this answer', (change, code) => {
    expect(checkLeaf(leafWith(change))).toBe(code);
  });

  test('and bytes that are no leaf are refused', () => {
    for (const bytes of ['', 'x', 'gecit-audit/v2\n{}', 'gecit-audit/v1\n{']) {
      expect(checkLeaf(Buffer.from(bytes))).toBe('RECEIPT_LEAF_UNREADABLE');
    }
    for (const bytes of ['null', '1', '[]', '{}']) {
      expect(checkLeaf(Buffer.from(`gecit-audit/v1\n${bytes}`))).toBe('RECEIPT_OTHER_TYPE');
    }
  });
});

describe('the bytes that an answer commits to', () => {
  test('are rebuilt from the received JSON as the gateway wrote them', () => {
    const { committed, receipt, queryId } = readReceiptAnswer(text);
    const data = '{"fullName":"Ayşe Örnek","permitFrom":"2026-01-05","status":"valid","workers":12}';
    expect(committed.toString('utf8')).toBe(`{"data":${data},"outcome":"found","queryId":"${queryId}"}`);
    const { answer } = decodeLeaf(receipt.leaf);
    expect(commitAnswer(receipt.opening, committed).toString('base64')).toBe(answer);
  });
});
