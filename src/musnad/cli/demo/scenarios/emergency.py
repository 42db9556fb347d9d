"""An emergency: a person's life, and minutes. A call first, then the request in writing; the data go out at once.

Egypt's duty officer learns of a threat to kill; the account is with a provider in Qatar. The request confirms a call made
minutes before. Qatar discloses who holds the account; when the danger is averted, the ordinary request follows.
"""

from __future__ import annotations

import time
from pathlib import Path

from musnad.cli.demo.cast import CENTRAL, CONTACT, Cast
from musnad.cli.demo.play import Fields, Play, Texts
from musnad.language import duration
from musnad.language import gettext as _

PARTIES: Cast = {"EG": (CONTACT, CENTRAL), "QA": (CONTACT, CENTRAL)}
EGYPT, QATAR = "EG/contact-24-7", "QA/contact-24-7"
EGYPT_CENTRAL, QATAR_CENTRAL = "EG/central-authority", "QA/central-authority"
EMERGENCY, ACCESS = "data-for-emergency", "access-to-stored-data"


def make_evidence(folder: Path) -> Path:
    """What the provider knows of the account's holder: small, as such answers are."""
    record = folder / "بيانات المشترك.txt"
    record.write_text(
        "EXERCISE - every name and number is invented\n"
        "account: nightfall-417\nholder: (invented)\ntelephone: +974 0000 0417\n"
        "last session: 2026-11-23T01:52:10Z from 203.0.113.140 port 51022\n",
        "utf-8",
    )
    return record


def run(play: Play) -> None:
    """Every step, in order."""
    begun = time.monotonic()
    _save(play)
    play.tell(
        EGYPT,
        _("has what it needs to find the person, %(time)s after it asked")
        % {"time": duration(time.monotonic() - begun)},
    )
    _follow(play)
    play.close(EGYPT, QATAR)
    play.export(EGYPT)


def _save(play: Play) -> None:
    """The request, the receipt of a person, the data: nothing waits for anything else."""
    play.ask(EMERGENCY, EGYPT, [QATAR], EMERGENCY, play.fields(EMERGENCY, EMERGENCY_FIELDS))
    play.tell(EGYPT, _("asks for data to avert an emergency, and confirms in writing what it asked by telephone"))
    play.answer("seen", QATAR, "acknowledgement", EMERGENCY, "--text", "QA-NIGHT-17")
    play.answer(
        "granted",
        QATAR,
        "acceptance",
        EMERGENCY,
        *("--onward", "forbidden", "--purpose", PURPOSE[play.language]),
        *("--hold-until", "2027-11-30", "--at-end", "destroy"),
    )
    play.tell(
        QATAR, _("acknowledges and accepts at once; what may be done with the data, and until when, travels with them")
    )
    sealed = play.seal(QATAR, EMERGENCY, RECORD_NOTE)
    play.offer("record offered", QATAR, [EGYPT], sealed, EMERGENCY)
    play.tell(
        QATAR,
        _("seals what the provider knows of the account and offers it: SHA-256 %(digest)s") % {"digest": sealed.short},
    )
    play.fetch(EGYPT, sealed)
    play.open(EGYPT, sealed, "record.txt")
    play.tell(EGYPT, _("pulled it, verified it, and opened it under its officer's signature"))


def _follow(play: Play) -> None:
    """The danger is over: the ordinary request for evidence, which Qatar cannot execute and says so in good form."""
    play.ask(ACCESS, EGYPT_CENTRAL, [QATAR_CENTRAL], ACCESS, play.fields(ACCESS, ACCESS_FIELDS), follows=EMERGENCY)
    play.tell(EGYPT_CENTRAL, _("asks for the messages as evidence, now that the person is safe"))
    play.answer("access seen", QATAR_CENTRAL, "acknowledgement", ACCESS, "--text", "QA-CA-2026-131")
    play.answer("access accepted", QATAR_CENTRAL, "acceptance", ACCESS)
    play.answer(
        "nothing kept", QATAR_CENTRAL, "execution", ACCESS, "--result", "not-executed", "--text", NOTHING[play.language]
    )
    play.tell(
        QATAR_CENTRAL,
        _("reports that the provider keeps no messages: an answer, where silence would have been the end"),
    )


