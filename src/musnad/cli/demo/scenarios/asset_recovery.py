"""Asset recovery: stolen units are told of unasked, frozen, confiscated, and returned to the victims first.

Viet Nam finds the units on an exchange and tells Qatar; Qatar asks for the freeze, sends its final order, and asks for the
return. Each step follows the one before, in one case; each accepted request is ended by a report of what was done.
"""

from __future__ import annotations

from musnad.cli.demo.cast import CENTRAL, Cast
from musnad.cli.demo.evidence import make_ledger
from musnad.cli.demo.play import Fields, Play, Texts
from musnad.language import duration
from musnad.language import gettext as _

PARTIES: Cast = {"QA": (CENTRAL,), "VN": (CENTRAL,)}
QATAR, VIET_NAM = "QA/central-authority", "VN/central-authority"
PROCEEDS, FREEZING = "information-on-proceeds", "freezing-of-property"
CONFISCATION, RETURN = "confiscation-of-property", "return-of-property"

make_evidence = make_ledger


def run(play: Play) -> None:
    """Every step, in order."""
    _tell_of_it(play)
    _freeze(play)
    _confiscate(play)
    _return(play)
    play.close(QATAR, VIET_NAM)
    play.export(QATAR)


def _tell_of_it(play: Play) -> None:
    """Viet Nam informs Qatar without having been asked; Qatar acknowledges, and owes nothing more."""
    limits = ("--confidential", "--onward", "with-consent", "--purpose", PURPOSE[play.language])
    play.ask(PROCEEDS, VIET_NAM, [QATAR], PROCEEDS, play.fields(PROCEEDS, INFORMATION), *limits)
    play.tell(VIET_NAM, _("tells Qatar, unasked, of property that seems to be stolen; the conditions travel with it"))
    play.answer("told", QATAR, "acknowledgement", PROCEEDS, "--text", "QA-2026-552")
    play.tell(QATAR, _("acknowledges: a person has read it"))


def _freeze(play: Play) -> None:
    """Qatar asks that the property stays where it is; Viet Nam freezes it and shows what it holds."""
    _ask(play, FREEZING, FREEZE, PROCEEDS, "VN-2026-871")
    play.tell(QATAR, _("asks to freeze it until a court decides"))
    sealed = play.seal(VIET_NAM, FREEZING, LEDGER_NOTE)
    play.offer("ledger offered", VIET_NAM, [QATAR], sealed, FREEZING)
    play.tell(
        VIET_NAM, _("seals the movements of the account and offers them: SHA-256 %(digest)s") % {"digest": sealed.short}
    )
    took = play.fetch(QATAR, sealed)
    play.open(QATAR, sealed, "ledger.csv")
    play.tell(QATAR, _("pulled it, verified every part (%(time)s), and opened it") % {"time": duration(took)})
    _report(play, FREEZING)
    play.tell(VIET_NAM, _("reports that it is frozen, on the condition that Qatar is heard before that ends"))


def _confiscate(play: Play) -> None:
    """Qatar sends the final order of its court; Viet Nam executes it."""
    _ask(play, CONFISCATION, CONFISCATE, FREEZING, "VN-2026-902")
    play.tell(QATAR, _("sends its court's final order and asks to execute it"))
    _report(play, CONFISCATION)
    play.tell(VIET_NAM, _("reports that the order was recognised and executed"))


def _return(play: Play) -> None:
    """Qatar asks for the return; the victims come first."""
    _ask(play, RETURN, GIVE_BACK, CONFISCATION, "VN-2026-940")
    play.tell(QATAR, _("asks that the property be returned, so that the victims are paid back first"))
    _report(play, RETURN)
    play.tell(VIET_NAM, _("reports what was paid for the victims, and what was deducted"))


def _ask(play: Play, measure: str, fields: Fields, follows: str, reference: str) -> None:
    both = measure == CONFISCATION
    play.ask(measure, QATAR, [VIET_NAM], measure, play.fields(measure, fields), follows=follows, both=both)
    play.answer(f"{measure} acknowledged", VIET_NAM, "acknowledgement", measure, "--text", reference)
    condition = ("--condition", CONDITIONS[measure][play.language]) if measure in CONDITIONS else ()
    play.answer(f"{measure} accepted", VIET_NAM, "acceptance", measure, *condition)


