"""The sentences for troubles of identifiers and for parts of a list that could not be read. Data only."""

from __future__ import annotations

from musnad.exchange.identifier_lists import Unread
from musnad.exchange.identifier_values import TroubleCode
from musnad.language import gettext as _
from musnad.language import isolate, mark

TROUBLES: dict[TroubleCode, str] = {
    TroubleCode.EMPTY: mark("There is no value."),
    TroubleCode.TOO_LONG: mark("The value is longer than 500 characters."),
    TroubleCode.UNSEEN: mark("The value has characters that cannot be seen; type it again."),
    TroubleCode.TYPE_MISSING: mark("Choose what kind of identifier this is."),
    TroubleCode.NOT_AN_ADDRESS: mark("This is no single Internet address, such as 203.0.113.7 or 2001:db8::7."),
    TroubleCode.PORT_WRONG: mark("A port is a whole number from 1 to 65535."),
    TroubleCode.TIME_WRONG: mark("Write the time as 2026-11-23 18:30:00: year, month, day, hours, minutes."),
    TroubleCode.TIME_WITHOUT_ZONE: mark("Say in which time zone that time is, such as Asia/Qatar, UTC or +03:00."),
    TroubleCode.TIME_TWICE: mark("Clocks went back there, so that time came twice; give the zone as +03:00."),
    TroubleCode.TIME_NEVER: mark("Clocks went forward there, so that time never was; give the zone as +03:00."),
    TroubleCode.ZONE_UNKNOWN: mark("No time zone of this name is known here; such as Asia/Qatar, UTC or +03:00."),
    TroubleCode.ENDS_BEFORE_IT_BEGINS: mark("The end lies before the beginning."),
    TroubleCode.NOT_AN_EMAIL: mark("This is no e-mail address: one name, one @, one domain."),
    TroubleCode.NOT_A_NUMBER: mark("This is no telephone number."),
    TroubleCode.NUMBER_WITHOUT_COUNTRY: mark("Write the number with its country code, such as +974."),
    TroubleCode.NOT_A_WEB_ADDRESS: mark("This is no web address or domain name."),
    TroubleCode.CHECKSUM_WRONG: mark("The checksum in the address does not hold: a character is wrong or missing."),
    TroubleCode.TIME_MISSING: mark("Without the moment of use, an Internet address names nobody for sure."),
    TroubleCode.NOT_PUBLIC: mark("This address is not one of the public Internet; no provider can be asked about it."),
    TroubleCode.NUMBER_UNUSUAL: mark("No such number is given out in that country, as far as is known here."),
    TroubleCode.CHECKSUM_UNKNOWN: mark("The form of this address is not known here, so its checksum was not checked."),
    TroubleCode.DEVICE_CHECKSUM: mark("The last digit does not fit an equipment number (IMEI)."),
    TroubleCode.MARKS_REMOVED: mark("Unseen marks of writing direction were taken out."),
    TroubleCode.FORMULA: mark("This looks like a spreadsheet formula and was kept as plain text."),
}

UNREAD: dict[str, str] = {
    "too-large": mark("The file is larger than 1 MB; nothing of it was read."),
    "not-text": mark("The file is neither UTF-8 nor UTF-16 text: line %(line)s, octet %(column)s. Nothing was read."),
    "not-csv": mark("Line %(line)s is not of the form of a CSV file; it was put into the box below as it is."),
    "too-long": mark("Line %(line)s, column %(column)s is too long; it was put into the box below as it is."),
    "too-many": mark("Line %(line)s is past the 2,000 that one request takes; it was left in the box below."),
    "no-value": mark("Line %(line)s, column %(column)s: there is no value; the line was put into the box below."),
}


def trouble_told(code: TroubleCode) -> str:
    return _(TROUBLES[code])


def unread_told(one: Unread) -> str:
    return _(UNREAD[one.code]) % {"line": isolate(one.line), "column": isolate(one.column)}
