import { incomplete, notice, tampered } from '../finding-text.ts';

/** Findings about a log by itself: its key, its beginning and end, its stored subtrees. */
export const LOG_TEXTS = {
  'key-missing': incomplete(
    'Günlüğün doğrulama anahtarı saklı değil; imzalar denetlenemedi. Anahtarı --key ile verin.',
    'The verifier key of the log is not stored, so no signature could be checked. Give it with --key.',
  ),
  'key-malformed': tampered(
    'Saklı doğrulama anahtarı bir anahtar değil: değiştirilmiş. Yedekle karşılaştırın.',
    'The stored verifier key is no key: it was changed. Compare it with a backup.',
  ),
  'key-differs': tampered(
    'Saklı doğrulama anahtarı, günlüğün ilk kaydında adı geçen anahtar değil: biri değiştirilmiş. Yedekle karşılaştırın.',
    'The stored verifier key is not the one that the first leaf names: one of them was changed. Compare with a backup.',
  ),
  'key-not-trusted': tampered(
    'Günlüğün anahtarı, güvenilen anahtar değil: günlük baştan yazılmış olabilir. Anahtarı dışarıda saklanan kopyayla karşılaştırın.',
    'The key of the log is not the trusted one: the log may have been written anew. Compare the key with a copy kept elsewhere.',
  ),
  'key-not-pinned': notice(
    'Anahtar yalnız günlüğün kendi sözüne dayanıyor. Dışarıda saklanan anahtarı --key ile verin.',
    'The key rests on the word of the log itself. Give a key that was kept elsewhere with --key.',
  ),
  'opening-missing': incomplete(
    'İlk kayıt günlüğün adını ve anahtarını belirtmiyor; anahtar günlüğe bağlanamadı. Anahtarı --key ile verin.',
    'The first leaf does not state origin and key of the log, so nothing ties the key to it. Give the key with --key.',
  ),
  'opening-differs': tampered(
    'İlk kayıt başka bir günlüğün adını taşıyor. Yedekle karşılaştırın.',
    'The first leaf names another log. Compare with a backup.',
  ),
  'time-backwards': tampered(
    'Kaydın zamanı öncekinden eski ya da okunamıyor; geçit böyle kayıt yazmaz. Kayıtların kim tarafından yazıldığını araştırın.',
    'The time of the leaf is before that of the leaf before it, or cannot be read; the gateway never writes such a leaf. Find out who wrote it.',
  ),
  'head-time-differs': tampered(
    'Günlük başındaki zaman, son kaydın zamanı değil: değiştirilmiş. Yedekle karşılaştırın.',
    'The time in the head is not that of the last leaf: it was changed. Compare with a backup.',
  ),
  'end-differs': tampered(
    'Günlüğün kapalı olup olmadığı konusunda baş ile son kayıt uyuşmuyor. Yedekle karşılaştırın.',
    'Head and last leaf do not agree on whether and how the log ended. Compare with a backup.',
  ),
  'leaf-after-end': tampered(
    'Günlüğü kapatan kayıttan sonra kayıt var. Yedekle karşılaştırın.',
    'There is a leaf after the one that closed the log. Compare with a backup.',
  ),
  'previous-missing': incomplete(
    'İlk kaydın adını verdiği önceki günlük burada yok. O günlüğü de doğrulayın.',
    'The previous log, which the first leaf names, is not here. Verify that log as well.',
  ),
  'previous-not-sealed': incomplete(
    'Sonraki günlüğün adını verdiği bu günlük sonuna kadar mühürlü değil: imza anahtarı kayıp, ya da klasörden günler silinmiş. Veritabanını doğrulayın.',
    'This log, which the next one continues, is not sealed to its end: its signing key is lost, or days were deleted from the folder. Verify the database.',
  ),
  'previous-differs': tampered(
    'Önceki günlüğün sonu, bu günlüğün ilk kaydının söylediği son değil: biri değiştirilmiş ya da geri alınmış. Yedekle karşılaştırın.',
    'The previous log does not end as the first leaf of this log states: one of them was changed or rolled back. Compare with a backup.',
  ),
  'next-missing': tampered(
    'Günlük kapatılmış, ama son kaydın adını verdiği sonraki günlük yok: silinmiş ya da geri alınmış. Yedekle karşılaştırın.',
    'The log is closed, but the next log, which its last leaf names, is not here: it was deleted or rolled back. Compare with a backup.',
  ),
  'next-key-differs': tampered(
    'Sonraki günlüğün anahtarı, bu günlüğün son kaydında adı geçen anahtar değil. Yedekle karşılaştırın.',
    'The key of the next log is not the one that the last leaf of this log names. Compare with a backup.',
  ),
  'cut-by-restore': incomplete(
    'Bu günlüğün imzalanmış son kayıtları yedekten dönülürken kaybolmuş; bir sonraki günlüğün ilk kaydı bunu açıkça belirtiyor. Eksik kayıtlar için kanıt klasörüne ve makbuzlara bakın.',
    'The last leaves that were signed of this log were lost when a backup was restored, as the first leaf of the next log admits. For the lost records see the evidence folder and receipts.',
  ),
  'cut-unknown': incomplete(
    'Bu günlük, bir yedek boş bir yere konurken kapatılmış; yedekten sonra ne kaydedildiğini orada hiçbir şey söylemiyordu. O kayıtlar kayıp. Makbuzlara ve tanıkların kontrol noktalarına bakın.',
    'This log was closed when a backup was restored into an empty place, where nothing told what had been recorded after the backup. Those records are lost. See receipts and the checkpoints of witnesses.',
  ),
  'subtree-missing': incomplete(
    'Saklanması gereken bir alt ağaç özeti yok: silinmiş. Kayıtlardan yeniden hesaplanabilir; yedekten geri yükleyin.',
    'The hash of a complete subtree is not stored: it was deleted. It can be computed from the leaves; restore it from a backup.',
  ),
  'subtree-differs': tampered(
    'Saklı bir alt ağaç özeti kayıtlara uymuyor: değiştirilmiş. Yedekle karşılaştırın.',
    'The stored hash of a complete subtree does not fit the leaves: it was changed. Compare with a backup.',
  ),
  'subtree-surplus': tampered(
    'Günlükte olmayan bir alt ağacın özeti saklı: kayıtlar silinmiş ya da satır eklenmiş. Yedekle karşılaştırın.',
    'A hash is stored for a subtree that the log does not have: leaves were deleted or the row was added. Compare with a backup.',
  ),
  'log-unreadable': incomplete(
    'Günlük sonuna kadar okunamadı. Dosyayı denetleyin ya da yedekten dönün.',
    'The log could not be read to the end. Check the file or restore a backup.',
  ),
} as const;