def _report(play: Play, measure: str) -> None:
    text = REPORTS[measure][play.language]
    play.answer(f"{measure} executed", VIET_NAM, "execution", measure, "--result", "executed", "--text", text)


PURPOSE: Texts = {
    "en": "Proceedings on the property that is told of, and paying back its victims.",
    "ar": "الإجراءات المتعلقة بالممتلكات المبلَّغ عنها ورد الأموال إلى ضحاياها.",
}
_OFFENCE: dict[str, object] = {
    "class": "convention-offence",
    "name": "system-related-theft-or-fraud",
    "provision": "Law 14 of 2014, section 11",
    "maximum": {"number": 3, "unit": "years"},
}
_OFFENCE_AR = _OFFENCE | {"provision": "القانون رقم ١٤ لسنة ٢٠١٤، المادة ١١"}
_WALLETS = [
    {"type": "virtual-asset", "value": "bc1q-invented-collecting-address"},
    {"type": "virtual-asset", "value": "bc1q-invented-exchange-address"},
    {"type": "account", "value": "exchange account 55-0417"},
]
_CONTACT = {"name": "Officer oryx", "function": "Public prosecutor, Doha", "reach": "oryx@prosecution.example"}
_CONTACT_AR = {"name": "الموظف أوريكس", "function": "وكيل نيابة، الدوحة", "reach": "oryx@prosecution.example"}
_CONTACT_VN = {
    "name": "Officer lotus",
    "function": "Supreme People's Procuracy, Hanoi",
    "reach": "lotus@procuracy.example",
}
_CONTACT_VN_AR = {
    "name": "الموظف لوتس",
    "function": "النيابة الشعبية العليا، هانوي",
    "reach": "lotus@procuracy.example",
}
_SUBJECT = "Prosecution 31/2026: savings taken from pensioners by a false investment platform"
_SUBJECT_AR = "الدعوى ٣١ لسنة ٢٠٢٦: الاستيلاء على مدخرات متقاعدين بمنصة استثمار زائفة"
_BODY = "Public Prosecution, Doha, Economic Crimes, which conducts the prosecution"
_BODY_AR = "النيابة العامة، الدوحة، الجرائم الاقتصادية، وهي القائمة بالملاحقة"

INFORMATION: Fields = {
    "en": {
        "facts": "On 9 November 2026 an exchange in Ho Chi Minh City reported 12.5 units that reached one account within "
        "an hour from sixty payments, most of them made in Doha.",
        "offence": _OFFENCE | {"provision": "Penal Code, section 290", "maximum": {"unit": "years", "number": 20}},
        "property-kind": "virtual-assets",
        "property-description": "12.5 units of a virtual asset on one account of the exchange; nothing has been moved since.",
        "identifiers": _WALLETS,
        "property-location": "An exchange in Ho Chi Minh City",
        "property-holder": "The exchange, as custodian",
        "estimated-value": "12.5 units; 4,300,000 QAR on 9 November 2026",
        "use-of-information": "It may belong to a case of yours. If you ask for a freeze we can act the same day; the exchange "
        "holds the account by its own rules for seven days.",
        "persons-concerned": "The account is in the name of a company; who is behind it is not known.",
        "victims": "None known to us; the payments seem to come from private persons in Doha.",
        "confidential": True,
        "authenticity-contact": _CONTACT_VN,
    },
    "ar": {
        "facts": "في ٩ تشرين الثاني/نوفمبر ٢٠٢٦ أبلغت منصة تداول في مدينة هو تشي منه عن ١٢٫٥ وحدة وصلت إلى حساب واحد خلال ساعة "
        "من ستين دفعة، معظمها صادر من الدوحة.",
        "offence": _OFFENCE | {"provision": "قانون العقوبات، المادة ٢٩٠", "maximum": {"unit": "years", "number": 20}},
        "property-kind": "virtual-assets",
        "property-description": "١٢٫٥ وحدة من أصل افتراضي في حساب واحد لدى المنصة، ولم يُنقل منها شيء منذ ذلك الحين.",
        "identifiers": _WALLETS,
        "property-location": "منصة تداول في مدينة هو تشي منه",
        "property-holder": "المنصة بصفتها أمين الحفظ",
        "estimated-value": "١٢٫٥ وحدة؛ ٤٬٣٠٠٬٠٠٠ ريال قطري في ٩ تشرين الثاني/نوفمبر ٢٠٢٦",
        "use-of-information": "قد تتصل بقضية لديكم. فإن طلبتم التجميد أمكننا اتخاذه في اليوم نفسه؛ والمنصة توقف الحساب بموجب "
        "قواعدها سبعة أيام.",
        "persons-concerned": "الحساب باسم شركة، ولا يُعرف من يقف وراءها.",
        "victims": "لا نعرف أحدًا منهم؛ ويبدو أن الدفعات صادرة عن أفراد في الدوحة.",
        "confidential": True,
        "authenticity-contact": _CONTACT_VN_AR,
    },
}

