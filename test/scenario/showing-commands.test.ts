import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { GatewayPlace } from '../support/gateway-place.ts';
import { runHere } from '../support/run-here.ts';

const MINUTE = 60_000;
const AGREEMENT = 'tr-iskur-cgm-2024';
const FIELDS = ['adSoyad', 'unvan', 'izinBaslangicTarihi', 'telefon', 'bildirilenIsciSayisi', 'durum'];

/** One that only reads, and one that starts a process of its own. The others run in this process. */
const AS_PROCESS = new Set(['agreement list', 'doctor']);

let place: GatewayPlace;

beforeAll(async () => {
  place = await GatewayPlace.initialised();
}, MINUTE);

afterAll(async () => place[Symbol.asyncDispose](), MINUTE);

describe('a command that shows something ends with 0, writes nothing to stderr and says:', () => {
  test.each<[string, RegExp[]]>([
    ['agreement check', [/tr-iskur-cgm-2024\.yaml: valid .* sha256:[0-9a-f]{64}/]],
    ['agreement list', [/tr-iskur-cgm-2024 +v1 +in force +\d{4}-\d\d-\d\d … \d{4}-\d\d-\d\d/]],
    [`agreement show ${AGREEMENT}`, FIELDS.map((field) => new RegExp(`← ${field} `))],
    ['personnel list', [/no training evidence/, /no undertaking/, /ended/, /127\.0\.0\.2 /]],
    ['quota show', [/agreement +tr-iskur-cgm-2024 .*0\/500/, /agency +cgm .*0\/500/, /official .*0\/3\b/]],
    ['operator list', [/demo +Deneme Operatörü .*may act/]],
    [
      'doctor',
      [/ok +settings/, /ok +clock/, /ok +log .*2 records/, /ok +source of tr-iskur-cgm-2024\/araci-sorgu/],
    ],
  ])(
    '%s',
    async (line, expected) => {
      const words = line.split(' ');
      const { code, stdout, stderr } = await (AS_PROCESS.has(line)
        ? place.run(...words)
        : runHere(place, ...words));
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      for (const pattern of expected) expect(stdout).toMatch(pattern);
      expect(stdout).not.toMatch(/^fail|undefined|\[object|NaN/m);
    },
    MINUTE,
  );

  test(
    'the same to a machine, as one JSON text, and records nothing',
    async () => {
      const before = place.records().length;
      for (const line of ['agreement list', 'quota show', 'doctor']) {
        const { stdout } = await runHere(place, ...line.split(' '), '--json');
        expect(JSON.parse(stdout)).not.toHaveLength(0);
      }
      expect(place.records()).toHaveLength(before);
    },
    MINUTE,
  );
});
