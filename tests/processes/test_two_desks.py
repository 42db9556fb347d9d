"""The whole demo case through two desks: Qatar's officers in Arabic, Viet Nam's in English, every step a click.

Two nodes as processes, four officers in Debian's Chromium with passkeys of a virtual device. After the set-up (persons,
passkeys in the published roster) nothing is said by anything but the pages; at the end the verifier judges the dossier
that the desk exported, passkey signatures and all.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from musnad.core.kernel.names import OfficerName
from musnad.exchange.reading.drafts import passkeys_of
from musnad.language import gettext, use
from tests.doors.desk.test_browser import browser as browser  # noqa: PLC0414  # the fixture
from tests.processes.officers import Person, enrol, seat
from tests.processes.stand import Stand

pytestmark = [pytest.mark.browser, pytest.mark.processes, pytest.mark.timeout(600)]

ARABIC = ("إضافة مفتاح مرور", "اسم مفتاح المرور", "إنشاء مفتاح المرور", "أنشئ مفتاح مرور باسم", "في دليل الجهات")
ENGLISH = ("Add a passkey", "Name of the passkey", "Make the passkey", "Make a passkey for", "In the directory")
FACTS = "في ٣ تشرين الأول/أكتوبر ٢٠٢٦ دُخل إلى خادم مستشفى ببيانات اعتماد مسروقة من عنوان في هانوي."
EVIDENCE = b"An exercise: the disk of a portable computer. \xd8\xb5\xd9\x88\xd8\xb1\xd8\xa9\n" * 40_000
SIGNED = {
    "QA/contact-24-7/pearl": 1,  # the request to preserve
    "QA/central-authority/falcon": 3,  # the request for the data, the opening, the export
    "QA/central-authority/saker": 2,  # the opening, the export
    "VN/central-authority/bamboo": 1,  # the release
    "VN/central-authority/bulbul": 1,
}
"""How many messages of the dossier each officer's passkey signed; the verifier has judged every one of them."""


@dataclass
class Desks:
    """Qatar's two officers and Viet Nam's two, each at a desk; ``case`` is its reference once there is one."""

    stand: Stand
    nura: Person
    salim: Person
    lan: Person
    minh: Person
    case: str = ""

    def at_case(self, *persons: Person) -> None:
        for one in persons:
            one.open(f"/case/{self.case}/")


@pytest.fixture
def desks(browser: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desks]:
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # Playwright keeps a loop in this thread
    stand = Stand(tmp_path, "en")
    try:
        stand.build()
        stand.rehearse_passkeys()
        nura = seat(browser, stand, "QA", "nura", "ar", ("contact-24-7/pearl", "central-authority/falcon"))
        salim = seat(browser, stand, "QA", "salim", "ar", ("central-authority/saker",))
        lan = seat(browser, stand, "VN", "lan", "en", ("contact-24-7/lotus", "central-authority/bamboo"))
        minh = seat(browser, stand, "VN", "minh", "en", ("central-authority/bulbul",))
        for one in (nura, salim):
            enrol(one, ARABIC)
        for one in (lan, minh):
            enrol(one, ENGLISH)
        yield Desks(stand, nura, salim, lan, minh)
    finally:
        for context in browser.contexts:
            context.close()
        stand.close()


def test_the_whole_case_is_worked_at_two_desks_and_proven(desks: Desks, tmp_path: Path) -> None:
    sign_in(desks)
    ask_to_preserve(desks)
    preserve(desks)
    ask_for_the_data(desks)
    take_the_data_on(desks)
    seal_and_release(desks, tmp_path)
    fetch_and_open(desks)
    keep(desks)
    close(desks)
    prove(desks, export(desks, tmp_path))