RECORD_NOTE: Texts = {"en": "Subscriber record, from the provider", "ar": "بيانات المشترك، من مقدِّم الخدمة"}
PURPOSE: Texts = {
    "en": "Finding the person at risk, and the criminal case about the threat.",
    "ar": "العثور على الشخص المعرَّض للخطر، والدعوى الجنائية المتعلقة بالتهديد.",
}
NOTHING: Texts = {
    "en": "The provider keeps no content of messages: it is encrypted from end to end and deleted on delivery.",
    "ar": "لا يحتفظ مقدِّم الخدمة بمضمون الرسائل: فهي مشفَّرة من طرف إلى طرف وتُحذف عند تسليمها.",
}
_OFFENCE: dict[str, object] = {
    "class": "serious-crime",
    "provision": "Penal Code, section 327",
    "maximum": {"number": 7, "unit": "years"},
    "maximum-in-asked-state": {"number": 5, "unit": "years"},
}
_OFFENCE_AR = _OFFENCE | {"provision": "قانون العقوبات، المادة ٣٢٧"}
_ACCOUNT = [{"type": "account", "value": "nightfall-417"}]
_CONTACT = {"name": "Officer papyrus", "function": "Duty prosecutor, Cairo", "reach": "papyrus@prosecution.example"}
_CONTACT_AR = {
    "name": "الموظف بردي",
    "function": "وكيل النيابة المناوب، القاهرة",
    "reach": "papyrus@prosecution.example",
}
EMERGENCY_FIELDS: Fields = {
    "en": {
        "first-made": "orally",
        "first-made-on": "2026-11-23",
        "first-made-to": "Duty officer of the 24/7 point of contact, Doha, at 04:41 Doha time",
        "urgency": "emergency",
        "urgency-reasons": "The threat names this morning.",
        "person-at-risk": "A woman of 26 in Alexandria. The account announced an hour ago, with a picture of her door, that she "
        "will be killed before sunrise. Who holds the account tells where to look for him.",
        "data-sought": "Name, telephone and last address of the holder of the account; nothing else.",
        "data-categories": ["subscriber", "traffic"],
        "justification": "An ordinary request takes weeks; the police have hours.",
        "facts": "The threat came through a messaging account at 02:10 Cairo time.",
        "offence": _OFFENCE,
        "identifiers": _ACCOUNT,
        "holder": "A messaging provider in Doha",
        "authenticity-contact": _CONTACT,
    },
    "ar": {
        "first-made": "orally",
        "first-made-on": "2026-11-23",
        "first-made-to": "الموظف المناوب في جهة الاتصال العاملة على مدار الساعة، الدوحة، الساعة ٠٤:٤١ بتوقيت الدوحة",
        "urgency": "emergency",
        "urgency-reasons": "التهديد يذكر صباح اليوم.",
        "person-at-risk": "امرأة في السادسة والعشرين في الإسكندرية. أعلن صاحب الحساب قبل ساعة، ومعه صورة باب بيتها، أنها ستُقتل قبل "
        "شروق الشمس. ومعرفة صاحب الحساب تدل على مكانه.",
        "data-sought": "اسم صاحب الحساب ورقم هاتفه وآخر عنوان اتصل منه، ولا شيء غير ذلك.",
        "data-categories": ["subscriber", "traffic"],
        "justification": "يستغرق الطلب العادي أسابيع، وليس أمام الشرطة إلا ساعات.",
        "facts": "ورد التهديد عبر حساب مراسلة الساعة ٠٢:١٠ بتوقيت القاهرة.",
        "offence": _OFFENCE_AR,
        "identifiers": _ACCOUNT,
        "holder": "مقدِّم خدمة مراسلة في الدوحة",
        "authenticity-contact": _CONTACT_AR,
    },
}
ACCESS_FIELDS: Fields = {
    "en": {
        "subject": "Investigation 88/2026 of a threat to kill",
        "investigating-body": "Public Prosecution, Alexandria, which directs the investigation",
        "facts": "The holder of the account was found and arrested at 06:20; the woman is safe.",
        "offence": _OFFENCE,
        "assistance-sought": "The messages of the account to its victim, as evidence.",
        "purpose": "The trial of the holder of the account.",
        "data-sought": "Messages from 20 to 23 November 2026.",
        "data-categories": ["content"],
        "identifiers": _ACCOUNT,
        "period-of-data": {"from": "2026-11-20", "until": "2026-11-23", "zone": "Africa/Cairo"},
        "holder": "A messaging provider in Doha",
        "authenticity-contact": _CONTACT,
    },
    "ar": {
        "subject": "التحقيق ٨٨ لسنة ٢٠٢٦ في تهديد بالقتل",
        "investigating-body": "النيابة العامة، الإسكندرية، وهي المشرفة على التحقيق",
        "facts": "عُثر على صاحب الحساب وقُبض عليه الساعة ٠٦:٢٠، والمرأة في أمان.",
        "offence": _OFFENCE_AR,
        "assistance-sought": "رسائل الحساب إلى ضحيته، بوصفها أدلة.",
        "purpose": "محاكمة صاحب الحساب.",
        "data-sought": "الرسائل من ٢٠ إلى ٢٣ تشرين الثاني/نوفمبر ٢٠٢٦.",
        "data-categories": ["content"],
        "identifiers": _ACCOUNT,
        "period-of-data": {"from": "2026-11-20", "until": "2026-11-23", "zone": "Africa/Cairo"},
        "holder": "مقدِّم خدمة مراسلة في الدوحة",
        "authenticity-contact": _CONTACT_AR,
    },
}
