"""Ransomware: a hospital's data are locked; the servers stand abroad, and their logs live for days.

Viet Nam tells Qatar, unasked, of a server; Qatar has its logs preserved before they are deleted, has the way there
disclosed, obtains the image under conditions, is lawfully refused one measure after a consultation, and asks before it
passes anything on.
"""

from __future__ import annotations

from musnad.cli.demo.cast import CENTRAL, CONTACT, Cast
from musnad.cli.demo.evidence import make_image, make_ledger
from musnad.cli.demo.play import Fields, Play, Texts
from musnad.language import duration, isolate
from musnad.language import gettext as _

PARTIES: Cast = {"QA": (CONTACT, CENTRAL), "VN": (CONTACT, CENTRAL)}
QA_CONTACT, VN_CONTACT = "QA/contact-24-7", "VN/contact-24-7"
QATAR, VIET_NAM = "QA/central-authority", "VN/central-authority"
INFORMATION, PRESERVATION = "spontaneous-information", "expedited-preservation"
PATH, ACCESS, INTERCEPTION = "disclosure-of-traffic-data", "access-to-stored-data", "interception-of-content"

make_evidence = make_image


def run(play: Play) -> None:
    """Every step, in order."""
    _warn(play)
    _preserve(play)
    _trace(play)
    _obtain(play)
    _be_refused(play)
    _ask_to_pass_on(play)
    play.close(QATAR, VIET_NAM)
    play.export(QATAR)


def _warn(play: Play) -> None:
    """Viet Nam informs Qatar without having been asked, under conditions."""
    limits = ("--confidential", "--onward", "with-consent")
    play.ask(INFORMATION, VN_CONTACT, [QA_CONTACT], INFORMATION, play.fields(INFORMATION, INFORMATION_FIELDS), *limits)
    play.tell(VN_CONTACT, _("tells Qatar, unasked, that a server on its territory commands the attack"))
    play.answer("warned", QA_CONTACT, "acknowledgement", INFORMATION, "--text", "QA-2026-0666")
    play.tell(QA_CONTACT, _("acknowledges: a person has read it"))


def _preserve(play: Play) -> None:
    """Qatar has the logs preserved before the holder deletes them, and for longer, before that ends."""
    fields = play.fields(PRESERVATION, PRESERVATION_FIELDS)
    play.ask(PRESERVATION, QA_CONTACT, [VN_CONTACT], PRESERVATION, fields, follows=INFORMATION)
    play.tell(QA_CONTACT, _("asks to preserve the server's data: their holder deletes the logs in days"))
    for name, kind in (("acknowledged", "acknowledgement"), ("accepted", "acceptance"), ("confirmed", "confirmation")):
        play.answer(name, VN_CONTACT, kind, PRESERVATION)
    until = str(play.request(VN_CONTACT, PRESERVATION)["preserved_until"])
    play.tell(
        VN_CONTACT, _("confirms that the data are preserved, up to and including %(day)s") % {"day": isolate(until)}
    )
    later = ("--until", LATER, "--text", EXTENSION[play.language])
    play.answer("longer", QA_CONTACT, "extension-request", PRESERVATION, *later)
    play.answer("lengthened", VN_CONTACT, "confirmation", "longer", "--until", LATER)
    play.tell(VN_CONTACT, _("preserves them for longer, up to and including %(day)s") % {"day": isolate(LATER)})


def _trace(play: Play) -> None:
    """The way there: traffic data, so that the provider before this one is found."""
    play.ask(PATH, QA_CONTACT, [VN_CONTACT], PATH, play.fields(PATH, PATH_FIELDS), follows=PRESERVATION)
    play.answer("path accepted", VN_CONTACT, "acceptance", PATH)
    sealed = play.seal(VN_CONTACT, PATH, FLOWS_NOTE, make_ledger(play.stage.folder))
    play.offer("flows offered", VN_CONTACT, [QA_CONTACT], sealed, PATH)
    play.fetch(QA_CONTACT, sealed)
    play.open(QA_CONTACT, sealed, "flows.csv")
    play.tell(QA_CONTACT, _("obtained the traffic data that show the provider before this one, and nothing more"))