def sign_in(desks: Desks) -> None:
    for one in (desks.nura, desks.salim):
        one.press("خروج")
        one.press("تسجيل الدخول بمفتاح مرور")
        one.reads("صندوق الوارد")
        one.reads("لا قضية بعد.")
    for one in (desks.lan, desks.minh):
        one.press("Leave")
        one.press("Sign in with a passkey")
        one.reads("Inbox")
        one.reads("No case yet.")


def ask_to_preserve(desks: Desks) -> None:
    """By need: pre-flight speaks while the form is filled; the draft is read as the other side will."""
    nura = desks.nura
    nura.press("طلب جديد")
    nura.press("أبقوا بيانات هذا الحساب قبل أن تُحذف")
    nura.reads("لا يمكن إرساله بعد.")
    nura.choose("من يطلب", "قطر، جهة الاتصال العاملة على مدار الساعة")
    nura.choose("الأساس القانوني", "اتفاق الدولتين على هذه القضية بعينها")
    nura.fill("ملاحظة على الأساس", "تمرين. اتفقت الدولتان على العمل كما في الاتفاقية، وهي غير نافذة بعد.")
    nura.choose("من يُطلب إليه", "فييت نام، جهة الاتصال العاملة على مدار الساعة")
    nura.fill("السلطة التي تلتمس الحفظ", "النيابة العامة، الدوحة")
    offence(nura)
    nura.fill(
        "ملخص الوقائع", "في ٣ تشرين الأول/أكتوبر ٢٠٢٦ دُخل إلى خادم مستشفى ببيانات اعتماد مسروقة من عنوان في هانوي."
    )
    nura.fill("البيانات المطلوبة", "المحتوى المخزن وسجلات الحساب.")
    nura.tick("بيانات الحركة")
    nura.tick("بيانات المحتوى")
    nura.fill("صلة البيانات بالجريمة", "جرت من هذا العنوان الجلسة التي نُسخت خلالها السجلات.")
    nura.fill("ضرورة الحفظ", "لا يحتفظ مقدِّم الخدمة بهذه البيانات إلا ثلاثين يومًا.")
    nura.choose("العزم على تقديم طلب للوصول إلى البيانات", "نعم")
    identifier(nura)
    nura.press("احفظ")
    nura.choose("من يوافق", "pearl")
    nura.press("احفظ")
    nura.reads("لا مانع من إرساله.")
    nura.press("معاينة كما سيقرؤونه")
    nura.reads("كما سيقرؤه الطرف الآخر")
    english = nura.page.locator("article[lang=en]")
    expect(english.get_by_text("Expedited preservation of stored electronic data").first).to_be_visible()
    expect(english.get_by_text("Traffic data").first).to_be_visible()
    nura.page.go_back()
    nura.press("إلى الموافقة والإرسال")
    approve_last(nura)
    desks.case = nura.page.url.rstrip("/").rpartition("/")[2]
    assert len(desks.case) == 64


def preserve(desks: Desks) -> None:
    lan = desks.lan
    lan.open()
    lan.reads_when_it_comes("Acknowledge the request")
    lan.reads("Needs you now")
    lan.press("Acknowledge the request")
    lan.press("Acknowledge")
    lan.reads("Your answer is sent and on its way.")
    lan.reads("النيابة العامة، الدوحة")
    lan.press("Accept and confirm")
    lan.reads("Before you send it")
    lan.press("I have seen this: send it")
    lan.reads("Your answer is sent and on its way.")
    lan.reads("Preserved up to and including")
    desks.at_case(desks.nura)
    desks.nura.reads_when_it_comes("محفوظة حتى نهاية يوم")


