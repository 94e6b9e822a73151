import { incomplete, notice, tampered } from '../finding-text.ts';

/** Findings about checkpoints, witnesses' signatures and time stamps, kept here or elsewhere. */
export const EXTERNAL_TEXTS = {
  'checkpoint-malformed': tampered(
    'Saklı kontrol noktası okunamıyor: değiştirilmiş. Yedekle karşılaştırın.',
    'The stored checkpoint cannot be read: it was changed. Compare with a backup.',
  ),
  'checkpoint-differs': tampered(
    'Saklı kontrol noktası, adını ya da satırını taşıdığı günlüğe, boya veya köke ait değil: değiştirilmiş. Yedekle karşılaştırın.',
    'The stored checkpoint is not of the log, size or root that its row or file names: it was changed. Compare with a backup.',
  ),
  'checkpoint-signature': tampered(
    'Saklı kontrol noktasındaki imza günlüğün anahtarıyla doğrulanmıyor: değiştirilmiş ya da başka anahtarla imzalanmış. Yedekle karşılaştırın.',
    'The signature of the stored checkpoint does not hold under the key of the log: it was changed or signed with another key. Compare with a backup.',
  ),
  'checkpoint-contradicts': tampered(
    'Günlüğün anahtarıyla imzalı bir kontrol noktası kayıtlara uymuyor: bu aralıktaki kayıtlar imzalandıktan sonra değiştirilmiş. Yedekle karşılaştırın.',
    'A checkpoint that the key of the log signed does not fit the leaves: leaves of this range were changed after it was signed. Compare with a backup.',
  ),
  'checkpoint-beyond': tampered(
    'Günlükte olandan daha büyük bir boy imzalanmış: sondaki kayıtlar silinmiş ya da günlük geri alınmış. Yedekle karşılaştırın.',
    'A larger size was signed than the log has: leaves at the end were deleted or the log was rolled back. Compare with a backup.',
  ),
  'checkpoint-uncommitted': incomplete(
    'Kontrol noktasının boyunda biten işlemin kökü saklı değil: silinmiş. Yedekten geri yükleyin.',
    'The root of the commit that ended at the size of the checkpoint is not stored: it was deleted. Restore it from a backup.',
  ),
  'tail-unsigned': notice(
    'En yeni kayıtları henüz bir kontrol noktası kapsamıyor; bunlar imzayla korunmuyor.',
    'No checkpoint covers the newest leaves yet; no signature protects them.',
  ),
  'cosignature-invalid': tampered(
    'Bir tanık imzası doğrulanmıyor: değiştirilmiş. Yedekle ya da tanığın kendi kaydıyla karşılaştırın.',
    'A cosignature of a witness does not hold: it was changed. Compare with a backup or with what the witness keeps.',
  ),
  'cosignature-orphan': tampered(
    'Tanık imzasının altında durduğu kontrol noktası saklı değil: silinmiş ya da satırın boyu değiştirilmiş. Yedekle karşılaştırın.',
    'The checkpoint under which the cosignature stands is not stored: it was deleted, or the size of the row was changed. Compare with a backup.',
  ),
  'cosignature-unknown': incomplete(
    'Politika bu imzanın tanığını tanımıyor; imza denetlenemedi. Tanığı içeren politikayı --policy ile verin.',
    'The policy does not know the witness of this signature, so it could not be checked. Give a policy that names it with --policy.',
  ),
  'policy-missing': notice(
    'Tanık imzaları var, ama bir politika verilmedi; denetlenmediler. Politikayı --policy ile verin.',
    'There are cosignatures but no policy was given, so they were not checked. Give a policy with --policy.',
  ),
  'quorum-missing': notice(
    'Hiçbir kontrol noktasında politikanın istediği kadar tanık imzası yok.',
    'No checkpoint bears the cosignatures that the policy asks for.',
  ),
  'stamp-invalid': tampered(
    'Zaman damgası denetimden geçmedi: değiştirilmiş ya da başka bir kontrol noktasına ait. Yedekle karşılaştırın.',
    'The time stamp does not pass its check: it was changed or belongs to another checkpoint. Compare with a backup.',
  ),
  'stamp-unpinned': notice(
    'Zaman damgalarının imzası güvenilen bir köke kadar izlenmedi. Sağlayıcının kök sertifikasını --roots ile verin.',
    'The signatures of time stamps were not followed to a trusted root. Give the root certificate of the authority with --roots.',
  ),
  'stamp-orphan': tampered(
    'Zaman damgasının üzerine verildiği kontrol noktası saklı değil: silinmiş ya da satırın boyu değiştirilmiş. Yedekle karşılaştırın.',
    'The checkpoint that the time stamp is over is not stored: it was deleted, or the size of the row was changed. Compare with a backup.',
  ),
  'stamp-missing': incomplete(
    'Kaydın sözünü ettiği zaman damgası saklı değil: silinmiş. Yedekten geri yükleyin.',
    'The time stamp that the leaf records is not stored: it was deleted. Restore it from a backup.',
  ),
  'stamp-differs': tampered(
    'Saklı zaman damgası, kaydın özetini taşıdığı damga değil: değiştirilmiş. Yedekle karşılaştırın.',
    'The stored time stamp is not the one whose hash the leaf holds: it was changed. Compare with a backup.',
  ),
  'stamp-leaf-differs': tampered(
    'Zaman damgasını anlatan kayıttaki boy, kök ya da zaman, damganınkine uymuyor. Kaydı kimin yazdığını araştırın.',
    'Size, root or time in the leaf about a time stamp are not those of the stamp. Find out who wrote the leaf.',
  ),
  'stamp-unrecorded': incomplete(
    'Zaman damgasının günlükte kaydı yok. Damga sonradan eklenmiş olabilir; yedekle karşılaştırın.',
    'No leaf records the time stamp. It may have been added later; compare with a backup.',
  ),
  'stamp-newest-unrecorded': notice(
    'En yeni zaman damgasının kaydı burada henüz yok; geçit onu sonraki damgadan önce yazar.',
    'The newest time stamp is not recorded here yet; the gateway does so before the next one.',
  ),
  'given-malformed': incomplete(
    'Verilen dosya bir kontrol noktası ya da .tlog-proof dosyası değil. Dosyayı kaynağından yeniden alın.',
    'The given file is neither a checkpoint nor a .tlog-proof file. Get it again from its source.',
  ),
  'given-signature': tampered(
    'Dışarıda saklanan kontrol noktası bu günlüğün anahtarıyla imzalı değil: ya dosya bu günlüğün değil ya da günlük başka bir anahtarla yeniden yazılmış. İkisini de araştırın.',
    'The checkpoint kept elsewhere is not signed with the key of this log: either the file is not of this log, or the log was written anew with another key. Look into both.',
  ),
  'given-contradicts': tampered(
    'Dışarıda saklanan kontrol noktası kayıtlara uymuyor: bu aralıktaki kayıtlar ondan sonra değiştirilmiş. Yedekle karşılaştırın.',
    'The checkpoint kept elsewhere does not fit the leaves: leaves of this range were changed after it was signed. Compare with a backup.',
  ),
  'given-beyond': tampered(
    'Dışarıda saklanan kontrol noktası daha uzun bir günlüğü imzalamış: günlük geri alınmış ya da sondaki kayıtlar silinmiş. Güncel yedeğe dönün.',
    'The checkpoint kept elsewhere signed a longer log: this one was rolled back or its last leaves were deleted. Restore the newest backup.',
  ),
  'given-cut': incomplete(
    'Dışarıda saklanan kontrol noktası, yedekten dönülürken kaybolan bölümü kapsıyor; bir sonraki günlüğün ilk kaydı kaybı belirtiyor. Kanıt klasörüyle karşılaştırın.',
    'The checkpoint kept elsewhere covers leaves that were lost when a backup was restored, as the first leaf of the next log admits. Compare it with the evidence folder.',
  ),
  'given-beyond-seal': incomplete(
    'Dışarıda saklanan kontrol noktası, burada mühürlenmiş olandan daha uzun bir günlüğün: klasör geri alınmış ya da daha sonrası henüz mühürlenmemiş. Klasörün güncel kopyasını alın ya da veritabanını doğrulayın.',
    'The checkpoint kept elsewhere is of a longer log than is sealed here: the folder was rolled back, or what followed is not sealed yet. Get a newer copy of the folder, or verify the database.',
  ),
  'given-not-sealed': notice(
    'Dışarıda saklanan kontrol noktasının son kayıtları kanıt klasöründe henüz mühürlenmemiş; veritabanıyla karşılaştırıldı.',
    'The last leaves of the checkpoint kept elsewhere are not sealed in the evidence folder yet; it was compared with the database.',
  ),
  'given-not-included': tampered(
    'Dışarıda saklanan kanıt, kaydı kendi kontrol noktasına bağlamıyor ya da kayıt burada başka. Yedekle karşılaştırın.',
    'The proof kept elsewhere does not tie the leaf stored here to its checkpoint: the leaf or the proof was changed. Compare with a backup.',
  ),
  'given-log-missing': tampered(
    'Dışarıda saklanan kontrol noktasının günlüğü bu düğümde yok: silinmiş ya da geri alınmış. Yedekle karşılaştırın.',
    'The log of the checkpoint kept elsewhere is not on this node: it was deleted or rolled back. Compare with a backup.',
  ),
  'given-foreign': incomplete(
    'Verilen kontrol noktası başka bir düğümün günlüğüne ait; karşılaştırılmadı. Doğru dosyayı verin.',
    'The given checkpoint is of a log of another node and was not compared. Give the right file.',
  ),
} as const;
