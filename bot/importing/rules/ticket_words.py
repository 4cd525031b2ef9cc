"""Words for whether a ticket is over, in the languages helpdesks are used in; and for attempts that reached nobody."""

from __future__ import annotations

import re
import unicodedata

_CLOSED = frozenset((
    "closed", "solved", "resolved", "done", "complete", "completed", "cancelled", "canceled", "merged",
    "duplicate", "rejected", "declined", "fixed", "archived", "spam", "deleted", "trashed", "trash", "withdrawn",
    "wontfix", "wontdo", "invalid", "abandoned", "expired", "obsolete", "finished", "answered", "junk",
    "discarded", "ended", "terminated", "dropped", "notabug", "notanissue", "cannotreproduce", "resolution",
    "released", "deployed", "shipped", "implemented", "verified", "geschlossen", "erledigt", "gelost", "geloest",
    "abgeschlossen", "beendet", "storniert", "abgebrochen", "archiviert", "zuruckgezogen", "geloscht", "behoben",
    "abgelehnt", "verworfen", "ferme", "fermee", "fermes", "clos", "close", "cloture", "cloturee", "resolu",
    "resolue", "termine", "terminee", "annule", "annulee", "archive", "archivee", "supprime", "rejete", "traite",
    "traitee", "cerrado", "cerrada", "resuelto", "resuelta", "solucionado", "solucionada", "terminado",
    "terminada", "finalizado", "finalizada", "cancelado", "cancelada", "anulado", "archivado", "archivada",
    "completado", "completada", "eliminado", "rechazado", "fechado", "fechada", "resolvido", "resolvida",
    "concluido", "concluida", "encerrado", "encerrada", "arquivado", "excluido", "rejeitado", "chiuso", "chiusa",
    "risolto", "risolta", "completato", "completata", "annullato", "annullata", "terminato", "archiviato",
    "concluso", "evaso", "gesloten", "opgelost", "afgerond", "afgehandeld", "geannuleerd", "voltooid",
    "gearchiveerd", "gereed", "afgesloten", "zamkniete", "zamkniety", "zamknieta", "rozwiazane", "rozwiazany",
    "zakonczone", "zakonczony", "anulowane", "odrzucone", "stangd", "stangt", "lost", "avslutad", "avslutat",
    "klar", "avbruten", "atgardad", "lukket", "lost", "afsluttet", "avsluttet", "annulleret", "fullfort",
    "ferdig", "suljettu", "ratkaistu", "valmis", "uzavreno", "vyreseno", "zruseno", "hotovo", "закрыт", "закрыто",
    "закрыта", "решен", "решено", "решена", "завершен", "завершено", "отменен", "отменено", "выполнено", "архив",
    "kapali", "kapatildi", "cozuldu", "tamamlandi", "iptal", "lezarva", "megoldva", "inchis", "rezolvat",
    "finalizat",
))  # fmt: skip
_OPEN = frozenset((
    "not", "un", "re", "reopened", "pending", "awaiting", "waiting", "open", "to", "nicht", "non", "no", "nao",
    "niet", "nie", "ej", "ikke", "не", "reabierto", "wiedereroffnet", "wartet", "wartend", "attesa", "espera",
    "attente", "wacht",
))  # fmt: skip
_STILL_OPEN = frozenset((
    "new", "hold", "onhold", "paused", "active", "assigned", "unassigned", "progress", "started", "working",
    "triage", "triaged", "backlog", "todo", "selected", "review", "submitted", "acknowledged", "investigating",
    "escalated", "blocked", "unresolved", "unsolved", "queued", "received", "draft", "scheduled", "planned",
    "inprogress", "development", "ready", "testing", "qa", "customer", "feedback", "incident", "snoozed",
    "accepted", "logged", "registered", "ongoing", "current", "responded", "replied", "customerreplied", "neu",
    "offen", "wartend", "wartet", "bearbeitung", "zugewiesen", "eskaliert", "nicht", "ausstehend",
    "wiedereroffnet", "ouvert", "ouverte", "nouveau", "nouvelle", "cours", "attente", "non", "en", "ouvertes",
    "abierto", "abierta", "nuevo", "nueva", "pendiente", "curso", "espera", "no", "sin", "reabierto", "aberto",
    "aberta", "novo", "nova", "pendente", "andamento", "nao", "aguardando", "aperto", "aperta", "nuovo", "nuova",
    "corso", "attesa", "sospeso", "nieuw", "geopend", "behandeling", "wacht", "wachten", "niet", "otwarte",
    "otwarty", "nowe", "nowy", "toku", "oczekuje", "nie", "oppen", "oppet", "ny", "pagaende", "vantar", "ej",
    "aben", "abent", "apen", "igang", "venter", "ikke", "avoin", "uusi", "odottaa", "otevreno", "novy",
    "otevreny", "reseni", "открыт", "открыто", "новый", "новая", "новое", "работе", "процессе", "ожидает",
    "ожидании", "не", "acik", "yeni", "beklemede", "devam", "nyitott", "uj", "deschis", "nou",
))  # fmt: skip
_JOINED_CLOSED = ("wontfix", "wontdo", "notabug", "notanissue", "cannotreproduce", "noresponse", "autoclosed",
                  "autoresolved", "nofault")  # fmt: skip
