import { type ProblemCode, type Sentence } from '../shared/problem.ts';
import { type DemoStage } from './demo-stage.ts';
import { type Answer, type Problem, type Question } from './partner-client.ts';

export interface DemoStep {
  readonly title: Sentence;
  /** What must come: a problem's code, or the outcome of an answer. */
  readonly expected: ProblemCode | 'found';
  play(stage: DemoStage): Promise<Answer | Problem>;
}

const MODEL = {
  agreement: 'tr-iskur-cgm-2024',
  operation: 'araci-sorgu',
  purpose: 'cocuk-isciligi-takip',
  caseReference: '2026/118',
} as const;

/** The steps of the walk, in order. */
export const DEMO_STEPS: readonly DemoStep[] = [
  {
    title: {
      tr: 'Yetkili personel, bir çocuk işçiliği dosyası için tarım aracısını sorgular',
      en: 'An authorised official asks about an intermediary for a child labour case',
    },
    expected: 'found',
    play: async (stage) => stage.ask(stage.official(mayQuery), about(stage)),
  },
  {
    title: {
      tr: 'Yalnızca 127.0.0.2 adresinden sorabilen personel başka bir adresten sorar',
      en: 'An official who may ask from 127.0.0.2 only asks from another address',
    },
    expected: 'ADDRESS_NOT_ALLOWED',
    play: async (stage) =>
      stage.ask(
        stage.official(({ allowedAddresses }) => allowedAddresses.join() === '127.0.0.2'),
        about(stage),
      ),
  },
  {
    title: { tr: 'Amaç belirtmeden sorgu', en: 'A query that names no purpose' },
    expected: 'REQUEST_INVALID',
    play: async (stage) => stage.ask(stage.official(mayQuery), { ...about(stage), purpose: undefined }),
  },
  {
    title: {
      tr: 'Protokolde olmayan bir işlem: bütün aracıların listesi',
      en: 'An operation that the agreement does not hold: a list of all intermediaries',
    },
    expected: 'OPERATION_NOT_AGREED',
    play: async (stage) =>
      stage.ask(stage.official(mayQuery), { ...about(stage), operation: 'araci-listesi' }),
  },
  {
    title: {
      tr: 'Günlük kotası 3 olan personel dördüncü kez sorar',
      en: 'An official with a daily quota of 3 asks for the fourth time',
    },
    expected: 'QUOTA_EXCEEDED',
    play: playOverQuota,
  },
  {
    title: { tr: 'Yetkisi sona ermiş personel sorar', en: 'An official whose authority has ended asks' },
    expected: 'OFFICIAL_NOT_AUTHORISED',
    play: async (stage) =>
      stage.ask(
        stage.official((official) => official.about.includes('ended')),
        about(stage),
      ),
  },
  {
    title: {
      tr: 'Aynı makamın imzaladığı ama kayıtlı olmayan bir sertifika, geçerli bir belirteçle gelir',
      en: 'A certificate of the same authority that nobody registered comes with a good token',
    },
    expected: 'AGENCY_NOT_RECOGNISED',
    play: async (stage) => stage.askUnregistered(stage.official(mayQuery), about(stage)),
  },
];

function mayQuery({ about: text }: { readonly about: string }): boolean {
  return text === 'may query';
}

function about(stage: DemoStage): Question {
  return { ...MODEL, tckn: stage.subject };
}

/** As many answers as the quota allows, then the one that is refused; or the reply that came too early. */
async function playOverQuota(stage: DemoStage): Promise<Answer | Problem> {
  const official = stage.official(({ dailyQuota }) => dailyQuota === 3);
  for (let asked = 0; asked < official.dailyQuota; asked++) {
    const reply = await stage.ask(official, about(stage));
    if (reply.kind === 'problem') return { ...reply, code: `${reply.code} (${String(asked + 1)})` };
  }
  return stage.ask(official, about(stage));
}