FREEZE: Fields = {
    "en": {
        "subject": _SUBJECT,
        "investigating-body": _BODY,
        "facts": "From June to November 2026 sixty-two pensioners in Doha paid into a platform that traded nothing. The "
        "payments were turned into a virtual asset and sent to the account that Viet Nam told us of.",
        "offence": _OFFENCE,
        "assistance-sought": "That the units stay where they are until a court decides on their confiscation.",
        "persons-concerned": "A company of unknown owners; two suspects in Doha, both in custody.",
        "purpose": "Later confiscation, so that the victims are paid back.",
        "urgency": "urgent",
        "urgency-reasons": "The exchange holds the account for seven days only; then it can be emptied within minutes.",
        "wanted-by": "2026-11-30",
        "confidential": True,
        "actions-wanted": "First freeze the account; then trace what left it; then manage the units so that their value is kept.",
        "property-kind": "virtual-assets",
        "property-description": "12.5 units of a virtual asset, bought with the victims' payments.",
        "identifiers": _WALLETS,
        "property-location": "An exchange in Ho Chi Minh City",
        "property-holder": "The exchange, as custodian",
        "estimated-value": "12.5 units; 4,300,000 QAR on 9 November 2026",
        "foreign-order": "Criminal Court of Doha, order 118 of 22 November 2026, attached as a certified copy",
        "confiscation-intended": True,
        "third-parties": "The exchange, for its fees; no others are known.",
        "victims": "Sixty-two pensioners in Doha, each named in the list that the court keeps.",
        "authenticity-contact": _CONTACT,
    },
    "ar": {
        "subject": _SUBJECT_AR,
        "investigating-body": _BODY_AR,
        "facts": "من حزيران/يونيو إلى تشرين الثاني/نوفمبر ٢٠٢٦ دفع اثنان وستون متقاعدًا في الدوحة أموالًا إلى منصة لم تكن تتاجر "
        "بشيء. وحُوِّلت الدفعات إلى أصل افتراضي أُرسل إلى الحساب الذي أبلغتنا به فييت نام.",
        "offence": _OFFENCE_AR,
        "assistance-sought": "إبقاء الوحدات على حالها إلى أن تبتّ المحكمة في مصادرتها.",
        "persons-concerned": "شركة لا يُعرف أصحابها، ومشتبه فيهما في الدوحة، وكلاهما محبوس.",
        "purpose": "مصادرتها لاحقًا ليُرد إلى الضحايا ما دفعوه.",
        "urgency": "urgent",
        "urgency-reasons": "لا توقف المنصة الحساب إلا سبعة أيام، ثم يمكن إفراغه خلال دقائق.",
        "wanted-by": "2026-11-30",
        "confidential": True,
        "actions-wanted": "تجميد الحساب أولًا، ثم اقتفاء أثر ما خرج منه، ثم إدارة الوحدات على نحو يحفظ قيمتها.",
        "property-kind": "virtual-assets",
        "property-description": "١٢٫٥ وحدة من أصل افتراضي اشتُريت بدفعات الضحايا.",
        "identifiers": _WALLETS,
        "property-location": "منصة تداول في مدينة هو تشي منه",
        "property-holder": "المنصة بصفتها أمين الحفظ",
        "estimated-value": "١٢٫٥ وحدة؛ ٤٬٣٠٠٬٠٠٠ ريال قطري في ٩ تشرين الثاني/نوفمبر ٢٠٢٦",
        "foreign-order": "محكمة الجنايات بالدوحة، الأمر ١١٨ بتاريخ ٢٢ تشرين الثاني/نوفمبر ٢٠٢٦، مرفق بنسخة مصدَّقة",
        "confiscation-intended": True,
        "third-parties": "المنصة فيما يخص رسومها؛ ولا يُعرف غيرها.",
        "victims": "اثنان وستون متقاعدًا في الدوحة، وأسماؤهم في القائمة التي تحتفظ بها المحكمة.",
        "authenticity-contact": _CONTACT_AR,
    },
}

