import { type Sentence } from '../../shared/problem.ts';

/** Why something about a destruction or a hold is refused; its code is the name of the error. */
export class DestructionError extends Error {
  override readonly name: DestructionCode;
  readonly messages: Sentence;

  constructor(code: DestructionCode) {
    super(MESSAGES[code].en);
    this.name = code;
    this.messages = MESSAGES[code];
  }
}

const MESSAGES = {
  PLAN_UNKNOWN: {
    tr: 'Bu kimlikte bir yok etme planı yok. "gecit audit destroy show" ile planlara bakın.',
    en: 'There is no plan of destruction with this id. See the plans with "gecit audit destroy show".',
  },
  PLAN_EXPIRED: {
    tr: 'Planın 30 günlük süresi doldu. "gecit audit destroy plan" ile yeniden planlayın.',
    en: 'The plan is older than 30 days. Plan anew with "gecit audit destroy plan".',
  },
  PLAN_OUTDATED: {
    tr: 'Plan artık doğru değil: kayıt sayıları, tutma kararları ya da süreler değişti. "gecit audit destroy plan" ile yeniden planlayın.',
    en: 'The plan is no longer true: counts of records, holds or terms have changed. Plan anew with "gecit audit destroy plan".',
  },
  PLAN_EXECUTED: {
    tr: 'Bu plan uygulandı; onaylanacak bir şey kalmadı.',
    en: 'This plan was executed; nothing is left to approve.',
  },
  PLAN_APPROVED_ALREADY: {
    tr: 'Bu planı siz ya da aynı anahtar zaten onayladı. İkinci onayı başka bir operatör kendi anahtarıyla vermelidir.',
    en: 'You, or the same key, have approved this plan already. Another operator must give the second approval with a key of their own.',
  },
  PLAN_NOT_APPROVED: {
    tr: 'Planın, görevi süren iki ayrı operatörün anahtarıyla onayı yok. İki operatör de "gecit audit destroy approve" çalıştırmalıdır.',
    en: 'The plan lacks the approval of two different operators who may act, by their own keys. Both run "gecit audit destroy approve".',
  },
  HOLD_UNKNOWN: {
    tr: 'Bu kimlikte süren bir tutma kararı yok. "gecit audit hold list" ile bakın.',
    en: 'There is no hold in force with this id. See "gecit audit hold list".',
  },
  DATABASE_NOT_CLEANED: {
    tr: 'Anahtarlar yok edildi ve kayıtlar silindi, ama veritabanı kullanımda olduğu için eski sayfalar temizlenemedi. Aynı komutu yeniden çalıştırın.',
    en: 'The keys are destroyed and the parts deleted, but old pages could not be cleaned while the database is in use. Run the same command again.',
  },
  CERTIFICATE_INVALID: {
    tr: 'Delil klasöründeki yok etme belgesi, bu geçidin iki operatörünün imzalarını taşımıyor ya da içeriği değişmiş; uygulanmadı.',
    en: 'The certificate of destruction does not bear the signatures of two operators of this gateway, or was changed; it was not applied.',
  },
} as const satisfies Record<string, Sentence>;

/** Stable codes of what is refused. */
export type DestructionCode = keyof typeof MESSAGES;