def ask_for_the_data(desks: Desks) -> None:
    nura = desks.nura
    nura.press("اطلب المزيد في هذه القضية")
    nura.press("سلِّموا محتوى هذا الحساب أو الخادم أو الجهاز")
    nura.choose("من يطلب", "قطر، السلطة المركزية")
    nura.choose("من يُطلب إليه", "فييت نام، السلطة المركزية")
    nura.fill("موضوع الإجراءات وطبيعتها", "التحقيق في دخول غير مشروع إلى خادم مستشفى")
    nura.fill("الجهة القائمة بالإجراءات ووظائفها", "النيابة العامة، نيابة الجرائم الإلكترونية")
    nura.fill("المساعدة المطلوبة", "تفتيش الحاسوب المحمول المضبوط، وصورة مختومة لقرصه.")
    nura.fill("الغرض", "دليل في القضية الجنائية ضد من دخلوا الخادم.")
    nura.press("احفظ")
    nura.choose("من يوافق", "falcon")
    nura.press("إلى الموافقة والإرسال")
    approve_last(nura)


def take_the_data_on(desks: Desks) -> None:
    lan = desks.lan
    desks.at_case(lan)
    lan.reads_when_it_comes("التحقيق في دخول غير مشروع إلى خادم مستشفى")
    lan.press("Acknowledge")
    lan.reads("Your answer is sent and on its way.")
    lan.press("Accept")
    lan.fill("Conditions", "Use in the criminal case named in the request only.")
    lan.press("Send")
    lan.reads("Your answer is sent and on its way.")


def seal_and_release(desks: Desks, folder: Path) -> None:
    """The file comes through the browser; two officers release it, each at their own desk."""
    lan, minh = desks.lan, desks.minh
    disk = folder / "صورة القرص.img"
    disk.write_bytes(EVIDENCE)
    lan.press("Evidence: bring in, offer, fetch, open")
    lan.bring("The file", disk)
    lan.fill("What it is, and where it was collected", "Image of a portable computer, evidence bag 17")
    lan.press("Upload and seal")
    lan.reads("It is sealed.")
    lan.reads(hashlib.sha256(EVIDENCE).hexdigest())
    lan.press("Offer it")
    lan.tick("VN/central-authority/bulbul")
    lan.press("Send")
    lan.reads("Below is exactly what is signed")
    lan.press("Approve with your passkey")
    lan.reads("Approved. It waits for another officer.")
    minh.press("Drafts")
    minh.press("Offer", inside="For you to approve", exact=False)
    minh.reads("has approved")
    minh.press("Approve with your passkey")
    minh.reads("Approved and sent.")


def fetch_and_open(desks: Desks) -> None:
    """Pulled and verified, then opened by two officers' signatures; what comes is what was sealed."""
    nura, salim = desks.nura, desks.salim
    desks.at_case(nura)
    nura.reads_when_it_comes("عرض دليل")
    nura.press("الأدلة: رفعها وعرضها وجلبها وفتحها")
    nura.press("اجلبه")
    nura.reads("وصل إلى هنا، وتُحقِّق من كل جزء منه.")
    nura.press("افتحه")
    nura.tick("QA/central-authority/saker")
    nura.press("أرسل")
    nura.press("وافق بمفتاح مرورك")
    nura.reads("تمت الموافقة. وهي بانتظار موظف آخر.")
    salim.press("المسودات")
    salim.page.get_by_role("region", name="بانتظار موافقتك").get_by_role("link").first.click()
    salim.press("وافق بمفتاح مرورك")
    salim.reads("تمت الموافقة. تابع من حيث بدأت الخطوة.")


def keep(desks: Desks) -> None:
    """The content is given as a file, under the signatures; the case says who holds it now."""
    nura = desks.nura
    desks.at_case(nura)
    nura.press("الأدلة: رفعها وعرضها وجلبها وفتحها")
    nura.press("افتحه")
    nura.tick("QA/central-authority/saker")
    with nura.page.expect_download() as coming:
        nura.press("أرسل")
    assert coming.value.suggested_filename == "صورة القرص.img"
    assert coming.value.path().read_bytes() == EVIDENCE
    desks.at_case(nura)
    nura.reads("في حيازة قطر، فييت نام")


