import { type Sentence } from '../shared/problem.ts';

/** Every way in which proving a log can end. */
export type VerificationReason =
  | 'sound'
  | 'leaf-missing'
  | 'hash-differs'
  | 'not-a-leaf'
  | 'query-id-differs'
  | 'tail-missing'
  | 'beyond-head'
  | 'commit-changed'
  | 'root-changed'
  | 'root-beyond'
  | 'root-missing'
  | 'part-missing'
  | 'head-changed';

/** What each ending means, and what to do. */
export const VERIFICATION: Readonly<Record<VerificationReason, Sentence>> = {
  sound: {
    tr: 'Her kayıt, her işlem kökü ve günlük başı birbirini doğruluyor.',
    en: 'Every leaf, the root of every commit and the head agree.',
  },
  'leaf-missing': {
    tr: 'Bu sırada beklenen kayıt yok: silinmiş, yeri değiştirilmiş ya da numarası değiştirilmiş. Yedekle karşılaştırın.',
    en: 'The leaf of this index is not there: it was deleted, moved or renumbered. Compare with a backup.',
  },
  'hash-differs': {
    tr: 'Kaydın baytları ile özeti uyuşmuyor: biri değiştirilmiş. Yedekle karşılaştırın.',
    en: 'The bytes of the leaf do not have its hash: one of them was changed. Compare with a backup.',
  },
  'not-a-leaf': {
    tr: 'Satırdaki baytlar bir kayıt değil. Yedekle karşılaştırın.',
    en: 'The bytes of the row are no leaf. Compare with a backup.',
  },
  'query-id-differs': {
    tr: 'Satırın sorgu numarası kaydın içindekinden farklı. Yedekle karşılaştırın.',
    en: 'The query id of the row is not the one in its leaf. Compare with a backup.',
  },
  'tail-missing': {
    tr: 'Günlük başının saydığı son kayıtlar yok: silinmiş. Yedekle karşılaştırın.',
    en: 'The last leaves that the head counts are not there: they were deleted. Compare with a backup.',
  },
  'beyond-head': {
    tr: 'Günlük başının saydığından çok kayıt var: baş geri alınmış ya da kayıt eklenmiş. Yedekle karşılaştırın.',
    en: 'There are more leaves than the head counts: the head was moved back or leaves were added. Compare with a backup.',
  },
  'commit-changed': {
    tr: 'Bu sıradan başlayan işlemin kayıtları, o işlemin köküne uymuyor: kayıtlar özetleriyle birlikte değiştirilmiş. Yedekle karşılaştırın.',
    en: 'The leaves of the commit that begins here do not give its root: leaves were changed together with their hashes. Compare with a backup.',
  },
  'root-changed': {
    tr: 'Bu sıradan başlayan işlem için saklanan kök değiştirilmiş; kayıtlar daha sonraki köklere uyuyor. Yedekle karşılaştırın.',
    en: 'The root stored for the commit that begins here was changed; the leaves agree with later roots. Compare with a backup.',
  },
  'root-beyond': {
    tr: 'Var olan kayıtlardan daha büyük bir günlüğün kökü saklı: sondaki kayıtlar silinmiş, baş geri alınmış. Yedekle karşılaştırın.',
    en: 'A root is stored for a larger log than this one: leaves at the end were deleted and the head moved back. Compare with a backup.',
  },
  'root-missing': {
    tr: 'Kayıtlar günlük başına uyuyor, ama son işlemin kökü saklı değil. Yedekten geri yükleyip yeniden doğrulayın.',
    en: 'The leaves agree with the head, but the root of the last commit is not stored. Restore it from a backup and verify again.',
  },
  'part-missing': {
    tr: 'Günlük sağlam, ama saklama süresi dolmamış kişisel bölümler yok: silinmiş. Yedekten geri yükleyip yeniden doğrulayın.',
    en: 'The log is sound, but personal parts are gone whose retention has not ended: they were deleted. Restore them from a backup and verify again.',
  },
  'head-changed': {
    tr: 'Günlük başı kayıtlara uymuyor, kayıtlar ve işlem kökleri birbirine uyuyor: baş değiştirilmiş. Yedekle karşılaştırın.',
    en: 'The head does not fit the leaves, which agree with the roots of all commits: the head was changed. Compare with a backup.',
  },
};