_EAST_CLOSED = re.compile(
    "完了|解決|クローズ|終了|キャンセル|対応済|已关闭|已關閉|关闭|關閉|已解决|已解決|解决|完成|取消|归档|删除|완료|종료|해결|닫힘|취소"
)
_EAST_OPEN = re.compile(
    "未|不|待|新規|新建|新|対応中|処理中|处理中|處理中|进行中|進行中|オープン|保留|打开|開啟|受付|再|진행|대기|신규|열림|미"
)
_EAST = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_ATTEMPT = re.compile(
    r"\b(?:no[\s-]*answer|not answered|unanswered|did ?n[o'’]?t (?:answer|pick up)|didnt answer|no response|no reply"
    r"|no connect|not connected|left (?:a )?(?:voice ?mail|message|vm|msg|voice mail message)|(?:left"
    r"|leave) ?vm|voice ?mail"
    r"|vm ?left|lvm|answering machine|line busy|wrong number|bad number|unreachable|not reach(?:ed|able)"
    r"|could not reach|no pick ?up|missed"
    r"|call failed|bounced?|undelivered|delivery failed|gatekeeper|number (?:disconnected|not in service)|hung up"
    r"|unavailable"
    r"|nicht erreicht|nicht erreichbar|keine antwort|niemand erreicht|mailbox|anrufbeantworter|besetzt|verpasst"
    r"|sans reponse|pas de reponse|messagerie(?: vocale)?|injoignable|occupe|manque"
    r"|sin respuesta|no contesta|no contesto|buzon(?: de voz)?|ocupado|perdida"
    r"|nao atendeu|sem resposta|caixa postal|nessuna risposta|non risponde|segreteria|occupato|persa"
    r"|geen gehoor|niet bereikt|ingesproken|in gesprek|gemist|nie odebral|nie odbiera|brak odpowiedzi|poczta glosowa"
    r"|zajete"
    r"|inget svar|ej svar|svarade inte|rostbrevlada|upptagen|intet svar|ingen svar|telefonsvarer|ei vastausta"
    r"|нет ответа|не ответил\w*|автоответчик|занято|недозвон|cevap yok|ulasilamadi|mesgul)\b"
    r"|不在|留守|応答なし|未接|无人接听|無人接聽|占线|부재중",
    re.IGNORECASE,
)  # fmt: skip
_BUSY = frozenset(("busy", "failed", "noanswer", "nopickup", "na", "vm", "lvm", "vmleft", "missed", "noconnect",
                   "nocontact", "notreached", "noresponse", "attempted", "attempt", "callattempt"))  # fmt: skip
_REACHED = re.compile(
    r"\b(?:spoke|answered the|reached|live message|connected|called (?:me )?back|replied|talked|discussed)\b",
    re.IGNORECASE,
)
_NOT_REACHED = re.compile(
    r"\b(?:not|n[o']t|could not|couldn[’']?t|never) (?:connected|reach(?:ed)?|answered)", re.IGNORECASE
)
_ATTEMPT_LENGTH = 60
_PLAINLY = str.maketrans("łøı_", "loi ", "'’`")
_ACCENTS = re.compile("[\u0300-\u036f]+")


def is_over(text: str) -> bool | None:
    """Whether a ticket's status says that it is over: "Closed - Duplicate", "Gelöst" and "Won't fix" too, "Reopened"
    and "Pending close" not. None for words that nobody knows."""
    folded = _folded(text)
    if _EAST.search(folded):
        return False if _EAST_OPEN.search(folded) else True if _EAST_CLOSED.search(folded) else None
    if "".join(filter(str.isalnum, folded)) in _JOINED_CLOSED:
        return True
    parts = set(re.findall(r"[^\W\d_]+", folded))
    if parts & _OPEN:
        return False
    if parts & _CLOSED:
        return True
    return False if parts & _STILL_OPEN else None


def is_attempt(text: str) -> bool:
    """Whether a call's result, or a short line about it, says that nobody was reached: "No answer", "Voicemail"."""
    folded = _folded(text)
    if len(folded) > _ATTEMPT_LENGTH:
        return False
    if "".join(filter(str.isalnum, folded)) in _BUSY:
        return True
    if _REACHED.search(folded) and not _NOT_REACHED.search(folded):
        return False
    return _ATTEMPT.search(folded) is not None


def _folded(text: str) -> str:
    """No case and no accents of Latin letters; apostrophes gone."""
    plain = unicodedata.normalize("NFD", text.casefold().translate(_PLAINLY))
    return unicodedata.normalize("NFC", _ACCENTS.sub("", plain)).strip()