def close(desks: Desks) -> None:
    """Either side says that nothing more is to be said; then the case is closed at both."""
    nura, lan = desks.nura, desks.lan
    desks.at_case(nura)
    nura.press("كل ما يجوز قوله الآن")
    nura.press("أقفل القضية")
    nura.fill("الملخص", "وصل الدليل وفُتح.")
    nura.press("أرسل")
    nura.reads("أُرسلت الرسالة، وهي في طريقها:")
    desks.at_case(lan)
    lan.reads_when_it_comes("وصل الدليل وفُتح.")
    lan.press("Close the case")
    lan.press("Send")
    lan.reads("Sent and on its way:")
    lan.reads("Closed by every Party")
    desks.at_case(nura)
    nura.reads_when_it_comes("أقفلتها الأطراف كافة")


def export(desks: Desks, folder: Path) -> Path:
    """Gathered, approved by two passkeys, written and downloaded."""
    nura, salim = desks.nura, desks.salim
    desks.at_case(nura)
    nura.press(arabic("Export the case"))
    nura.tick("QA/central-authority/saker")
    nura.press(arabic("Prepare the export"))
    nura.press("وافق بمفتاح مرورك")
    nura.reads("تمت الموافقة. وهي بانتظار موظف آخر.")
    salim.press("المسودات")
    salim.page.get_by_role("region", name="بانتظار موافقتك").get_by_role("link").first.click()
    salim.press("وافق بمفتاح مرورك")
    salim.reads(arabic("Export the case"))
    desks.at_case(nura)
    nura.press(arabic("Export the case"))
    nura.press(arabic("Make the dossier"))
    with nura.page.expect_download() as coming:
        nura.press(arabic("Download the dossier"))
    place = folder / "dossier.zip"
    coming.value.save_as(place)
    return place


def prove(desks: Desks, dossier: Path) -> None:
    """By the program that anybody runs, under the trust anchor alone."""
    anchor = desks.stand.folder / "trust" / "root.json"
    command = [sys.executable, "-m", "musnad.cli.main", "verify", str(dossier), "--trust", str(anchor)]
    told = subprocess.run([*command, "--json"], capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stdout + told.stderr
    assert json.loads(told.stdout)["verdict"] == "proven"
    with zipfile.ZipFile(dossier) as opened:
        signed = [one for one in opened.namelist() if one.startswith(("data/messages/", "export/exported"))]
        messages = [opened.read(one).decode() for one in signed]
    for officer, count in SIGNED.items():
        [key] = passkeys_of(desks.stand.ports[officer[:2]], OfficerName(officer))
        assert sum(key.ids[0] in one for one in messages) == count, officer


# --- what is done more than once ---


def arabic(sentence: str) -> str:
    with use("ar"):
        return gettext(sentence)


def offence(person: Person) -> None:
    person.choose("فئة الجريمة", "جريمة من الجرائم المقررة وفقًا للاتفاقية")
    person.choose("أي جريمة، إن كانت مما نصت عليه المعاهدة", "الوصول غير المشروع")
    person.fill("النص القانوني الذي يعاقب عليها في دولتك", "قانون مكافحة الجرائم الإلكترونية، المادة ٣")
    person.fill("الحد الأقصى للعقوبة في دولتك", "7")
    person.choose("الحد الأقصى للعقوبة في دولتك: الوحدة", "سنوات")


def identifier(person: Person) -> None:
    person.choose("النوع", "عنوان إنترنت (IP)")
    person.fill("القيمة", "203.0.113.77")
    person.fill("المنفذ", "44321")
    person.fill("مستعمل من", "2026-10-03 10:00")
    person.fill("مستعمل حتى", "2026-10-03 11:30")
    person.fill("المنطقة الزمنية", "Asia/Qatar")


def approve_last(person: Person) -> None:
    """The last officer's passkey: what was approved is sent."""
    person.reads("وفيما يلي ما يُوقَّع عليه بعينه")
    person.press("وافق بمفتاح مرورك")
    person.reads("تمت الموافقة والإرسال.")
