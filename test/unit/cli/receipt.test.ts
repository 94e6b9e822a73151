import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { createNoteSigner } from '../../../src/audit/note/note-signer.ts';
import { CommandLine, type Spoken } from '../../support/command-line.ts';
import { ReceiptKit } from '../../support/receipt-builder.ts';

let kit: ReceiptKit;
let text: string;
let proof: string;
let witnessed: string;

beforeAll(async () => {
  kit = new ReceiptKit();
  const { answer, text: body } = await kit.ask(3);
  text = body;
  proof = kit.proof(answer.receipt.index);
  witnessed = kit.proof(answer.receipt.index, kit.checkpoint({ cosignedAt: [1_790_000_000] }));
});

/** A command line with the files of a sound receipt; its gateway and settings cannot be asked. */
class Partner extends CommandLine {
  constructor() {
    super();
    this.initialised = false;
    this.place = () => {
      throw new Error('a partner has no settings');
    };
    this.write('answer.json', text);
    this.write('answer.tlog-proof', proof);
    this.write('keys.vkey', `# log of the gateway\n\n${kit.signer.vkey}\n`);
    this.write('witness.policy', `log ${kit.signer.vkey}\nwitness w ${kit.witness.vkey}\nquorum w\n`);
  }

  write(name: string, content: string): void {
    writeFileSync(this.path(name), content);
  }

  async check(...more: readonly string[]): Promise<Spoken> {
    return this.say(
      'receipt',
      'check',
      this.path('answer.json'),
      '--proof',
      this.path('answer.tlog-proof'),
      ...more,
    );
  }

  async checkWithKeys(...more: readonly string[]): Promise<Spoken> {
    return this.check('--key', this.path('keys.vkey'), ...more);
  }
}

describe('gecit receipt check', () => {
  test('says that a receipt is sound, and what it proves', async () => {
    using partner = new Partner();
    const { code, out, err } = await partner.checkWithKeys();
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/^SOUND\n {2}✓ the answer and its receipt can be read\n/);
    expect(out).toContain('  – the witnesses meet the policy\n');
    expect(out).toContain(`${kit.origin} #2`);
    expect(out).toMatch(/signed for\. \[RECEIPT_SOUND\]$/);
    expect(out).not.toContain('✗');
  });

  test('takes keys themselves, and those of the logs of a policy', async () => {
    using partner = new Partner();
    const stranger = createNoteSigner('another.example/log', randomBytes(32)).vkey;
    expect((await partner.check('--key', stranger, '--key', kit.signer.vkey)).code).toBe(0);
    partner.write('answer.tlog-proof', witnessed);
    const { code, out } = await partner.check('--policy', partner.path('witness.policy'));
    expect(code).toBe(0);
    expect(out).toMatch(/Witness +witness\.example\.org 2026-09-21T14:13:20\.000Z/);
    expect(out).toContain('✓ the witnesses meet the policy');
  });

  test('exits with 1 and names the first check that fails', async () => {
    using partner = new Partner();
    partner.write('answer.json', text.replace('"workers":12', '"workers":13'));
    const { code, out } = await partner.checkWithKeys();
    expect(code).toBe(1);
    expect(out).toMatch(/^NOT SOUND\n/);
    expect(out).toContain('  ✗ the data are those that the leaf commits to\n');
    expect(out).toMatch(/\[RECEIPT_OTHER_DATA\]$/);
    partner.language = 'tr';
    expect((await partner.checkWithKeys()).out).toMatch(
      /^GEÇERSİZ\n[^]*✗ veriler kaydın taahhüdüne uyuyor\n/,
    );
  });

  test('exits with 1 and says what is wrong with the form of a proof', async () => {
    using partner = new Partner();
    partner.write('answer.tlog-proof', proof.replaceAll('\n', '\r\n'));
    const { code, out } = await partner.checkWithKeys();
    expect(code).toBe(1);
    expect(out).toMatch(/\[RECEIPT_PROOF_UNREADABLE\]\nThe text is not valid UTF-8/);
  });

  test('exits with 3 while too few witnesses cosigned', async () => {
    using partner = new Partner();
    const { code, out } = await partner.checkWithKeys('--policy', partner.path('witness.policy'));
    expect(code).toBe(3);
    expect(out).toMatch(/^INCOMPLETE\n[^]*✗ the witnesses meet the policy\n[^]*\[RECEIPT_NOT_WITNESSED\]$/);
  });

  test('tells a machine every check', async () => {
    using partner = new Partner();
    const report = JSON.parse((await partner.checkWithKeys('--json')).out) as { checks: unknown[] };
    expect(report).toMatchObject({ verdict: 'sound', code: 'RECEIPT_SOUND', proven: { index: 2, size: 3 } });
    expect(report.checks[0]).toEqual({ name: 'answer', state: 'passed' });
    expect(report.checks).toHaveLength(11);
  });

  test('shows also a time of a witness that no calendar reaches', async () => {
    using partner = new Partner();
    partner.write(
      'answer.tlog-proof',
      kit.proof(2, kit.checkpoint({ cosignedAt: [Number.MAX_SAFE_INTEGER] })),
    );
    const { code, out } = await partner.check('--policy', partner.path('witness.policy'));
    expect([code, /Witness .* 9007199254740991 s/.test(out)]).toEqual([0, true]);
  });
});