def _obtain(play: Play) -> None:
    """The image of the server, under conditions that travel with it."""
    play.ask(ACCESS, QATAR, [VIET_NAM], ACCESS, play.fields(ACCESS, ACCESS_FIELDS), follows=PRESERVATION)
    play.tell(QATAR, _("asks Viet Nam's central authority for the server's image"))
    play.answer("access acknowledged", VIET_NAM, "acknowledgement", ACCESS, "--text", "VN-2026-1204")
    play.answer(
        "access accepted",
        VIET_NAM,
        "acceptance",
        ACCESS,
        *("--confidential", "--onward", "with-consent", "--purpose", PURPOSE[play.language]),
        *("--hold-until", "2029-12-31", "--at-end", "return"),
    )
    play.tell(
        VIET_NAM, _("accepts: for this case only, not to be passed on without consent, to be returned at the end")
    )
    sealed = play.seal(VIET_NAM, ACCESS, IMAGE_NOTE)
    play.tell(VIET_NAM, _("seals the evidence at its source: SHA-256 %(digest)s") % {"digest": sealed.short})
    play.offer("image offered", VIET_NAM, [QATAR], sealed, ACCESS, both=True)
    took = play.fetch(QATAR, sealed)
    play.tell(QATAR, _("pulled it and verified every part (%(time)s)") % {"time": duration(took)})
    play.open(QATAR, sealed, "server.img")
    play.tell(QATAR, _("opened it under its officer's signature: its SHA-256 is the one that Viet Nam sealed"))


def _be_refused(play: Play) -> None:
    """A measure that Viet Nam's law does not allow here: first a consultation, then a refusal that names its ground."""
    fields = play.fields(INTERCEPTION, INTERCEPTION_FIELDS)
    play.ask(INTERCEPTION, QATAR, [VIET_NAM], INTERCEPTION, fields, both=True)
    play.answer("consulted", VIET_NAM, "consultation", INTERCEPTION, "--text", CONSULTATION[play.language])
    refusal = ("--ground", "measure-barred-at-home", "--text", REFUSAL[play.language])
    play.answer("refused", VIET_NAM, "refusal", INTERCEPTION, *refusal)
    play.tell(VIET_NAM, _("lawfully refuses to intercept, after consulting, on a ground that the data allow"))


def _ask_to_pass_on(play: Play) -> None:
    """A third State asks Qatar for the image: it asks first, and is told no."""
    wish = ("--use", "onward-transfer", "--recipient", "EG", "--text", WISH[play.language])
    play.answer("wish", QATAR, "consent-request", ACCESS, *wish)
    play.answer("no consent", VIET_NAM, "consent", "wish", "--granted", "no", "--text", NO[play.language])
    play.tell(VIET_NAM, _("does not agree that the image is passed on to Egypt; Egypt may ask itself"))