CONFISCATE: Fields = {
    "en": {
        "subject": _SUBJECT,
        "investigating-body": _BODY,
        "facts": "Two persons were convicted of the fraud. The court found that the frozen units are what the victims paid, "
        "and ordered their confiscation.",
        "offence": _OFFENCE,
        "assistance-sought": "Execution of the order in Viet Nam.",
        "persons-concerned": "The two convicted persons; the company in whose name the account stands.",
        "purpose": "To take the units from the offenders for good, and then to ask for their return.",
        "confiscation-route": "foreign-order",
        "property-kind": "virtual-assets",
        "property-description": "The 12.5 units that were frozen in this case.",
        "identifiers": _WALLETS,
        "property-location": "An exchange in Ho Chi Minh City",
        "property-holder": "The exchange, as custodian",
        "estimated-value": "12.5 units; 4,450,000 QAR as the judgment values them",
        "foreign-order": "Criminal Court of Doha, judgment 204, attached as a certified copy with a translation",
        "extent-of-execution": "All 12.5 units; nothing was executed elsewhere.",
        "third-party-notice": "Published in two newspapers and sent to the company and the exchange; only the exchange "
        "answered, for its fees, which the order leaves to it.",
        "due-process": "Both accused were present with counsel; the company was summoned and could appeal.",
        "order-final": True,
        "third-parties": "The exchange, for its fees.",
        "victims": "Sixty-two pensioners in Doha; the judgment names each and the loss of each.",
        "authenticity-contact": _CONTACT,
    },
    "ar": {
        "subject": _SUBJECT_AR,
        "investigating-body": _BODY_AR,
        "facts": "أُدين شخصان بالاحتيال. وثبت للمحكمة أن الوحدات المجمَّدة هي ما دفعه الضحايا، فأمرت بمصادرتها.",
        "offence": _OFFENCE_AR,
        "assistance-sought": "تنفيذ الأمر في فييت نام.",
        "persons-concerned": "المحكوم عليهما، والشركة التي باسمها الحساب.",
        "purpose": "تجريد الجناة من الوحدات نهائيًّا، ثم طلب إرجاعها.",
        "confiscation-route": "foreign-order",
        "property-kind": "virtual-assets",
        "property-description": "الوحدات البالغة ١٢٫٥ التي جُمِّدت في هذه القضية.",
        "identifiers": _WALLETS,
        "property-location": "منصة تداول في مدينة هو تشي منه",
        "property-holder": "المنصة بصفتها أمين الحفظ",
        "estimated-value": "١٢٫٥ وحدة؛ ٤٬٤٥٠٬٠٠٠ ريال قطري بحسب تقدير الحكم",
        "foreign-order": "محكمة الجنايات بالدوحة، الحكم ٢٠٤، مرفق بنسخة مصدَّقة وترجمة",
        "extent-of-execution": "الوحدات كلها وعددها ١٢٫٥؛ ولم يُنفَّذ شيء في مكان آخر.",
        "third-party-notice": "نُشر الإشعار في صحيفتين وأُرسل إلى الشركة والمنصة؛ ولم تُجب سوى المنصة بشأن رسومها، وقد تركها لها الأمر.",
        "due-process": "حضر المتهمان مع محاميهما، ودُعيت الشركة وأُتيح لها الطعن.",
        "order-final": True,
        "third-parties": "المنصة فيما يخص رسومها.",
        "victims": "اثنان وستون متقاعدًا في الدوحة؛ والحكم يذكر كلًّا منهم وما فقده.",
        "authenticity-contact": _CONTACT_AR,
    },
}