describe('gecit receipt check cannot work and exits with 2', () => {
  test('without a proof, without an answer, without a key', async () => {
    using partner = new Partner();
    const answer = partner.path('answer.json');
    expect((await partner.say('receipt', 'check', answer)).err).toContain("required option '--proof <file>'");
    expect((await partner.say('receipt', 'check', '--proof', 'x')).err).toContain(
      "missing required argument 'answer.json'",
    );
    expect(await partner.check()).toMatchObject({
      code: 2,
      err: expect.stringContaining('No key is trusted'),
    });
    partner.write('witness.policy', 'quorum none');
    expect(await partner.check('--policy', partner.path('witness.policy'))).toMatchObject({
      code: 2,
      out: '',
    });
  });

  test.each([
    ['keys.vkey', '', 'holds no verifier key'],
    ['keys.vkey', '# nothing\n', 'holds no verifier key'],
    ['keys.vkey', '\nnonsense\n', 'keys.vkey:2: The verifier key does not have the form'],
    ['keys.vkey', '#'.repeat(65 * 1024), 'is larger than what is expected here'],
    ['answer.json', ' '.repeat(1024 * 1024 + 1), 'is larger than what is expected here'],
    ['answer.tlog-proof', ' '.repeat(1024 * 1024 + 1), 'is larger than what is expected here'],
  ])('when %s is %j', async (name, content, sentence) => {
    using partner = new Partner();
    partner.write(name, content);
    const { code, out, err } = await partner.checkWithKeys();
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain(sentence);
  });

  test('when a file is not there, or is a folder', async () => {
    using partner = new Partner();
    mkdirSync(partner.path('folder'));
    for (const name of ['none', 'folder']) {
      const file = partner.path(name);
      const sentence = expect.stringContaining(`${file} cannot be read`);
      expect(await partner.check('--key', file)).toMatchObject({ code: 2, err: sentence });
      expect(await partner.checkWithKeys('--policy', file)).toMatchObject({ code: 2, err: sentence });
      const keys = ['--key', kit.signer.vkey];
      expect(await partner.say('receipt', 'check', file, '--proof', file, ...keys)).toMatchObject({
        code: 2,
        err: sentence,
      });
    }
  });

  test('when a key on the command line is malformed', async () => {
    using partner = new Partner();
    const wrong = kit.signer.vkey.replace(/\+[0-9a-f]{8}\+/, '+00000000+');
    expect(await partner.check('--key', wrong)).toMatchObject({
      code: 2,
      err: expect.stringContaining('The id of the key does not belong'),
    });
  });

  test('and names every fault of a policy with its line', async () => {
    using partner = new Partner();
    partner.write('witness.policy', 'log x\nquorum nobody\n');
    const { code, err } = await partner.checkWithKeys('--policy', partner.path('witness.policy'));
    expect(code).toBe(2);
    expect(err).toMatch(
      /witness\.policy:1 x: the verifier key is not valid\. .*\n.*witness\.policy:2 nobody: /,
    );
  });
});