LATER = "2027-04-30"
EXTENSION: Texts = {
    "en": "The request for access is being translated.",
    "ar": "طلب الوصول قيد الترجمة.",
}
PURPOSE: Texts = {
    "en": "The criminal case about the attack on the hospital.",
    "ar": "الدعوى الجنائية المتعلقة بالهجوم على المستشفى.",
}
CONSULTATION: Texts = {
    "en": "Our law allows interception only for offences of fifteen years and more. Would stored messages serve?",
    "ar": "لا يجيز قانوننا الاعتراض إلا في الجرائم التي تبلغ عقوبتها خمس عشرة سنة فأكثر. فهل تفي الرسائل المخزَّنة بالغرض؟",
}
REFUSAL: Texts = {
    "en": "Interception is barred by our law in a case of ours like this one. Stored messages may be asked for.",
    "ar": "يحظر قانوننا الاعتراض في قضية مماثلة من قضايانا. ويمكن طلب الرسائل المخزَّنة.",
}
WISH: Texts = {
    "en": "A hospital in Cairo was attacked from the same server; Egypt asks for the image.",
    "ar": "هوجم مستشفى في القاهرة من الخادم نفسه، وتطلب مصر الصورة.",
}
NO: Texts = {
    "en": "The image holds data of others. Egypt may ask us itself; we shall preserve for it at once.",
    "ar": "تحتوي الصورة على بيانات لغير المعنيين. ولمصر أن تطلب منا مباشرة، وسنحفظ لها على الفور.",
}
FLOWS_NOTE: Texts = {"en": "Connections to the server, from its provider", "ar": "الاتصالات بالخادم، من مقدِّم خدمته"}
IMAGE_NOTE: Texts = {"en": "Image of the commanding server, bag 9", "ar": "صورة الخادم المتحكم، حرز رقم ٩"}
_OFFENCE: dict[str, object] = {
    "class": "convention-offence",
    "name": "system-interference",
    "provision": "Law 14 of 2014, section 3",
    "maximum": {"number": 5, "unit": "years"},
}
_OFFENCE_AR = _OFFENCE | {"provision": "القانون رقم ١٤ لسنة ٢٠١٤، المادة ٣"}
_IDENTIFIERS = [
    {
        "type": "internet-address",
        "value": "198.51.100.23",
        "port": 443,
        "from": "2026-11-21T22:05:00+03:00",
        "until": "2026-11-22T03:40:00+03:00",
    },
    {"type": "virtual-asset", "value": "bc1q-invented-ransom-address"},
]
_PERIOD = {"from": "2026-11-15", "until": "2026-11-22", "zone": "Asia/Ho_Chi_Minh"}
_CONTACT = {"name": "Officer oryx", "function": "Cybercrime prosecutor, Doha", "reach": "oryx@prosecution.example"}
_CONTACT_AR = {
    "name": "الموظف أوريكس",
    "function": "وكيل نيابة الجرائم السيبرانية، الدوحة",
    "reach": "oryx@prosecution.example",
}
INFORMATION_FIELDS: Fields = {
    "en": {
        "information-sent": "A server rented in Da Nang has sent commands to machines of a hospital in Doha since 21 November "
        "2026. We came upon it in a case of ours.",
        "use-of-information": "You may act on it and ask us for the server's data; our own suspects do not know of it yet.",
        "identifiers": _IDENTIFIERS,
        "data-lost-on": "2026-11-28",
    },
    "ar": {
        "information-sent": "يرسل خادم مستأجَر في دا نانغ أوامر إلى أجهزة مستشفى في الدوحة منذ ٢١ تشرين الثاني/نوفمبر ٢٠٢٦. وقد "
        "عثرنا عليه في قضية لدينا.",
        "use-of-information": "لكم التصرف بناءً عليها وطلب بيانات الخادم منا، علمًا بأن المشتبه فيهم لدينا لا يعلمون بها بعد.",
        "identifiers": _IDENTIFIERS,
        "data-lost-on": "2026-11-28",
    },
}
PRESERVATION_FIELDS: Fields = {
    "en": {
        "seeking-authority": "Cybercrime Unit of the Public Prosecution, Doha",
        "offence": _OFFENCE,
        "facts": "In the night of 21 November 2026 the records of a hospital in Doha were locked, and 40 units of a virtual asset "
        "demanded. The commands came from the server that you told us of.",
        "data-sought": "The server's disk, and the logs of connections to it.",
        "data-categories": ["traffic", "content"],
        "link-to-offence": "The keys that locked the records passed through this server.",
        "identifiers": _IDENTIFIERS,
        "period-of-data": _PERIOD,
        "holder": "A hosting firm in Da Nang",
        "data-lost-on": "2026-11-28",
        "necessity": "The firm deletes logs after seven days.",
        "access-request-intended": True,
        "confidential": True,
        "authenticity-contact": _CONTACT,
    },
    "ar": {
        "seeking-authority": "وحدة الجرائم السيبرانية في النيابة العامة، الدوحة",
        "offence": _OFFENCE_AR,
        "facts": "في ليلة ٢١ تشرين الثاني/نوفمبر ٢٠٢٦ قُفلت سجلات مستشفى في الدوحة وطُلبت ٤٠ وحدة من أصل افتراضي. وصدرت الأوامر عن "
        "الخادم الذي أبلغتمونا به.",
        "data-sought": "قرص الخادم وسجلات الاتصالات به.",
        "data-categories": ["traffic", "content"],
        "link-to-offence": "مرت عبر هذا الخادم المفاتيح التي قُفلت بها السجلات.",
        "identifiers": _IDENTIFIERS,
        "period-of-data": _PERIOD,
        "holder": "شركة استضافة في دا نانغ",
        "data-lost-on": "2026-11-28",
        "necessity": "تحذف الشركة السجلات بعد سبعة أيام.",
        "access-request-intended": True,
        "confidential": True,
        "authenticity-contact": _CONTACT_AR,
    },
}
PATH_FIELDS: Fields = {
    "en": {
        "offence": _OFFENCE,
        "data-sought": "Enough of the connections to the server to name the provider before this one, and the way they took.",
        "data-categories": ["traffic"],
        "identifiers": _IDENTIFIERS,
        "period-of-data": _PERIOD,
        "confidential": True,
        "authenticity-contact": _CONTACT,
    },
    "ar": {
        "offence": _OFFENCE_AR,
        "data-sought": "ما يكفي من الاتصالات بالخادم لتحديد مقدِّم الخدمة السابق والمسار الذي سلكته.",
        "data-categories": ["traffic"],
        "identifiers": _IDENTIFIERS,
        "period-of-data": _PERIOD,
        "confidential": True,
        "authenticity-contact": _CONTACT_AR,
    },
}
ACCESS_FIELDS: Fields = {
    "en": {
        "subject": "Investigation 612/2026 of the attack on a hospital's records",
        "investigating-body": "Cybercrime Unit of the Public Prosecution, Doha, which directs the investigation",
        "facts": "The preserved server commanded the attack; the ransom was paid in part, and eleven operations were put off.",
        "offence": _OFFENCE,
        "assistance-sought": "A sealed image of the server's disk.",
        "purpose": "The keys that unlock the records, and evidence against those who rented the server.",
        "urgency": "urgent",
        "urgency-reasons": "The records are still locked.",
        "wanted-by": "2026-12-04",
        "data-sought": "A complete image of the disk.",
        "data-categories": ["traffic", "content"],
        "identifiers": _IDENTIFIERS,
        "period-of-data": _PERIOD,
        "holder": "A hosting firm in Da Nang",
        "expedited": True,
        "authenticity-contact": _CONTACT,
    },
    "ar": {
        "subject": "التحقيق ٦١٢ لسنة ٢٠٢٦ في الهجوم على سجلات مستشفى",
        "investigating-body": "وحدة الجرائم السيبرانية في النيابة العامة، الدوحة، وهي المشرفة على التحقيق",
        "facts": "تحكَّم الخادم المحفوظ في الهجوم؛ ودُفع جزء من الفدية، وأُجِّلت إحدى عشرة عملية جراحية.",
        "offence": _OFFENCE_AR,
        "assistance-sought": "صورة مختومة لقرص الخادم.",
        "purpose": "المفاتيح التي تفتح السجلات، وأدلة ضد من استأجروا الخادم.",
        "urgency": "urgent",
        "urgency-reasons": "لا تزال السجلات مقفلة.",
        "wanted-by": "2026-12-04",
        "data-sought": "صورة كاملة للقرص.",
        "data-categories": ["traffic", "content"],
        "identifiers": _IDENTIFIERS,
        "period-of-data": _PERIOD,
        "holder": "شركة استضافة في دا نانغ",
        "expedited": True,
        "authenticity-contact": _CONTACT_AR,
    },
}
INTERCEPTION_FIELDS: Fields = {
    "en": {
        "subject": "Investigation 612/2026 of the attack on a hospital's records",
        "investigating-body": "Cybercrime Unit of the Public Prosecution, Doha, which directs the investigation",
        "facts": "Those who rented the server still write to the hospital through a mailbox in Hanoi.",
        "offence": _OFFENCE,
        "assistance-sought": "The content of what is sent to and from the mailbox, as it is sent.",
        "purpose": "To learn who they are before they ask for more.",
        "data-sought": "Messages to and from the mailbox.",
        "data-categories": ["content"],
        "link-to-offence": "The demands for ransom come from this mailbox.",
        "identifiers": [{"type": "email", "value": "unlock-desk@mail.example"}],
        "justification": "Stored messages are deleted within the hour.",
        "collection-period": {"from": "2026-11-24", "until": "2026-12-08", "zone": "Asia/Ho_Chi_Minh"},
        "collection-period-reasons": "The last demand names the eighth of December.",
        "authenticity-contact": _CONTACT,
    },
    "ar": {
        "subject": "التحقيق ٦١٢ لسنة ٢٠٢٦ في الهجوم على سجلات مستشفى",
        "investigating-body": "وحدة الجرائم السيبرانية في النيابة العامة، الدوحة، وهي المشرفة على التحقيق",
        "facts": "لا يزال من استأجروا الخادم يراسلون المستشفى من بريد إلكتروني في هانوي.",
        "offence": _OFFENCE_AR,
        "assistance-sought": "مضمون ما يُرسل إلى البريد ومنه وقت إرساله.",
        "purpose": "معرفة هويتهم قبل أن يطلبوا المزيد.",
        "data-sought": "الرسائل الواردة إلى البريد والصادرة عنه.",
        "data-categories": ["content"],
        "link-to-offence": "ترد مطالب الفدية من هذا البريد.",
        "identifiers": [{"type": "email", "value": "unlock-desk@mail.example"}],
        "justification": "تُحذف الرسائل المخزَّنة خلال ساعة.",
        "collection-period": {"from": "2026-11-24", "until": "2026-12-08", "zone": "Asia/Ho_Chi_Minh"},
        "collection-period-reasons": "يذكر آخر طلب للفدية اليوم الثامن من كانون الأول/ديسمبر.",
        "authenticity-contact": _CONTACT_AR,
    },
}
