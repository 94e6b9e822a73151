import { incomplete, notice, tampered } from '../finding-text.ts';

/** Findings where a database and the evidence folder of the same log do not agree. */
export const COMPARE_TEXTS = {
  'mark-contradicts': tampered(
    'İmzalanmış en yeni kontrol noktası (signed.checkpoint) kayıtlara uymuyor: kayıtlar imzalandıktan sonra değiştirilmiş. Yedekle karşılaştırın.',
    'The newest checkpoint that was signed (signed.checkpoint) does not fit the leaves: leaves were changed after it was signed. Compare with a backup.',
  ),
  'mark-beyond': tampered(
    'İmzalanmış en yeni kontrol noktası (signed.checkpoint) daha uzun bir günlüğün: veritabanı geri alınmış. Güncel yedeğe dönün.',
    'The newest checkpoint that was signed (signed.checkpoint) is of a longer log: the database was rolled back. Restore the newest backup.',
  ),
  'mark-behind': tampered(
    'Veritabanında signed.checkpoint dosyasından daha yeni bir kontrol noktası var: dosya geri alınmış. Yedekle karşılaştırın.',
    'The database holds a newer checkpoint than signed.checkpoint, which was rolled back. Compare with a backup.',
  ),
  'folder-contradicts': tampered(
    'Kanıt klasörü ile veritabanı bu kayıttan başlayarak farklı: biri değiştirilmiş. Dışarıda saklanan bir kontrol noktasıyla hangisi olduğunu bulun.',
    'Evidence folder and database differ from this leaf on: one of them was changed. Find out which with a checkpoint kept elsewhere.',
  ),
  'folder-ahead': tampered(
    'Kanıt klasörü veritabanından daha çok kayıt içeriyor: veritabanı geri alınmış. Güncel yedeğe dönün.',
    'The evidence folder holds more leaves than the database, which was rolled back. Restore the newest backup.',
  ),
  'folder-log-missing': notice(
    'Bu günlüğün kanıt klasörü yok; henüz mühürlenmemiş olabilir.',
    'There is no evidence folder of this log; it may not have been sealed yet.',
  ),
  'checkpoint-not-in-database': incomplete(
    'Kanıt klasöründeki kontrol noktası veritabanında yok: silinmiş. Yedekten geri yükleyin.',
    'A checkpoint of the evidence folder is not in the database: it was deleted. Restore it from a backup.',
  ),
  'checkpoint-not-in-folder': incomplete(
    'Mühürlenen bölümün bir kontrol noktası kanıt klasöründe yok: silinmiş. Yedekten geri yükleyin.',
    'A checkpoint of the sealed part is not in the evidence folder: it was deleted. Restore it from a backup.',
  ),
  'cosignature-not-in-database': incomplete(
    'Kanıt klasöründeki tanık imzası veritabanında yok: silinmiş. Yedekten geri yükleyin.',
    'A cosignature of the evidence folder is not in the database: it was deleted. Restore it from a backup.',
  ),
  'stamp-not-in-database': incomplete(
    'Kanıt klasöründeki zaman damgası veritabanında yok: silinmiş. Yedekten geri yükleyin.',
    'A time stamp of the evidence folder is not in the database: it was deleted. Restore it from a backup.',
  ),
  'stamp-not-the-same': tampered(
    'Kanıt klasörü ile veritabanında aynı boy için farklı zaman damgaları var: biri değiştirilmiş. Yedekle karşılaştırın.',
    'Evidence folder and database hold different time stamps for the same size: one of them was changed. Compare with a backup.',
  ),
} as const;