GIVE_BACK: Fields = {
    "en": {
        "subject": _SUBJECT,
        "investigating-body": _BODY,
        "facts": "Viet Nam executed the order and holds the units. The victims have been paid nothing so far.",
        "offence": _OFFENCE,
        "assistance-sought": "Return of the confiscated units, or of what they are sold for.",
        "purpose": "To pay the victims back, each in the measure of the loss that the judgment names.",
        "property-kind": "virtual-assets",
        "property-description": "The 12.5 units that were confiscated in this case.",
        "identifiers": _WALLETS,
        "estimated-value": "12.5 units; 4,450,000 QAR as the judgment values them",
        "confiscation-reference": "The request for confiscation in this case, executed",
        "victims": "Sixty-two pensioners in Doha, each named in the judgment; all were found and heard.",
        "return-purpose": "victims",
        "losses-of-victims": "4,120,000 QAR in all, from 8,000 to 210,000 QAR each, as the judgment lists them.",
        "means-of-return": "The account of the Public Prosecution for victims; its number follows by a call to the contact named.",
        "expenses-accepted": True,
        "authenticity-contact": _CONTACT,
    },
    "ar": {
        "subject": _SUBJECT_AR,
        "investigating-body": _BODY_AR,
        "facts": "نفّذت فييت نام الأمر والوحدات في حوزتها. ولم يُدفع للضحايا شيء حتى الآن.",
        "offence": _OFFENCE_AR,
        "assistance-sought": "إرجاع الوحدات المصادرة أو ثمنها إن بيعت.",
        "purpose": "تعويض الضحايا، كلٌّ بقدر ما أثبته الحكم من خسارته.",
        "property-kind": "virtual-assets",
        "property-description": "الوحدات البالغة ١٢٫٥ التي صودرت في هذه القضية.",
        "identifiers": _WALLETS,
        "estimated-value": "١٢٫٥ وحدة؛ ٤٬٤٥٠٬٠٠٠ ريال قطري بحسب تقدير الحكم",
        "confiscation-reference": "طلب المصادرة في هذه القضية، وقد نُفِّذ",
        "victims": "اثنان وستون متقاعدًا في الدوحة، يذكر الحكم كلًّا منهم؛ وقد عُثر عليهم جميعًا وسُمعت أقوالهم.",
        "return-purpose": "victims",
        "losses-of-victims": "٤٬١٢٠٬٠٠٠ ريال قطري في المجموع، من ٨٬٠٠٠ إلى ٢١٠٬٠٠٠ ريال لكل منهم، كما عددها الحكم.",
        "means-of-return": "حساب النيابة العامة المخصص للضحايا؛ ويُبلَّغ رقمه باتصال مع جهة التأكيد المذكورة.",
        "expenses-accepted": True,
        "authenticity-contact": _CONTACT_AR,
    },
}

REPORTS: dict[str, Texts] = {
    FREEZING: {
        "en": "The account was frozen the same day; 12.5 units are on it, and nothing had left. The exchange's ledger is offered "
        "as an exhibit.",
        "ar": "جُمِّد الحساب في اليوم نفسه وفيه ١٢٫٥ وحدة، ولم يخرج منه شيء. ويُعرض دفتر حركات المنصة دليلًا.",
    },
    CONFISCATION: {
        "en": "The People's Court of Ho Chi Minh City recognised the order; the units were moved to an address of the State.",
        "ar": "أقرت المحكمة الشعبية في مدينة هو تشي منه الأمر، ونُقلت الوحدات إلى عنوان تابع للدولة.",
    },
    RETURN: {
        "en": "The units were sold and 4,120,000 QAR paid for the victims; expenses of 21,000 QAR were deducted. The rest stays "
        "with the court until the two States agree on it.",
        "ar": "بيعت الوحدات ودُفع ٤٬١٢٠٬٠٠٠ ريال قطري للضحايا، واقتُطعت نفقات قدرها ٢١٬٠٠٠ ريال. ويبقى ما عداها لدى المحكمة إلى أن "
        "تتفق عليه الدولتان.",
    },
}
CONDITIONS: dict[str, Texts] = {
    FREEZING: {
        "en": "The freeze is reviewed by the court every three months; you are heard before it is lifted.",
        "ar": "تراجع المحكمة التجميد كل ثلاثة أشهر، وتُسمع أقوالكم قبل رفعه.",
    },
    RETURN: {
        "en": "The money goes to the victims that the judgment names; an account of it is given within a year.",
        "ar": "يُدفع المال للضحايا المذكورين في الحكم، ويُقدَّم بيان بذلك خلال سنة.",
    },
}
LEDGER_NOTE: Texts = {"en": "Movements of the account, from the exchange", "ar": "حركات الحساب، من المنصة"}
